package import ALSDense

/// A way to solve all rows of a half-sweep, and what others must know of it.
package protocol RowSolver: Sendable {
  /// Whether half-sweeps must be written in the eigenbasis of the fixed side's Gram matrix (``FixedSide/spectrum``).
  var usesEigenbasis: Bool { get }

  /// Whether it finds solutions in `domain`, with an L1 norm to be kept small where there is `sparsity`.
  func solves(_ domain: Domain, sparsity: Bool) -> Bool

  /// What travels where rows are divided over ranks.
  var traffic: ItemTraffic { get }

  /// How it copies the fixed side to gather from, in all sweeps but the last.
  var tableFormat: TableFormat { get }

  /// The bytes of a tile of the fixed side, where rows with many entries take their steps together; `nil` where all are
  /// solved one by one.
  var tiling: Int? { get }

  /// Solves every row with entries and zeroes the others.
  ///
  /// - Throws: `ALSError` when a row has no finite solution, `CancellationError` when the task is cancelled.
  func solve<Element: Scalar>(_ sweep: HalfSweep<Element>) throws -> SolveReport
}

/// What travels between ranks while the items are solved, of which each rank has some of the entries.
package enum ItemTraffic: Sendable {
  /// Sums over a rank's entries, in every pass, to the owner of the item; users stay where they are.
  case sums
  /// The users' factors, to the owner of an item, which has all of its entries.
  case wholeRows
}

extension RowSolver {
  package func solves(_ domain: Domain, sparsity: Bool) -> Bool { domain == .all && !sparsity }
}

/// What a half-sweep has to tell.
package struct SolveReport: Sendable {
  /// Rows whose system was too close to singular for the working precision, solved again in double precision.
  package var rescuedRows: Int

  package init(rescuedRows: Int = 0) { self.rescuedRows = rescuedRows }
}
