import ALS
import ALSPlatform
import ALSSparse

/// Users that are known by a file of what they have.
struct FoldedHistories {
  /// The model with these users and no others.
  let model: FactorModel
  /// Whether the model knows any item of a user, by index.
  let isKnown: [Bool]
  /// What they have.
  let exclusions: Exclusions

  /// Folds the users of `interactions` into `model`, and says on standard error what of `file` had no part in it.
  init(_ interactions: Interactions, of file: String, in model: FactorModel, threads: Int?) throws {
    let folded = try model.foldIn(users: interactions, threads: threads)
    if folded.unknownCount > 0 {
      StandardError.warn(
        "\(file): \(folded.unknownCount.grouped) interactions are not used, whose item the model does not know")
    }
    self.model = try model.replacingUsers(with: folded)
    isKnown = folded.entryCounts.map { $0 > 0 }
    exclusions = Exclusions(seen: interactions, remembered: false, for: self.model)
  }

  /// The error for one of whom nothing is known.
  static func unknown(_ user: Identifier) -> ALSError {
    ALSError(
      .unknownIdentifier,
      "user \(user) has no item that the model knows. Say what such users get with --cold-start empty or popular.")
  }
}
