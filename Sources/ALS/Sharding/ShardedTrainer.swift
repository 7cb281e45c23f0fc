import ALSDense
import ALSPlatform
import ALSSparse

/// One rank's part of a training whose users are divided over ranks.
final class ShardedTrainer<Element: Scalar> {
  let problem: ShardedProblem
  let entries: ShardedEntries
  /// users of this rank × width.
  let users: Matrix<Element>
  /// needed items × width.
  let items: Matrix<Element>
  /// owned items × width.
  let owned: Matrix<Element>
  let thread = CommunicationThread()
  let threads: Int
  let cancellation = CancellationFlag()
  let room = TableRoom()

  var byUser: CSRMatrix<Float> { entries.byUser }
  var exchange: RowExchange { entries.items }
  var communicator: any Communicator { exchange.communicator }
  var objective: any Objective { problem.objective }

  /// A random start, the same for any number of ranks: items normal, users zero.
  init(_ problem: ShardedProblem, _ communicator: any Communicator, layout: ShardLayout, threads: Int) throws {
    self.problem = problem
    self.threads = threads
    entries = try ShardedEntries(
      of: problem, over: communicator, layout: layout, elementBytes: MemoryLayout<Element>.stride, threads: threads)
    try entries.requireRegularizationInRange(problem)
    users = Matrix(zeros: entries.byUser.rowCount, problem.width)
    items = Matrix(zeros: entries.items.localCount, problem.width)
    owned = Matrix(zeros: entries.items.owned.count, problem.width)
    for row in 0..<owned.rowCount where entries.degrees.pointer[row] > 0 {
      setRandomStart(of: owned.row(row), item: exchange.owned.lowerBound + row, problem.configuration)
    }
    try distribute()
  }

  /// A trainer of its own with the same factors.
  func copy() -> ShardedTrainer { ShardedTrainer(copying: self) }

  private init(copying other: ShardedTrainer) {
    (problem, entries, threads) = (other.problem, other.entries, other.threads)
    (users, items) = (Matrix(copying: other.users), Matrix(copying: other.items))
    owned = Matrix(copying: other.owned)
  }

  /// Gives the owned items' factors to the ranks that need them.
  func distribute() throws { try exchange.distribute(owned, to: items) }

  /// Solves the users and then the items.
  func iterate(_ iteration: Int, computingLoss: Bool) throws -> IterationRecord {
    let start = ContinuousClock.now
    let relaxation = iteration < Trainer<Element>.firstRelaxed ? 1 : problem.configuration.relaxation
    let userReport = try solveUsers(relaxation: relaxation)
    let middle = ContinuousClock.now
    let itemReport = try solveItems(relaxation: relaxation)
    let end = ContinuousClock.now
    return IterationRecord(
      iteration: iteration, seconds: (end - start).inSeconds, userSeconds: (middle - start).inSeconds,
      itemSeconds: (end - middle).inSeconds, loss: computingLoss ? try loss() : nil,
      rescuedRows: try communicator.sum(userReport.rescuedRows + itemReport.rescuedRows))
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
}
