import ALS
import ALSFiles
import ArgumentParser
import Foundation

/// Times the public API for recommendations on a trained model, and prints one JSON object.
@main
struct RecommendTiming: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend-timing",
    abstract: "Users per second of the best items for all users, and the latency for one, seen items excluded.")

  @Argument(help: "Model file.")
  var model: String
  @Argument(help: "File of the interactions that the model was trained on.")
  var interactions: String
  @Option(help: "Users to recommend to at once, the first ones of the model. Default: all.")
  var users: Int?
  @Option(help: "Items per user.")
  var count = 10
  @Option(help: "Users to ask for one by one.")
  var singles = 500
  @Option(help: "Users whose items are printed, to be compared with another engine's.")
  var answers = 200
  @Option(help: "Threads. Default: all processors.")
  var threads: Int?

  /// What is printed.
  struct Report: Encodable {
    let users: Int
    let seconds: Double
    let usersPerSecond: Double
    let singleMedianMicroseconds: Double
    let answers: [[String]]
  }

  func run() throws {
    let model = try FactorModel(contentsOf: self.model)
    let seen = try Exclusions(
      seen: InteractionsReader(threads: threads).readInteractions(interactions, duplicates: .sum).interactions,
      for: model)
    let indices = Array(model.users.indices.prefix(users ?? .max))

    // Once before the clock runs, so that pages are in memory and clocks are up.
    let first = Array(indices.prefix(max(answers, 1000)))
    var lists: [[String]] = []
    try model.forEachRecommendation(ofUsers: first, count: count, excluding: seen, threads: threads) {
      lists.append($1.map { "\($0.id)" })
    }

    var delivered = 0
    let bulk = try seconds {
      try model.forEachRecommendation(ofUsers: indices, count: count, excluding: seen, threads: threads) {
        delivered += $1.isEmpty ? 0 : 1
      }
    }
    let latencies = try indices.prefix(singles).map { user in
      let id = model.users[user]
      return try seconds { delivered += try model.recommend(user: id, count: count, excluding: seen).count }
    }
    let report = Report(
      users: indices.count, seconds: bulk, usersPerSecond: Double(indices.count) / bulk,
      singleMedianMicroseconds: 1e6 * (latencies.isEmpty ? 0 : latencies.sorted()[latencies.count / 2]),
      answers: Array(lists.prefix(answers)))
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  private func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return (ContinuousClock.now - start) / .seconds(1)
  }
}
