import ALSDense
package import ALSPlatform
package import ALSSparse

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One rank's part of a training under way over several; every rank calls the same functions.
package final class ShardedRun {
  enum State {
    case float(ShardedTrainer<Float>)
    case double(ShardedTrainer<Double>)
  }
  enum Factors {
    case float(ShardedFactors<Float>)
    case double(ShardedFactors<Double>)
  }

  let communicator: any Communicator
  let problem: ShardedProblem
  private let identifiers: () throws -> (users: Identifiers, items: Identifiers)
  /// That of the data of all ranks.
  package let fingerprint: String
  let state: State
  private let threads: Int
  private var probe: ScoreProbe?
  package internal(set) var history: [IterationRecord] = []
  /// What early stopping found.
  package internal(set) var validation: ValidationRecord?
  /// This rank's rows of the best model that early stopping has measured.
  var best: Factors?
  /// What a rank's part of a model calls its users, and all items.
  lazy var positions = (
    users: Identifiers(positions: problem.shard.users.count), items: Identifiers(positions: problem.shard.itemCount)
  )

  /// What is trained, with every default resolved, and in the end for how many iterations.
  package var configuration: ModelConfiguration {
    var configuration = problem.configuration
    if isTrained { configuration.iterations = validation?.best.iteration ?? history.count }
    return configuration
  }
  package var precision: Precision { problem.configuration.precision }
  private var isTrained = false

  /// A training at its random start; `identifiers` are asked for in the first rank only, and `threads` are this rank's.
  ///
  /// - Throws: `ALSError` when there is nothing to learn from, or a parameter is out of its range.
  package init(
    _ configuration: ModelConfiguration, on shard: UserShard,
    identifiers: @escaping () throws -> (users: Identifiers, items: Identifiers), over communicator: any Communicator,
    layout: ShardLayout = ShardLayout(), threads: Int?
  ) throws {
    let threads = try Training.threadCount(threads)
    (self.communicator, self.identifiers, self.threads) = (communicator, identifiers, threads)
    problem = try ShardedProblem(configuration, on: shard, communicator)
    fingerprint = try shard.fingerprint(communicator, identifiers: identifiers)
    state =
      switch configuration.precision {
      case .float: .float(try ShardedTrainer(problem, communicator, layout: layout, threads: threads))
      case .double: .double(try ShardedTrainer(problem, communicator, layout: layout, threads: threads))
      }
  }

  /// Runs what is left, or until `stopping` says so, saving the state on the way; goes on from a saved one if that is
  /// wanted.
  ///
  /// What `stopping` measures is a rank's part of the model, with its users and all items, called by their positions; the
  /// measure must be the same number in all ranks.
  package func train(
    stopping: EarlyStopping? = nil, checkpointing: Checkpointing? = nil, computingLoss: Bool = false,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws {
    try stopping?.validate()
    try checkpointing?.validate()
    if stopping != nil { try requireRoomToMeasure() }
    if let checkpointing { try resume(checkpointing, stopping) }
    var rhythm = checkpointing.map { SavingRhythm($0, isSaved: !history.isEmpty) }
    if problem.configuration.iterations == nil, !isOver(stopping) {
      probe = try newProbe()
      _ = try scoreChange()
    }
    try withSingleThreadedBLAS(threads: threads) {
      while !isOver(stopping) {
        var record = try iterate(history.count + 1, computingLoss: computingLoss)
        record.scoreChange = try scoreChange()
        history.append(record)
        if let stopping { try measure(stopping) }
        if let checkpointing, try isOver(stopping) || isDue(rhythm, after: record.iteration) {
          try save(checkpointing.path, stopping)
          rhythm?.saved()
        }
        // Without early stopping the last record is not complete yet.
        if stopping != nil || !isOver(stopping) { try progress(history[record.iteration - 1]) }
      }
      if let stopping {
        validation = stopping.record(of: history)
      } else {
        guard let last = history.popLast() else { preconditionFailure("a training without iterations") }
        history.append(try finish(last, computingLoss: computingLoss))
        try progress(history[history.count - 1])
      }
    }
    isTrained = true
  }

  /// Whether the state is to be saved; by the clock of the first rank, where clocks have a say.
  private func isDue(_ rhythm: SavingRhythm?, after iteration: Int) throws -> Bool {
    guard let rhythm else { return false }
    let isDue = rhythm.isDue(after: iteration)
    return rhythm.isTimed ? try communicator.broadcasted([isDue ? UInt8(1) : 0])[0] == 1 : isDue
  }

  private func isOver(_ stopping: EarlyStopping?) -> Bool {
    stopping.map { $0.isOver(after: history, of: mostIterations) }
      ?? ScoreProbe.isAtEnd(after: history, iterations: problem.configuration.iterations)
  }

  /// The number of iterations that were asked for, or the most there may be.
  var mostIterations: Int { problem.configuration.iterations ?? ModelConfiguration.mostIterations }

  /// A sample of the entries of all ranks, of which this one has its own.
  private func newProbe() throws -> ScoreProbe {
    let matrix =
      switch state {
      case .float(let trainer): trainer.byUser
      case .double(let trainer): trainer.byUser
      }
    let counts = try communicator.gathered(matrix.entryCount)
    return ScoreProbe(
      of: matrix, offset: counts[..<communicator.rank].reduce(0, +), entryCount: counts.reduce(0, +),
      hasBiases: problem.objective.hasBiases)
  }

  /// How much the scores changed since the last call; `nil` where nobody asks.
  private func scoreChange() throws -> Double? {
    let own =
      switch state {
      case .float(let trainer): probe?.change(Sides(users: trainer.users, items: trainer.items))
      case .double(let trainer): probe?.change(Sides(users: trainer.users, items: trainer.items))
      }
    guard let own else { return nil }
    let sums = try communicator.sum([own.moved, own.total])
    return ScoreProbe.relative((sums[0], sums[1]))
  }

  /// Writes the trained model in the first rank, as `FactorModel.write` does.
  ///
  /// With it goes what was found on held-out data, and perhaps what users have, of which every rank gives its own. Tests
  /// choose small blocks.
  ///
  /// - Throws: `ALSError` in every rank when a factor is not finite or too large for scores, in the first one when the
  ///   file cannot be written; an older file of that name is then untouched.
  package func writeModel(
    to path: String, validation: ValidationRecord?, remembering seen: CSRMatrix<Float>? = nil,
    blockBytes: Int = 4 << 20
  ) throws {
    let seen = seen.map(problem.configuration.definition.observed)
    func write<Element: Scalar & SafetensorsElement>(
      _ trainer: ShardedTrainer<Element>, _ factors: ShardedFactors<Element>
    ) throws {
      try ShardedModelFile(
        communicator: communicator, trainer: trainer, factors: factors, configuration: configuration, history: history,
        dataFingerprint: fingerprint, validation: validation, seen: seen, blockBytes: blockBytes
      ).write(to: path, identifiers: identifiers)
    }
    switch (state, best) {
    case (.float(let trainer), .float(let best)): try write(trainer, best)
    case (.double(let trainer), .double(let best)): try write(trainer, best)
    case (.float(let trainer), _): try write(trainer, trainer.factors)
    case (.double(let trainer), _): try write(trainer, trainer.factors)
    }
    // Nobody takes the model for written before it is.
    try communicator.synchronize()
  }

  private func iterate(_ iteration: Int, computingLoss: Bool) throws -> IterationRecord {
    switch state {
    case .float(let trainer): try trainer.iterate(iteration, computingLoss: computingLoss)
    case .double(let trainer): try trainer.iterate(iteration, computingLoss: computingLoss)
    }
  }

  private func finish(_ last: IterationRecord, computingLoss: Bool) throws -> IterationRecord {
    switch state {
    case .float(let trainer): try trainer.finish(last, computingLoss: computingLoss)
    case .double(let trainer): try trainer.finish(last, computingLoss: computingLoss)
    }
  }
}
