import ALSDense
import ALSPlatform
import ALSSparse

/// One rank's part of a training whose users are divided over ranks.
final class DistributedTrainer<Element: Scalar & SafetensorsElement> {
  let problem: DistributedProblem
  let entries: DistributedEntries
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
  /// That of the data of all ranks.
  let fingerprint: String
  var probe: ScoreProbe?

  var byUser: CSRMatrix<Float> { entries.byUser }
  var exchange: RowExchange { entries.items }
  var communicator: any Communicator { exchange.communicator }
  var objective: any Objective { problem.objective }

  /// A random start, the same for any number of ranks: items normal, users zero.
  init(
    _ problem: DistributedProblem, _ communicator: any Communicator, fingerprint: String, layout: DistributedLayout,
    threads: Int
  ) throws {
    (self.problem, self.fingerprint, self.threads) = (problem, fingerprint, threads)
    entries = try DistributedEntries(
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

  init(copying other: DistributedTrainer) {
    fingerprint = other.fingerprint
    (problem, entries, threads) = (other.problem, other.entries, other.threads)
    (users, items) = (Matrix(copying: other.users), Matrix(copying: other.items))
    owned = Matrix(copying: other.owned)
  }

  /// Gives the owned items' factors to the ranks that need them.
  func distribute() throws { try exchange.distribute(owned, to: items) }
}
