import ALSDense
import ALSPlatform
package import ALSSparse

/// The features that a training is given, and whom its model is to know.
package struct TrainingFeatures: Sendable {
  /// As they were given.
  let given: Sides<Features?>
  /// The interactions with all users and items, of which those without interactions are no part of the training.
  let all: Sides<Identifiers>
}

extension ALSConfiguration {
  /// The training with side features; the same as without where there are none.
  ///
  /// Who has no interactions is no part of it, neither with the zeros that its cells would be nor in the number of rows that
  /// λ grows with: what is not known is not disliked.
  ///
  /// - Throws: `ALSError` when λ is 0, so that nothing would follow from features.
  package func training(on interactions: Interactions, with features: Sides<Features?>) throws -> Training {
    if features.users == nil && features.items == nil { return try training(on: interactions) }
    if !isPlain {
      throw ALSError(
        .configuration,
        "features draw factors to what they say, which may be negative and is never zero. Leave out nonnegative and l1, "
          + "or the features.")
    }
    var configuration = any
    configuration.featureRegularization = featureRegularization ?? Self.defaultFeatureRegularization
    configuration.featureWeight = featureShare
    let all = try configuration.reading(interactions)
    let liked = configuration.definition.liked(try all.observed(configuration.definition).byUser)
    var training = try configuration.training(on: all.keeping(rowsAndColumnsOf: liked))
    for side in Side.allCases where features[side] != nil {
      let own = side == .users ? training.configuration.userRegularization : training.configuration.itemRegularization
      if own ?? training.configuration.regularization == 0 {
        throw ALSError(
          .configuration,
          "the regularization of \(side) is 0, so that nothing would follow from their features. Give one above 0.")
      }
    }
    training.features = TrainingFeatures(
      given: features, all: Sides(users: interactions.users, items: interactions.items))
    return training
  }
}

extension Training {
  /// A checksum of everything that is trained on.
  var fingerprint: String {
    guard let features else { return interactions.fingerprint() }
    var checksum = Checksum()
    var text = interactions.fingerprint()
    text.withUTF8 { checksum.update(UnsafeRawBufferPointer($0)) }
    for side in Side.allCases { features.given[side]?.update(&checksum) }
    return checksum.hexadecimal
  }
}

extension Trainer {
  /// The weights of features as checkpoints have them.
  func featureTensors(_ prefix: String = "") -> [(name: String, weights: Matrix<Element>)] {
    Side.allCases.compactMap { side in
      features[side].map { (name: prefix + SideFeatures.weightsName(side), weights: $0.weights) }
    }
  }
}

extension TrainingFeatures {
  /// The model with what it knows of features, and with everybody whom the training left out for want of interactions: those
  /// of the interactions in their places, and those of the features after them, each with the factors Wᵀf.
  func completing<Element>(
    _ model: FactorModel, _ priors: Sides<FeaturePriors<Element>?>, _ objective: any Objective
  ) -> FactorModel {
    var model = model
    let learned = Sides { side -> LearnedFeatures? in
      guard let given = given[side], let weights = priors[side]?.weights else { return nil }
      return LearnedFeatures(
        given,
        weights: Matrix(
          rowCount: weights.rowCount, columnCount: weights.columnCount,
          buffer: Buffer(weights.buffer.elements.map { Double($0) })))
    }
    model.features = SideFeatures(learned)
    for side in Side.allCases {
      let trained = model.identifiers(of: side)
      let names = given[side].map { all[side].appending($0.entities).table } ?? all[side]
      if names.count == trained.count { continue }
      let (positions, count) = (trained.map { names.index(of: $0) ?? 0 }, names.count)
      let density = objective.parameters(of: side, entryCount: 0, fixedCount: model.identifiers(of: side.other).count)
        .density
      func completed<Stored>(_ tables: FactorTables<Stored>) -> FactorTables<Stored> {
        tables.replacing(
          side,
          with: tables[side].rows.completed(at: positions, of: count, root: density.squareRoot()) { row in
            learned[side].map { $0.prior($0.row(of: names[row])) }
          })
      }
      model.tables = model.tables.open({ .float(completed($0)) }, { .double(completed($0)) })
      if side == .users {
        model.users = names
        model.userTotals = model.userTotals.map { $0.scattered(to: positions, of: count) }
      } else {
        model.items = names
        model.itemCounts = model.itemCounts.map { $0.scattered(to: positions, of: count) }
      }
    }
    return model
  }
}

extension Buffer where Element: Numeric {
  /// These numbers at `positions` among `count`, of which the others are 0.
  fileprivate func scattered(to positions: [Int], of count: Int) -> Buffer {
    let result = Buffer(repeating: 0, count: count)
    for (place, position) in positions.enumerated() { result.pointer[position] = pointer[place] }
    return result
  }
}
