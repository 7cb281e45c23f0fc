public import ALS
import ALSPlatform
public import ALSSparse

/// How well a model predicts held-out ratings.
public struct RatingEvaluation: Sendable {
  /// The errors over all held-out ratings.
  public let errors: RatingErrors
  /// Ratings whose user or item the model does not know.
  ///
  /// They are predicted by what it does know, the mean and the bias of the other, and are among the errors.
  public let unknownPairs: Int

  /// Predicts every rating of `test` and compares.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - test: The held-out ratings, with any identifiers.
  ///   - threads: All processors when `nil`.
  /// - Throws: `ALSError` when there are no ratings.
  /// - Complexity: O(ratings · k).
  public init(of model: FactorModel, on test: Interactions, threads: Int? = nil) throws {
    if test.count == 0 { throw ALSError(.data, "there are no held-out ratings to predict. Check the file.") }
    let aligned = AlignedInteractions(test, with: model)
    let matrix = aligned.byUser
    let known = (0..<matrix.rowCount).flatMap { row in matrix.entries(ofRow: row).map { _ in Int32(row) } }
    let unknown = aligned.unknown
    errors = RatingErrors(count: known.count + unknown.count, threads: threads ?? availableProcessors) { index in
      if index < known.count {
        let item = Int(matrix.columns.pointer[index])
        return model.score(userAt: Int(known[index]), itemAt: item) - Double(matrix.values?.pointer[index] ?? 1)
      }
      let (user, item, value) = unknown[index - known.count]
      return model.baseline(user: test.users[user], item: test.items[item]) - Double(value)
    }
    unknownPairs = unknown.count
  }
}
