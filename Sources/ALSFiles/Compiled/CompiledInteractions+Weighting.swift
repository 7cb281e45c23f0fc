import ALSPlatform
import ALSSparse

extension CompiledInteractions {
  /// How the weights of the file fall with age when it is opened; `nil` when they do not.
  ///
  /// - Throws: `ALSError` when there are no times, or those of repeated pairs have gone into one.
  func decay(_ weighting: EventWeighting) throws -> TimeDecay? {
    if weighting.halfLife == nil { return nil }
    if let decay = summary.weights?.decay {
      throw ALSError(
        .configuration, "was weighted by age when it was compiled, with \(decay). Leave out --half-life here.", at: path
      )
    }
    if summary.events > summary.interactions {
      throw ALSError(
        .configuration,
        "had repeated rows, which were merged when it was compiled, so that they cannot be weighted by their age any more. "
          + "Convert the file that it was made from again, with --half-life.", at: path)
    }
    return try weighting.decay(over: TimeSpan(times().elements, asOf: weighting.asOf), of: path)
  }

  /// The weights of the users' rows by the age of their pairs; `nil` when all are 1.
  func weights(by decay: TimeDecay) throws -> Buffer<Float>? {
    let (times, own) = (try times(), try matrix("user", rows: summary.users, columns: summary.items).weights)
    if own == nil, times.elements.allSatisfy({ $0 >= decay.asOf }) { return nil }
    let weights = Buffer<Float>(uninitialized: times.count)
    EventColumns.weigh(weights.pointer, weights.count, from: own?.pointer, times: times.pointer, decay)
    return withExtendedLifetime(own) { weights }
  }
}

extension CompiledInteractions.Summary {
  func weighted(by decay: TimeDecay) -> Self {
    var copy = self
    copy.weights = CompiledInteractions.Weights(decay: decay)
    return copy
  }
}

extension Events {
  /// The same with other weights.
  func replacingWeights(with weights: Buffer<Float>?) -> Events {
    Events(
      users: users, items: items, userIndices: userIndices, itemIndices: itemIndices, values: values, times: times,
      weights: weights)
  }
}

extension Interactions {
  /// The same with other weights, in the order of the users' rows.
  ///
  /// - Complexity: O(users + items + interactions).
  func replacingWeights(with weights: Buffer<Float>?, threads: Int) -> Interactions {
    let byUser = byUser.replacingWeights(with: weights)
    return Interactions(
      users: users, items: items, byUser: byUser,
      byItem: byItem.replacingWeights(
        with: weights.flatMap { _ in byUser.replacingValues(with: nil).transposed(threads: threads).weights }),
      repeats: repeats)
  }
}
