import ALS
import ALSPlatform
import ALSSparse

/// What is held out, in a model's order, and what had to be left out of it.
struct HeldOutPairs: Sendable {
  /// Users × items: what is relevant.
  let relevant: CSRMatrix<Float>
  /// Users × items: what is not recommended; `nil` when anything is.
  let seen: CSRMatrix<Float>?
  let unknownUserPairs: Int
  let unknownItemPairs: Int
  let seenPairs: Int

  /// What of `test` is not among the `seen`, which are in the order of `model`.
  init(_ test: Interactions, excluding seen: CSRMatrix<Float>?, for model: FactorModel) {
    let aligned = AlignedInteractions(test, with: model)
    let unknownUsers = aligned.unknown.count { model.users.index(of: test.users[$0.user]) == nil }
    unknownUserPairs = unknownUsers
    unknownItemPairs = aligned.unknown.count - unknownUsers
    self.seen = seen
    // What was disliked is known, but not relevant.
    let liked = model.configuration.definition.liked(aligned.byUser)
    relevant = seen.map { liked.removing($0) } ?? liked
    seenPairs = liked.entryCount - relevant.entryCount
  }

  /// - Throws: `ALSError` when nothing is left.
  init(_ test: Interactions, excluding training: Interactions?, for model: FactorModel) throws {
    self.init(test, excluding: training.map { AlignedInteractions($0, with: model).byUser }, for: model)
    try Self.require(relevant.entryCount, seen: seenPairs)
  }

  /// Throws when there are no `relevant` pairs, because of those `seen` or for another reason.
  static func require(_ relevant: Int, seen: Int) throws {
    if relevant > 0 { return }
    throw seen > 0
      ? ALSError(
        .data,
        "every held-out pair that the model knows is in the data that is excluded. Exclude the training data, "
          + "from which the held-out pairs were taken away.")
      : ALSError(
        .data, "the model knows none of the held-out pairs. Check that both files have the same kind of identifiers.")
  }

  /// What a user must not get, ascending.
  func seen(byUser user: Int) -> UnsafeBufferPointer<Int32> {
    seen?.columns(ofRow: user) ?? UnsafeBufferPointer(start: nil, count: 0)
  }
}

extension CSRMatrix<Float> {
  /// The entries for which `isIncluded` holds, without their values; the matrix itself when that is all.
  func entries(where isIncluded: (_ row: Int, _ column: Int32) -> Bool) -> CSRMatrix {
    let starts = Buffer<Int64>(uninitialized: rowCount + 1)
    var kept: [Int32] = []
    for row in 0..<rowCount {
      starts.pointer[row] = Int64(kept.count)
      for column in columns(ofRow: row) where isIncluded(row, column) { kept.append(column) }
    }
    if kept.count == entryCount { return self }
    starts.pointer[rowCount] = Int64(kept.count)
    return CSRMatrix(
      rowCount: rowCount, columnCount: columnCount, rowStarts: starts, columns: Buffer(kept), values: nil)
  }

  /// The entries that `other`, of the same shape, does not have.
  fileprivate func removing(_ other: CSRMatrix) -> CSRMatrix {
    entries { row, column in !other.columns(ofRow: row).containsSorted(column) }
  }
}
