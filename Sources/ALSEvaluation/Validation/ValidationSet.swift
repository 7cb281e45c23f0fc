public import ALS
import ALSPlatform
public import ALSSparse

/// Held-out interactions to measure models by while they are trained or tuned.
public struct ValidationSet: Sendable {
  /// What models are trained on; a user's items in it are left out of the user's ranking.
  public let training: Interactions
  /// What they are measured on.
  public let heldOut: Interactions
  /// What is measured.
  public let metric: ValidationMetric

  /// A validation set.
  ///
  /// - Throws: `ALSError` when there is nothing to train on or nothing to measure on.
  public init(training: Interactions, heldOut: Interactions, metric: ValidationMetric) throws {
    try Self.requireParts(training: training.count, heldOut: heldOut.count)
    self.training = training
    self.heldOut = heldOut
    self.metric = metric
  }

  /// Throws when there is nothing to train on or nothing to measure on.
  static func requireParts(training: Int, heldOut: Int) throws {
    if training == 0 {
      throw ALSError(.data, "nothing is left to train on. Hold out a smaller part for validation.")
    }
    if heldOut == 0 {
      throw ALSError(.data, "nothing was held out for validation. Hold out a larger part.")
    }
  }

  /// Holds out every pair of user and item with probability `fraction`.
  ///
  /// - Parameters:
  ///   - interactions: What there is.
  ///   - fraction: The share to measure on, above 0 and below 1.
  ///   - seed: The seed of the split.
  ///   - metric: What is measured.
  ///   - threads: All processors when `nil`.
  /// - Throws: `ALSError` when a parameter is out of its range, or a part is empty.
  /// - Complexity: O(users + items + interactions).
  public init(
    splitting interactions: Interactions, fraction: Double, seed: UInt64 = 0, metric: ValidationMetric,
    threads: Int? = nil
  ) throws {
    let (training, heldOut) = try interactions.events().split(.random(fraction: fraction, seed: seed), threads: threads)
    try self.init(
      training: Interactions(training, threads: threads), heldOut: Interactions(heldOut, threads: threads),
      metric: metric)
  }

  /// The value of the metric for `model`.
  ///
  /// The same for every number of threads.
  ///
  /// - Throws: `ALSError` when the model knows no held-out user, or does not have this metric.
  /// - Complexity: O(users · items · k) for rankings, O(held-out ratings · k) for ratings.
  public func value(of model: FactorModel, threads: Int? = nil) throws -> Double {
    try measurement(of: model, threads: threads).value
  }

  /// The same with what its interval follows from.
  package func measurement(of model: FactorModel, threads: Int?) throws -> ValidationMeasurement {
    try ValidationMeasurement(of: model, on: self, threads: threads)
  }
}

extension Interactions {
  /// The interactions as events, ordered by user and item; two of a pair whose repeats nobody has decided about.
  fileprivate func events() -> Events {
    guard case .undecided(let last, _) = repeats else {
      let rows = Buffer<Int32>(uninitialized: count)
      for user in 0..<users.count {
        let entries = byUser.entries(ofRow: user)
        (rows.pointer + entries.lowerBound).initialize(repeating: Int32(user), count: entries.count)
      }
      return Events(
        users: users, items: items, userIndices: rows, itemIndices: byUser.columns, values: byUser.values, times: nil,
        weights: byUser.weights)
    }
    var (rows, columns, values, weights): ([Int32], [Int32], [Float], [Float]) = ([], [], [], [])
    for user in 0..<users.count {
      for entry in byUser.entries(ofRow: user) {
        for event in byUser.events(ofEntry: entry, last: last) {
          rows.append(Int32(user))
          columns.append(byUser.columns.pointer[entry])
          values.append(Float(event.value))
          weights.append(Float(event.weight))
        }
      }
    }
    return Events(
      users: users, items: items, userIndices: Buffer(rows), itemIndices: Buffer(columns), values: Buffer(values),
      times: nil, weights: byUser.weights.map { _ in Buffer(weights) })
  }
}
