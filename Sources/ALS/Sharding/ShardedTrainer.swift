import ALSDense
import ALSPlatform
import ALSSparse

/// One rank's part of a training whose users are divided over ranks.
final class ShardedTrainer<Element: Scalar> {
  let problem: ShardedProblem
  let exchange: ItemExchange
  /// users of this rank × needed items, and back.
  let byUser: CSRMatrix<Float>
  private let byItem: CSRMatrix<Float>
  /// users of this rank × width.
  let users: Matrix<Element>
  /// needed items × width.
  let items: Matrix<Element>
  /// owned items × width.
  let owned: Matrix<Element>
  private let thread = CommunicationThread()
  private let threads: Int
  private let cancellation = CancellationFlag()

  private var communicator: any Communicator { exchange.communicator }
  private var objective: any Objective { problem.objective }

  /// A random start, the same for any number of ranks: items normal, users zero.
  init(_ problem: ShardedProblem, _ communicator: any Communicator, layout: ShardLayout, threads: Int) throws {
    self.problem = problem
    self.threads = threads
    (byUser, byItem, exchange) = try problem.divided(
      over: communicator, layout: layout, elementBytes: MemoryLayout<Element>.stride, threads: threads)
    users = Matrix(zeros: byUser.rowCount, problem.width)
    items = Matrix(zeros: byItem.rowCount, problem.width)
    owned = Matrix(zeros: exchange.owned.count, problem.width)
    for row in 0..<owned.rowCount where exchange.degrees.pointer[row] > 0 {
      setRandomStart(
        of: owned.row(row), item: exchange.owned.lowerBound + row, factors: problem.configuration.factors,
        scale: problem.initialScale, seed: problem.seed)
    }
    try distribute()
  }

  /// Gives the owned items' factors to the ranks that need them.
  func distribute() throws {
    let (order, stride) = (problem.width, problem.width * MemoryLayout<Element>.stride)
    for block in 0..<exchange.blockCount {
      let theirs = (0..<communicator.count).map { exchange.positions(ofBlock: block, rank: $0) }
      let mine = (0..<communicator.count).map { exchange.localRows(ofBlock: block, owner: $0) }
      let outgoing = Buffer<Element>(uninitialized: theirs.reduce(0) { $0 + $1.count } * order)
      let incoming = Buffer<Element>(uninitialized: mine.reduce(0) { $0 + $1.count } * order)
      var next = outgoing.pointer
      for (rank, positions) in theirs.enumerated() {
        for position in positions {
          next.update(from: owned.row(exchange.row(at: position, rank: rank)), count: order)
          next += order
        }
      }
      try communicator.exchange(
        outgoing.bytes, counts: theirs.map { $0.count * stride },
        into: UnsafeMutableRawBufferPointer(
          start: incoming.pointer, count: incoming.count * MemoryLayout<Element>.stride),
        counts: mine.map { $0.count * stride })
      for (position, row) in mine.joined().enumerated() {
        items.row(row).update(from: incoming.pointer + position * order, count: order)
      }
    }
  }

  /// Solves the users and then the items.
  func iterate(_ iteration: Int, computingLoss: Bool) throws -> IterationRecord {
    let start = ContinuousClock.now
    let relaxation = iteration < Trainer<Element>.firstRelaxed ? 1 : problem.relaxation
    let report = try solveUsers(relaxation: relaxation)
    let middle = ContinuousClock.now
    try solveItems(relaxation: relaxation)
    let end = ContinuousClock.now
    return IterationRecord(
      iteration: iteration, seconds: (end - start).inSeconds, userSeconds: (middle - start).inSeconds,
      itemSeconds: (end - middle).inSeconds, loss: computingLoss ? try loss() : nil,
      rescuedRows: try communicator.sum(report.rescuedRows))
  }

  /// Solves the users exactly, which ends a training; the record of the last iteration with what that takes.
  func finish(_ last: IterationRecord, computingLoss: Bool) throws -> IterationRecord {
    let start = ContinuousClock.now
    let report = try solveUsers(relaxation: 1, isLast: true)
    let seconds = (ContinuousClock.now - start).inSeconds
    return IterationRecord(
      iteration: last.iteration, seconds: last.seconds + seconds, userSeconds: last.userSeconds + seconds,
      itemSeconds: last.itemSeconds, loss: computingLoss ? try loss() : nil,
      rescuedRows: last.rescuedRows + (try communicator.sum(report.rescuedRows)), scoreChange: last.scoreChange)
  }

  private func solveUsers(relaxation: Double, isLast: Bool = false) throws -> SolveReport {
    let spectrum = try rotateIntoEigenbasis(of: owned)
    let precise = isLast && objective.gramWeight != 0 ? try sumOfRanks(preciseGram(of: owned, threads: threads)) : nil
    let sweep = HalfSweep(
      objective: objective,
      fixed: FixedSide(
        part: items, of: problem.shard.itemCount, objective: objective, spectrum: spectrum, preciseGram: precise,
        threads: threads),
      rows: byUser, solution: users, relaxation: relaxation, isLast: isLast, threads: threads,
      cancellation: cancellation, meanValue: problem.meanValue)
    do {
      return try ConjugateGradientSolver(steps: problem.conjugateGradientSteps).solve(sweep)
    } catch let failure as UnsolvableRow {
      throw unsolvable("user \(problem.shard.nameOfUser(problem.shard.users.lowerBound + failure.row))")
    }
  }

  private func solveItems(relaxation: Double) throws {
    let spectrum = try rotateIntoEigenbasis(of: users)
    let fixed = FixedSide(
      part: users, of: problem.shard.userCount, objective: objective, spectrum: spectrum, preciseGram: nil,
      threads: threads)
    let own = (fixed.table as? Matrix<Float>)?.largestMagnitude(instructions: .best, threads: threads) ?? 0
    let largest = try communicator.gathered(own).max() ?? 0
    let sweep = HalfSweep(
      objective: objective, fixed: fixed, rows: byItem, solution: owned, relaxation: relaxation, isLast: false,
      threads: threads, cancellation: cancellation, meanValue: problem.meanValue)
    do {
      try ItemSweep(
        sweep, steps: problem.conjugateGradientSteps, items: items, exchange: exchange, thread: thread, largest: largest
      ).run()
    } catch let failure as UnsolvableRow {
      throw unsolvable("item \(problem.shard.nameOfItem(exchange.owned.lowerBound + failure.row))")
    }
  }

  private func unsolvable(_ name: String) -> ALSError {
    ALSError(
      .data, "\(name): no finite factors solve its equations. Increase the regularization, or scale the values down.")
  }
}

extension ShardedTrainer {
  /// The value of the objective over all ranks.
  func loss() throws -> Double {
    let fixed = FixedSide(
      part: items, of: problem.shard.itemCount, objective: objective, spectrum: nil, preciseGram: nil, threads: threads)
    let degrees = exchange.degrees
    let own =
      observedLoss(of: users, fixing: fixed, given: byUser, objective: objective, threads: threads)
      + normPenalty(of: owned, fixedCount: problem.shard.userCount, objective: objective, threads: threads) {
        Int(degrees.pointer[$0])
      }
    var total = try communicator.sum([own])[0]
    if objective.gramWeight != 0 {
      let grams = zip(
        try sumOfRanks(preciseGram(of: users, threads: threads)),
        try sumOfRanks(preciseGram(of: owned, threads: threads)))
      total += objective.gramWeight * grams.reduce(0) { $0 + $1.0 * $1.1 }
    }
    return total
  }

  private func sumOfRanks(_ gram: [Double]) throws -> [Double] { try communicator.sum(gram) }

  /// Writes all factors in the eigenbasis of one side's Gram matrix, which the first rank computes, and returns the
  /// eigenvalues.
  private func rotateIntoEigenbasis(of part: Matrix<Element>) throws -> [Double] {
    let factors = problem.configuration.factors
    let whole = try communicator.sum(gram(of: part, columns: factors, threads: threads))
    var numbers = [Double](repeating: .nan, count: factors * (factors + 1))
    if communicator.rank == 0, let basis = Eigenbasis(of: whole, order: factors) {
      numbers = basis.values + Array(basis.vectors.elements)
    }
    numbers = try communicator.broadcasted(numbers)
    guard numbers[0].isFinite else {
      throw ALSError(
        .data,
        "the factors have grown beyond what the arithmetic holds. Increase the regularization, or scale the values down."
      )
    }
    let basis = Eigenbasis(values: Array(numbers[..<factors]), vectors: Buffer(Array(numbers[factors...])))
    for table in [users, items, owned] { basis.rotate(table, threads: threads) }
    return basis.values
  }
}
