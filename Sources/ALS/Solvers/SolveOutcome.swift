import Synchronization

/// What workers report of their rows.
final class SolveOutcome: Sendable {
  private let rescued = Atomic(0)
  private let firstFailure = Mutex<Int?>(nil)

  func countRescue() { rescued.wrappingAdd(1, ordering: .relaxed) }

  func fail(_ row: Int) {
    firstFailure.withLock { $0 = min($0 ?? row, row) }
  }

  func report() throws -> SolveReport {
    if let row = firstFailure.withLock({ $0 }) { throw UnsolvableRow(row: row) }
    return SolveReport(rescuedRows: rescued.load(ordering: .relaxed))
  }
}

/// A row whose system has no finite solution.
struct UnsolvableRow: Error {
  let row: Int
}
