public import ALS
import ALSPlatform
public import ALSSparse

/// How well a model predicts held-out ratings.
public struct RatingEvaluation: Sendable {
  /// The errors over all held-out ratings.
  public let errors: RatingErrors
  /// The same for groups of users and items, if they were asked for.
  public let groups: [RatingGroup]
  /// Ratings whose user or item the model does not know.
  ///
  /// They are predicted by what it does know, the mean and the bias of the other, and are among the errors.
  public let unknownPairs: Int
  /// The number, the sum of squares and the sum of magnitudes of each user's errors.
  private let userSums: [[Double]]

  /// Predicts every rating of `test` and compares.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - test: The held-out ratings, with any identifiers.
  ///   - training: What activity and popularity are counted in, for `groups`.
  ///   - groups: In how many groups of users by activity and of items by popularity to measure as well; 0 for none.
  ///   - threads: All processors when `nil`.
  /// - Throws: `ALSError` when there are no ratings, or groups are asked for without `training`.
  /// - Complexity: O(ratings · k).
  public init(
    of model: FactorModel, on test: Interactions, training: Interactions? = nil, groups: Int = 0, threads: Int? = nil
  ) throws {
    let threads = try threadCount(threads)
    let test = try test.ratings()
    if test.count == 0 { throw ALSError(.data, "there are no held-out ratings to predict. Check the file.") }
    if groups < 0 { throw ALSError(.configuration, "the number of groups is \(groups). Choose 0 or more.") }
    if groups > 0, training == nil {
      throw ALSError(.configuration, "groups need the training data, in which activity and popularity are counted.")
    }
    let predictions = Predictions(of: model, on: test, threads: threads)
    let all = predictions.differences
    errors = RatingErrors(count: all.count, threads: threads) { all.pointer[$0] }
    unknownPairs = predictions.unknownPairs
    userSums = predictions.userSums()
    self.groups = training.map { predictions.groups(groups, training: $0) } ?? []
  }

  /// Confidence intervals of the errors, from resampling the users with all their ratings.
  ///
  /// - Throws: `ALSError` when `threads` is less than 1 or a parameter of `bootstrap` out of its range.
  /// - Complexity: O(replicates · users).
  public func intervals(
    _ bootstrap: Bootstrap = Bootstrap(), threads: Int? = nil
  ) throws -> [RatingMetric: ClosedRange<Double>] {
    try bootstrap.validate()
    let sums = bootstrap.sums(of: userSums, threads: try threadCount(threads))
    let intervals: [(RatingMetric, ClosedRange<Double>?)] = [
      (.rmse, bootstrap.interval(zip(sums[1], sums[0]).map { ($0 / $1).squareRoot() })),
      (.mae, bootstrap.interval(zip(sums[2], sums[0]).map { $0 / $1 })),
    ]
    return Dictionary(uniqueKeysWithValues: intervals.compactMap { metric, range in range.map { (metric, $0) } })
  }
}

extension RatingEvaluation {
  /// The deviations of the users' sums from what the mean over all ratings makes of their numbers.
  func samplingError(_ metric: RatingMetric, around mean: Double) -> SamplingError {
    SamplingError(zip(userSums[0], userSums[metric == .rmse ? 1 : 2]).lazy.map { count, sum in sum - mean * count })
  }
}

/// A part of the held-out ratings, and how far the predictions are off.
public struct RatingGroup: Sendable {
  /// What the group is one of: of users, or of items, in groups of about as many ratings.
  public let key: RankingGroup.Key
  /// From the fewest ratings in training to the most.
  public let range: ClosedRange<Int>
  /// The errors.
  public let errors: RatingErrors
}

/// The errors of all held-out ratings, user by user.
private struct Predictions {
  let test: Interactions
  let differences: Buffer<Double>
  let unknownPairs: Int

  init(of model: FactorModel, on test: Interactions, threads: Int) {
    let users = test.users.map { model.users.index(of: $0) }
    let items = test.items.map { model.items.index(of: $0) }
    let matrix = test.byUser
    let differences = Buffer<Double>(uninitialized: matrix.entryCount)
    let unknown = Buffer<Int>(repeating: 0, count: matrix.rowCount)
    parallelForEachChunk(of: matrix.rowCount, size: 64, workers: threads) { rows, _ in
      for row in rows {
        for entry in matrix.entries(ofRow: row) {
          let column = Int(matrix.columns.pointer[entry])
          let predicted: Double
          if let user = users[row], let item = items[column] {
            predicted = model.score(userAt: user, itemAt: item)
          } else {
            predicted = model.baseline(user: test.users[row], item: test.items[column])
            unknown.pointer[row] += 1
          }
          differences.pointer[entry] = predicted - Double(matrix.values?.pointer[entry] ?? 1)
        }
      }
    }
    (self.test, self.differences, unknownPairs) = (test, differences, unknown.elements.reduce(0, +))
  }

  func userSums() -> [[Double]] {
    let rows = (0..<test.users.count).map { test.byUser.entries(ofRow: $0) }.filter { !$0.isEmpty }
    return [
      rows.map { Double($0.count) },
      rows.map { $0.reduce(0) { $0 + differences.pointer[$1] * differences.pointer[$1] } },
      rows.map { $0.reduce(0) { $0 + abs(differences.pointer[$1]) } },
    ]
  }

  func groups(_ count: Int, training: Interactions) -> [RatingGroup] {
    if count == 0 { return [] }
    let (activity, popularity) = (training.itemCounts(), training.userCounts())
    let users = test.users.map { user in training.users.index(of: user).map { activity[$0] } ?? 0 }
    let items = test.items.map { item in training.items.index(of: item).map { popularity[$0] } ?? 0 }
    let byUser = (0..<test.users.count).flatMap { user in test.byUser.entries(ofRow: user).map { _ in users[user] } }
    let byItem = test.byUser.columns.elements.map { items[Int($0)] }
    return groups(count, .userActivity, keys: byUser) + groups(count, .itemPopularity, keys: byItem)
  }

  /// Groups of predictions by a number that each has.
  private func groups(_ count: Int, _ key: RankingGroup.Key, keys: [Int]) -> [RatingGroup] {
    QuantileBins(count, of: keys, weights: keys.map { _ in 1 }).ranges.map { range in
      let members = keys.indices.filter { range.contains(keys[$0]) }
      return RatingGroup(
        key: key, range: range,
        errors: RatingErrors(count: members.count, threads: 1) { differences.pointer[members[$0]] })
    }
  }
}
