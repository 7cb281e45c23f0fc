import ALSDense
import ALSPlatform
import ALSSparse

/// A training under way: it can be looked at between iterations, and goes on as if nobody had.
package final class TrainingRun {
  enum State {
    case float(Trainer<Float>)
    case double(Trainer<Double>)
  }

  private let training: Training
  private let threads: Int
  private let state: State
  private lazy var fingerprint = training.interactions.fingerprint()
  package private(set) var history: [IterationRecord] = []
  /// The best model that early stopping has measured.
  var best: FactorModel?
  private var probe: ScoreProbe?

  /// A training at its random start.
  ///
  /// - Throws: `ALSError` when there is nothing to learn from, or `threads` is out of its range.
  package init(_ training: Training, threads: Int?) throws {
    if training.interactions.count == 0 {
      throw ALSError(.data, "there are no interactions to learn from. Check the input and its columns.")
    }
    let threads = try Training.threadCount(threads)
    try training.requireRegularizationInRange()
    (self.training, self.threads) = (training, threads)
    state =
      switch training.configuration.precision {
      case .float: .float(training.trainer(Float.self, threads: threads))
      case .double: .double(training.trainer(Double.self, threads: threads))
      }
  }

  /// Runs the iterations up to `iteration` that have not run yet; see ``Trainer/run(_:finishing:computingLoss:progress:)``.
  package func advance(
    through iteration: Int, finishing: Bool = false, computingLoss: Bool = false,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws {
    if iteration <= history.count { return }
    if endsWhenSettled, probe == nil {
      probe = newProbe()
      _ = scoreChange()
    }
    let iterations = history.count + 1...iteration
    func record(_ record: IterationRecord) throws {
      var record = record
      try requireFinite(record.loss, after: record.iteration)
      record.scoreChange = scoreChange()
      history.append(record)
      try progress(record)
    }
    try solving {
      switch state {
      case .float(let trainer):
        try trainer.run(iterations, finishing: finishing, computingLoss: computingLoss, progress: record)
      case .double(let trainer):
        try trainer.run(iterations, finishing: finishing, computingLoss: computingLoss, progress: record)
      }
    }
  }

  /// The model of a training of as many iterations as have run: a copy, with the users solved exactly.
  package func model() throws -> FactorModel {
    try solving {
      switch state {
      case .float(let trainer): model(.float(try finishedCopy(of: trainer)))
      case .double(let trainer): model(.double(try finishedCopy(of: trainer)))
      }
    }
  }

  /// Runs what is left; the model takes the tables over.
  func finalModel(computingLoss: Bool, progress: (IterationRecord) throws -> Void) throws -> FactorModel {
    guard endsWhenSettled else {
      try advance(through: mostIterations, finishing: true, computingLoss: computingLoss, progress: progress)
      return finishedModel()
    }
    while !isAtEnd {
      try advance(through: history.count + 1, computingLoss: computingLoss)
      if !isAtEnd, let last = history.last { try progress(last) }
    }
    try finish(computingLoss: computingLoss)
    if let last = history.last { try progress(last) }
    return finishedModel()
  }

  /// The model whose users are those of the trainer, which must have solved them exactly.
  func finishedModel() -> FactorModel {
    switch state {
    case .float(let trainer): model(.float(tables(of: trainer)))
    case .double(let trainer): model(.double(tables(of: trainer)))
    }
  }

  /// Solves the users exactly, which ends the training; what it takes counts as part of the last iteration.
  func finish(computingLoss: Bool) throws {
    let start = ContinuousClock.now
    var loss: Double?
    let report = try solving {
      switch state {
      case .float(let trainer):
        let report = try trainer.finish()
        loss = computingLoss ? trainer.loss() : nil
        return report
      case .double(let trainer):
        let report = try trainer.finish()
        loss = computingLoss ? trainer.loss() : nil
        return report
      }
    }
    let seconds = (ContinuousClock.now - start).inSeconds
    try requireFinite(loss, after: history.count)
    guard let last = history.popLast() else { return }
    history.append(
      IterationRecord(
        iteration: last.iteration, seconds: last.seconds + seconds, userSeconds: last.userSeconds + seconds,
        itemSeconds: last.itemSeconds, loss: loss ?? last.loss, rescuedRows: last.rescuedRows + report.rescuedRows,
        validation: last.validation, validationError: last.validationError, scoreChange: last.scoreChange))
  }

  private func requireFinite(_ loss: Double?, after iteration: Int) throws {
    guard let loss, !loss.isFinite else { return }
    throw ALSError(
      .data,
      "the loss is \(loss) after iteration \(iteration): the factors have grown beyond what the arithmetic holds. "
        + "Increase the regularization, or scale the values down.")
  }

  /// The state to be saved; a copy, unless it is saved before the training goes on.
  func snapshot(_ stopping: EarlyStopping?, copying: Bool = true) -> Checkpoint.Contents {
    func tables<Element>(_ trainer: Trainer<Element>) -> FactorTables<Element> {
      let trainer = copying ? trainer.copy() : trainer
      return FactorTables(trained: trainer.tables, hasBiases: false)
    }
    let current: FactorModel.Tables =
      switch state {
      case .float(let trainer): .float(tables(trainer))
      case .double(let trainer): .double(tables(trainer))
      }
    return Checkpoint.Contents(
      tables: current, best: best?.tables, configuration: training.configuration, dataFingerprint: fingerprint,
      history: history, stopping: stopping.map(Checkpoint.Rule.init))
  }

  /// Goes on from a saved state.
  func restore(_ checkpoint: Checkpoint, _ stopping: EarlyStopping?) throws {
    try checkpoint.requireMatch(
      training.configuration, dataFingerprint: fingerprint, stopping: stopping.map(Checkpoint.Rule.init))
    switch state {
    case .float(let trainer): try checkpoint.restore(trainer.tables)
    case .double(let trainer): try checkpoint.restore(trainer.tables)
    }
    history = checkpoint.training.history
    guard let stopping, let point = LearningCurve(history, stopping).best else { return }
    let hasBiases = training.objective.hasBiases
    let tables: FactorModel.Tables =
      switch state {
      case .float(let trainer):
        .float(
          try checkpoint.best(trainer.tables, training.configuration.factors, hasBiases)
        )
      case .double(let trainer):
        .double(
          try checkpoint.best(trainer.tables, training.configuration.factors, hasBiases)
        )
      }
    best = model(tables, iterations: point.iteration)
  }

  /// Marks the last iteration as measured.
  func recordValidation(_ measurement: EarlyStopping.Measurement) {
    history[history.count - 1].record(measurement)
  }

  /// The number of iterations that were asked for, or the most there may be until the scores settle.
  var mostIterations: Int { training.configuration.iterations ?? ModelConfiguration.mostIterations }

  /// Whether nothing is left to run but the exact solve of the users.
  var isAtEnd: Bool {
    ScoreProbe.isAtEnd(after: history, iterations: training.configuration.iterations)
  }

  private var endsWhenSettled: Bool { training.configuration.iterations == nil }

  private func newProbe() -> ScoreProbe {
    ScoreProbe(
      of: training.rows.users, entryCount: training.rows.users.entryCount, hasBiases: training.objective.hasBiases)
  }

  /// How much the scores changed since the last call; `nil` where nobody asks.
  private func scoreChange() -> Double? {
    let change =
      switch state {
      case .float(let trainer): probe?.change(trainer.tables)
      case .double(let trainer): probe?.change(trainer.tables)
      }
    return change.map(ScoreProbe.relative)
  }

  private func finishedCopy<Element: Scalar>(of trainer: Trainer<Element>) throws -> FactorTables<Element> {
    let copy = trainer.copy()
    _ = try copy.finish()
    return tables(of: copy)
  }

  private func tables<Element: Scalar>(of trainer: Trainer<Element>) -> FactorTables<Element> {
    FactorTables(trained: trainer.tables, hasBiases: training.objective.hasBiases)
  }

  /// The model after so many of the iterations that have run, by default all.
  private func model(_ tables: FactorModel.Tables, iterations: Int? = nil) -> FactorModel {
    var configuration = training.configuration
    let count = iterations ?? history.count
    configuration.iterations = count
    return FactorModel(
      users: training.interactions.users, items: training.interactions.items, configuration: configuration,
      history: Array(history.prefix(count)), globalMean: training.globalMean,
      dataFingerprint: fingerprint,
      itemCounts: training.itemCounts, tables: tables)
  }

  /// Runs `body`, whose errors name users and items.
  private func solving<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try withSingleThreadedBLAS(threads: threads, body)
    } catch let failure as UnsolvableEntity {
      let name = training.interactions.identifiers(of: failure.side)[failure.index]
      throw ALSError(
        .data,
        "\(failure.side.noun) \(name): no finite factors solve its equations. Increase the regularization, or scale the values down."
      )
    }
  }
}
