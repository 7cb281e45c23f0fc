import ALS
import Benchmark
import BenchmarkData

/// A trained model and what its users have seen.
private struct Trained {
  let model: FactorModel
  let seen: Exclusions

  static func make() throws -> Trained {
    let data = BenchmarkData.shared.interactions
    let model = try BenchmarkData.engine(factors: 64, iterations: 5).fit(data)
    return Trained(model: model, seen: try Exclusions(seen: data, for: model))
  }
}

/// The best ten items for all users and for one.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .peakMemoryResident], maxDuration: .seconds(3))

  Benchmark("Top 10 for all users, seen excluded") { (benchmark: Benchmark, trained: Trained) in
    let users = Array(trained.model.users.indices)
    benchmark.startMeasurement()
    try trained.model.forEachRecommendation(ofUsers: users, count: 10, excluding: trained.seen) { blackHole(($0, $1)) }
  } setup: {
    try Trained.make()
  }

  Benchmark("Top 10 for one user, seen excluded") { (benchmark: Benchmark, trained: Trained) in
    let user = trained.model.users[benchmark.currentIteration % trained.model.users.count]
    benchmark.startMeasurement()
    blackHole(try trained.model.recommend(user: user, excluding: trained.seen))
  } setup: {
    try Trained.make()
  }
}
