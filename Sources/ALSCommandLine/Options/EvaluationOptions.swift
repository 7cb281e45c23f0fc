import ALS
import ALSEvaluation
import ArgumentParser

/// How a model is measured.
struct EvaluationOptions: ParsableArguments {
  @Option(
    help: """
      Rank each held-out item among this many items drawn at random, not in the full catalogue; 99 is usual. Such \
      values are much higher, and their names say so: sampled99-ndcg@10.
      """)
  var candidates: Int?
  @Option(help: "How often users are resampled for the intervals; 0 for no intervals.")
  var resamples = Bootstrap().replicates
  @Option(help: "Seed of sampled candidates and of resampling.", transform: Seed.parse)
  var seed: UInt64 = 0

  func validate() throws {
    if let candidates, candidates < 1 {
      throw ValidationError("--candidates is \(candidates), but it must be 1 or more.")
    }
    if resamples < 0 { throw ValidationError("--resamples is \(resamples), but it must be 0 or more.") }
  }

  /// The metrics of rankings where none are named.
  static let usualMetrics = "ndcg@10,recall@10,precision@10,map@10"

  /// The names in a list with commas.
  static func names(_ list: String) -> [String] { list.split(separator: ",").map { $0.trimming(" ") } }

  /// Metrics of rankings by their names; `training` is the file that popularity is counted in.
  func rankingMetrics(_ names: [String], training: String?) throws -> [RankingMetric] {
    let metrics = try names.map { try RankingMetric(parsing: $0) }
    if training == nil, let metric = metrics.first(where: \.kind.needsPopularity) {
      throw ValidationError("\(metric) counts popularity in the training file: give it with --exclude FILE.")
    }
    return metrics
  }

  var `protocol`: Candidates { candidates.map { .sampled(count: $0, seed: seed) } ?? .all }
  var bootstrap: Bootstrap? { resamples > 0 ? Bootstrap(replicates: resamples, seed: seed) : nil }
}
