import ALSDense
import ALSPlatform
public import ALSSparse
import Synchronization

extension FactorModel {
  /// The factors of all users of `interactions`, known or new, each from its row alone; see ``foldIn(user:)``.
  ///
  /// - Parameters:
  ///   - interactions: All items of each of the users. Items that the model does not know are counted.
  ///   - threads: All processors when `nil`. The result has the same bits for every number of threads.
  /// - Returns: One row for each user of `interactions`, in its order.
  /// - Throws: `ALSError` that names a user whose values are out of the objective's range or who has no finite factors;
  ///   `CancellationError` when the task is cancelled.
  /// - Complexity: O(entries·k² + users·k³) on all threads.
  public func foldIn(users interactions: Interactions, threads: Int? = nil) throws -> FoldedRows {
    try foldIn(.users, of: interactions, nil, threads: threads)
  }

  /// The factors of all items of `interactions`, known or new, each from its row alone; see ``foldIn(users:threads:)``.
  public func foldIn(items interactions: Interactions, threads: Int? = nil) throws -> FoldedRows {
    try foldIn(.items, of: interactions, nil, threads: threads)
  }

  /// The same with `features` of those and of others, which are rows of their own; what the model knows of those that have none
  /// there counts, too.
  func foldIn(
    _ side: Side, of interactions: Interactions, _ features: Features?, threads: Int?
  ) throws -> FoldedRows {
    let threads = try EngineThreads.count(threads)
    let interactions = try configuration.reading(interactions)
    let own = interactions.identifiers(of: side)
    let names = features.map { own.appending($0.entities).table } ?? own
    let aligned = AlignedRows(
      interactions.rows(of: side), columns: interactions.identifiers(of: side.other), with: identifiers(of: side.other))
    func solved<Element>(_ tables: FactorTables<Element>) throws -> (FactorRows<Element>, [Int]) {
      try solve(matrix, against: tables[side.other], side, names, features, threads)
    }
    let matrix = aligned.matrix.padded(rowCount: names.count, columnCount: aligned.matrix.columnCount)
    func folded(_ table: FoldedRows.Table, _ counts: [Int]) -> FoldedRows {
      FoldedRows(
        identifiers: names, entryCounts: counts,
        totals: userTotals == nil ? Buffer([]) : matrix.totals(configuration.definition),
        unknownCount: aligned.unknownCount, features: features, origin: origin(fixing: side.other),
        interactions: matrix,
        side: side, table: table)
    }
    return try tables.open(
      {
        let (rows, counts) = try solved($0)
        return folded(.float(rows), counts)
      },
      {
        let (rows, counts) = try solved($0)
        return folded(.double(rows), counts)
      })
  }

  private func solve<Element: Scalar>(
    _ matrix: CSRMatrix<Float>, against fixed: FactorSide<Element>, _ side: Side, _ names: Identifiers,
    _ features: Features?, _ threads: Int
  ) throws -> (FactorRows<Element>, [Int]) {
    let problem = FoldInProblem(side, against: fixed, objective: objective, threads: threads)
    let learned = self.features?.sides[side]
    let solution = Matrix<Element>(zeros: matrix.rowCount, factorCount)
    let biases = fixed.rows.hasBiases ? Buffer<Element>(repeating: 0, count: matrix.rowCount) : nil
    let counts = Buffer<Int>(repeating: 0, count: matrix.rowCount)
    let failure = Mutex<(row: Int, reason: String)?>(nil)
    let scratch = (0..<threads).map { _ in PerWorker(problem.makeScratch()) }
    let (cancellation, reader) = (CancellationFlag(), reader(side))
    parallelForEachChunk(of: matrix.rowCount, size: 16, workers: threads) { rows, worker in
      if cancellation.isSetOnAnyWorker() { return }
      for row in rows {
        do throws(InvalidValue) {
          let entries = try KnownEntries(row: row, of: matrix, reader)
          let known = learned?.row(of: names[row], given: features) ?? []
          let prior = known.isEmpty ? nil : learned?.prior(known)
          guard
            let x = problem.solution(
              for: entries, prior: prior, times: configuration.featureShare, scratch: scratch[worker].value),
            FactorTables<Element>.areUsable(x)
          else { throw InvalidValue(reason: unsolvableReason) }
          for c in 0..<factorCount { solution.row(row)[c] = Element(x[c]) }
          biases?.pointer[row] = Element(x[factorCount])
          counts.pointer[row] = entries.likedCount
        } catch {
          failure.withLock { first in if row < first?.row ?? .max { first = (row, error.reason) } }
        }
      }
    }
    try cancellation.check()
    if let (row, reason) = failure.withLock(\.self) {
      throw ALSError(.data, "\(side.noun) \(names[row]): \(reason)")
    }
    let roots = objective.rootDensities(
      of: side, rowCount: matrix.rowCount, fixedCount: fixed.rows.presentCount, degree: { counts.pointer[$0] })
    let absent = learned.map { _ in Buffer(counts.elements.map { $0 == 0 }) }
    return (FactorRows(solution, biases: biases, roots: roots, absent: absent), Array(counts.elements))
  }
}
