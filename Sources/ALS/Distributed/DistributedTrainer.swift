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
    precondition(
      Side.allCases.allSatisfy { problem.objective.priors(of: $0, as: Element.self) == nil },
      "an objective with priors, which ranks do not share")
    try problem.configuration.requireSolvable(problem.objective)
    try entries.requireRegularizationInRange(problem)
    users = Matrix(zeros: entries.byUser.rowCount, problem.width)
    items = Matrix(zeros: entries.items.localCount, problem.width)
    owned = Matrix(zeros: entries.items.owned.count, problem.width)
    for row in 0..<owned.rowCount where entries.degrees.pointer[row] > 0 {
      setRandomStart(of: owned.row(row), item: exchange.owned.lowerBound + row, problem.configuration)
    }
    try distribute()
  }

  convenience init(copying other: DistributedTrainer) {
    self.init(
      other, keeping: DistributedFactors(users: Matrix(copying: other.users), owned: Matrix(copying: other.owned)),
      items: Matrix(copying: other.items))
  }

  /// One whose factors are these, which solves nothing more without the needed items.
  init(_ other: DistributedTrainer, keeping factors: DistributedFactors<Element>, items: Matrix<Element>? = nil) {
    (problem, entries, threads, fingerprint) = (other.problem, other.entries, other.threads, other.fingerprint)
    (users, owned) = (factors.users, factors.owned)
    self.items = items ?? Matrix(zeros: 0, other.items.columnCount)
  }

  /// Gives the owned items' factors to the ranks that need them.
  func distribute() throws { try exchange.distribute(owned, to: items) }
}
