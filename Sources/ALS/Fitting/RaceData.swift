import ALSPlatform
package import ALSSparse

/// Interactions of which a part is held out, to tell how good settings are.
package struct RaceData {
  package let training: Interactions
  package let heldOut: CSRMatrix<Float>
  /// Those with something held out, in a random order, so that the first ones are a sample.
  package let users: [Int]

  /// Whether values may say more than that a pair is there.
  var hasDifferentValues: Bool {
    training.valueRange().map { $0.lowerBound != $0.upperBound } ?? false
  }

  /// The part that is held out, and the most pairs and users of it.
  private static let (fraction, mostPairs) = (0.1, 200_000.0)
  /// Fewer than these and a race could not tell settings apart: their values are uncertain by some percent.
  private static let (leastPairs, leastUsers) = (2_000, 200)
  private static let leastFactors = 64
  private static let cutoff = 20
  static let metric = "ndcg@\(cutoff)"

  /// Whether there is memory for models with so many factors, the best, its rival with the scratch of a training, and one made
  /// ready for ranking, and for a copy of the data.
  package static func fits(_ interactions: Interactions, factors: Int, copying: Bool) -> Bool {
    let rows = interactions.users.count + interactions.items.count
    let matrix = interactions.byUser
    // Where there are values, their logarithms too.
    let entry = 4 * (1 + (matrix.values == nil ? 0 : 2) + (matrix.weights == nil ? 0 : 1))
    let needed = 4 * rows * factors * MemoryLayout<Float>.size + (copying ? 2 * matrix.entryCount * entry : 0)
    return needed <= AvailableMemory.limits().map(\.bytes).min() ?? .max
  }

  /// `nil` where there is too little to hold out, or no room for it and for models with few factors.
  ///
  /// - Complexity: O(entries).
  package init?(of interactions: Interactions, seed: UInt64, threads: Int) {
    let fraction = min(Self.fraction, Self.mostPairs / Double(max(interactions.count, 1)))
    guard fraction * Double(interactions.count) >= Double(Self.leastPairs),
      Self.fits(interactions, factors: Self.leastFactors, copying: true)
    else { return nil }
    let pairs = RandomPairs(fraction: fraction, seed: seed, eventCount: interactions.count)
    let (heldOut, rest) = interactions.byUser.divided(threads: threads) { pairs.contains(user: Int32($0), item: $1) }
    self.heldOut = heldOut
    training = Interactions(
      users: interactions.users, items: interactions.items, byUser: rest, byItem: rest.transposed(threads: threads))
    var users = (0..<heldOut.rowCount).filter { heldOut.degree(ofRow: $0) > 0 && rest.degree(ofRow: $0) > 0 }
    var random = RandomGenerator(seed: seed)
    users.shuffle(using: &random)
    self.users = users
    if users.count < Self.leastUsers { return nil }
  }

  /// How well `model` does for each of `users`: NDCG@20 in the full catalogue without what the user has in training.
  package func scores(of model: FactorModel, _ users: some Collection<Int>, threads: Int) throws -> [Double] {
    let gains = DiscountedGains(length: Self.cutoff)
    let relevant = model.configuration.definition.liked(heldOut)
    var values: [Double] = []
    values.reserveCapacity(users.count)
    try model.forEachTop(
      ofUsers: Array(users), count: Self.cutoff, excluding: Exclusions(seen: training.byUser, everywhere: []),
      threads: threads
    ) { user, best in
      let wanted = relevant.columns(ofRow: user)
      var sum = 0.0
      for (rank, item) in best.enumerated() where wanted.containsSorted(Int32(item.index)) { sum += gains.gains[rank] }
      values.append(wanted.isEmpty ? 0 : sum / gains.ideal[min(wanted.count, Self.cutoff)])
    }
    return values
  }
}
