public import ALSSparse

extension FactorModel {
  /// A model in which users have been added, or replaced, that have features, and perhaps interactions; see
  /// ``updating(users:threads:)``.
  ///
  ///     let updated = try model.updating(userFeatures: Features(newcomers, in: model.userFeatures?.space))
  ///
  /// - Throws: What ``foldIn(userFeatures:interactions:threads:)`` throws.
  public func updating(
    userFeatures features: Features, interactions: Interactions? = nil, threads: Int? = nil
  ) throws -> FactorModel {
    try updating(foldIn(userFeatures: features, interactions: interactions, threads: threads))
  }

  /// A model in which items have been added, or replaced, that have features, and perhaps interactions: from then on they
  /// are scored, recommended and found similar like any other; see ``updating(items:threads:)``.
  public func updating(
    itemFeatures features: Features, interactions: Interactions? = nil, threads: Int? = nil
  ) throws -> FactorModel {
    try updating(foldIn(itemFeatures: features, interactions: interactions, threads: threads))
  }
}
