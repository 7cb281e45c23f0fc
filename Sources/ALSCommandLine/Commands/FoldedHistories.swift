import ALS
import ALSPlatform
import ALSSparse

/// Users that are known by files of what they have, and of their features.
struct FoldedHistories {
  /// The model with these users and no others.
  let model: FactorModel
  /// Whether the model knows any item, or feature, of a user, by index.
  let isKnown: [Bool]
  /// What they have.
  let exclusions: Exclusions

  /// Folds the users of both files into `model`, and says on standard error what of the histories had no part in it; `nil`
  /// without files.
  init?(
    _ histories: (interactions: Interactions, file: String)?, _ features: Features?, in model: FactorModel,
    threads: Int?
  ) throws {
    let folded: FoldedRows
    if let features {
      folded = try model.foldIn(userFeatures: features, interactions: histories?.interactions, threads: threads)
    } else if let histories {
      folded = try model.foldIn(users: histories.interactions, threads: threads)
    } else {
      return nil
    }
    if folded.unknownCount > 0, let histories {
      StandardError.warn(
        "\(histories.file): \(folded.unknownCount.grouped) interactions are not used, whose item the model does not know"
      )
    }
    let own = try model.replacingUsers(with: folded)
    self.model = own
    isKnown = zip(folded.identifiers, folded.entryCounts).map { user, count in
      count > 0 || own.userFeatures?.features.hasFeatures(user) == true
    }
    exclusions = histories.map { Exclusions(seen: $0.interactions, remembered: false, for: own) } ?? .none
  }

  /// The error for one of whom nothing is known.
  func unknown(userAt index: Int) -> ALSError {
    ALSError(
      .unknownIdentifier,
      "user \(model.users[index]) has no item\(model.userFeatures == nil ? "" : " and no feature") that the model knows. "
        + "Say what such users get with --cold-start empty or popular.")
  }
}
