import ALS
import ALSEvaluation
import ALSFiles
import ArgumentParser

/// Which interactions are held out.
struct SplitOptions: ParsableArguments {
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case randomPerUser = "random-per-user"
    case random
    case last
    case time
    case users
    case folds
  }

  static let defaultFolds = 5

  @Option(
    help: """
      random-per-user holds out a share (--fraction) or a number (--count) of each user's items, random a share of all \
      pairs, last each user's latest items by time, time everything from a moment on, users a part of what some users \
      have, of whom the training file has nothing; folds makes a pair of files for each fold of a cross-validation.
      """)
  var method: Method = .randomPerUser
  @Option(
    help:
      "Share held out: of each user's items, of all pairs, of all lines by time (default 0.2), of the users (default 0.1)."
  )
  var fraction: Double?
  @Option(help: "Items of each user held out by last (default 1) or, instead of a share, by random-per-user.")
  var count: Int?
  @Option(help: "First moment that is held out by time, instead of a share: a number, or a date such as 2026-01-31.")
  var from: String?
  @Option(help: "Share of the items of held-out users to test on. Default: 0.2.")
  var testFraction: Double?
  @Option(help: "Number of folds. Default: \(SplitOptions.defaultFolds).")
  var folds: Int?
  @Option(help: "Seed of the random methods.", transform: Seed.parse)
  var seed: UInt64 = 0

  var readsTimes: Bool { method == .last || method == .time }

  func validate() throws {
    let given: [(name: String, isGiven: Bool, methods: [Method])] = [
      ("--fraction", fraction != nil, [.randomPerUser, .random, .time, .users]),
      ("--count", count != nil, [.last, .randomPerUser]), ("--from", from != nil, [.time]),
      ("--test-fraction", testFraction != nil, [.users]), ("--folds", folds != nil, [.folds]),
    ]
    for (name, isGiven, methods) in given where isGiven && !methods.contains(method) {
      throw ValidationError("\(name) is for --method \(methods.map(\.rawValue).joined(separator: " or ")).")
    }
    if fraction != nil, count != nil || from != nil {
      throw ValidationError("Say how much is held out in one way: --fraction, or --\(count != nil ? "count" : "from").")
    }
    if let from, timestamp(from) == nil {
      throw ValidationError("--from \(from) is neither a number nor a date such as 2026-01-31T09:30:00Z.")
    }
    // Before files for them are made.
    if let folds, folds < 2 || folds > Events.mostFolds {
      throw ValidationError("--folds is \(folds), but it must be from 2 to \(Events.mostFolds).")
    }
  }

  /// One division, or one for each fold.
  func divisions(of events: Events, threads: Int) throws -> [Division] {
    func one(_ holdOut: HoldOut) throws -> [Division] { [try events.division(by: holdOut, threads: threads)] }
    switch method {
    case .randomPerUser:
      if let count { return try one(.randomCountPerUser(count: count, seed: seed)) }
      return try one(.randomPerUser(fraction: fraction ?? 0.2, seed: seed))
    case .random: return try one(.random(fraction: fraction ?? 0.2, seed: seed))
    case .last: return try one(.lastByTime(count: count ?? 1))
    case .time:
      if let moment = from.flatMap(timestamp) { return try one(.fromTime(moment)) }
      return try one(.latest(fraction: fraction ?? 0.2))
    case .users:
      let heldOut = HeldOutUsers(fraction: fraction ?? 0.1, testFraction: testFraction ?? 0.2, seed: seed)
      return [try events.division(by: heldOut, threads: threads)]
    case .folds:
      return Array(try events.folds(folds ?? Self.defaultFolds, seed: seed, threads: threads))
    }
  }
}

private func timestamp(_ text: String) -> Double? {
  Array(text.utf8).withUnsafeBufferPointer { ALSFiles.timestamp($0) }
}
