import ALSDense
import ALSPlatform
import ALSSparse

/// A training under way: it can be looked at between iterations, and goes on as if nobody had.
package final class TrainingRun {
  /// With every default resolved but the number of iterations.
  private let settings: ModelConfiguration
  let placement: any Placement
  private let threads: Int
  package private(set) var history: [IterationRecord] = []
  /// What early stopping has found.
  package private(set) var validation: ValidationRecord?
  /// The factors of the best model that early stopping has measured.
  private(set) var best: (any Placement)?
  private let startsFromModel: Bool
  private var isFinished = false
  private var isProbing = false

  /// A training on one machine at its start.
  ///
  /// - Throws: `ALSError` when there is nothing to learn from, or `threads` is out of its range.
  package convenience init(_ training: Training, threads: Int?) throws {
    if training.interactions.count == 0 {
      throw ALSError(.data, "there are no interactions to learn from. Check the input and its columns.")
    }
    let threads = try EngineThreads.count(threads)
    try training.requireRegularizationInRange()
    try training.configuration.requireSolvable(training.objective)
    let placement: any Placement = training.configuration.precision.open(
      LocalPlacement<Float>(training, threads: threads), LocalPlacement<Double>(training, threads: threads))
    self.init(training.configuration, on: placement, threads: threads, startsFromModel: training.start != nil)
  }

  init(_ settings: ModelConfiguration, on placement: any Placement, threads: Int, startsFromModel: Bool = false) {
    (self.settings, self.placement, self.threads) = (settings, placement, threads)
    self.startsFromModel = startsFromModel
  }

  /// What is trained, and in the end for how many iterations.
  package var configuration: ModelConfiguration {
    isFinished ? settings(iterations: validation?.best.iteration ?? history.count) : settings
  }

  /// The factors that the training has ended with: the last or, with early stopping, the best.
  var chosen: any Placement { best ?? placement }

  /// Runs the iterations up to `iteration` that have not run yet, each solving the users and then the items.
  package func advance(through iteration: Int, computingLoss: Bool = false) throws {
    while history.count < iteration { try iterate(computingLoss: computingLoss) }
  }

  /// The model of a training of as many iterations as have run: a copy, with the users solved exactly.
  package func model() throws -> FactorModel { try model(of: finishedCopy()) }

  /// The model as it stands, its users solved once more, but not exactly.
  func approximateModel() throws -> FactorModel {
    _ = try solve(.users, on: placement)
    return try model(of: placement)
  }

  /// Runs what is left, or until `stopping` says so, saving the state on the way; goes on from a saved one if that is
  /// wanted.
  ///
  /// The users are solved once more and exactly after the last iteration. So the users' factors are what anybody gets who
  /// solves their rows against the items' factors, and a user folded in later is treated like one who was there. The last
  /// record's user seconds count both solves.
  package func run(
    stopping: EarlyStopping? = nil, checkpointing: Checkpointing? = nil, computingLoss: Bool = false,
    progress: (IterationRecord) throws -> Void = { _ in }
  ) throws {
    try stopping?.validate()
    try checkpointing?.validate()
    if stopping != nil { try placement.requireRoomToMeasure() }
    if let checkpointing { try goOn(from: checkpointing, stopping) }
    var savedCount = history.count
    var rhythm = checkpointing.map { SavingRhythm($0, isSaved: savedCount > 0) }
    while !isOver(stopping) {
      // What the file has needs no copy.
      let before =
        checkpointing == nil || savedCount == history.count || !placement.keepsCopies ? nil : placement.copy()
      let (next, bestBefore, historyBefore) = (history.count + 1, best, history)
      var isWhole = false
      do {
        // Where nothing can end it before, the loss is that after the exact solve.
        let endsHere = stopping == nil && next == settings.iterations
        try iterate(computingLoss: computingLoss && !(endsHere && checkpointing == nil))
        if let stopping { try measure(stopping) }
        isWhole = true
        if let checkpointing, let due = rhythm, try isOver(stopping) || isDue(due, after: next) {
          try save(to: checkpointing.path, stopping)
          savedCount = next
          rhythm?.saved()
        }
        // Without early stopping the last record is not complete yet.
        if stopping != nil || !isOver(stopping) { try progress(history[next - 1]) }
      } catch let error as CancellationError {
        if let checkpointing, savedCount < next {
          if isWhole {
            try save(to: checkpointing.path, stopping)
          } else if let before {
            (best, history) = (bestBefore, historyBefore)
            try save(before, to: checkpointing.path, stopping)
          }
        }
        throw error
      }
    }
    if let stopping {
      validation = stopping.record(of: history)
    } else {
      try finish(computingLoss: computingLoss)
      if let last = history.last { try progress(last) }
    }
    isFinished = true
  }

  /// The model that the training has ended with; it takes the factors over.
  func finalModel() throws -> FactorModel {
    try chosen.model(configuration, history: history).validated(validation, history: history)
  }
}

extension TrainingRun {
  /// ω is 1, and μ 0, in the iterations before: factors are still too far from where they will be, and so small that no μ
  /// would leave any.
  private static var firstRelaxed: Int { 3 }

  private func iterate(computingLoss: Bool) throws {
    if settings.iterations == nil, !isProbing {
      isProbing = true
      _ = try placement.scoreChange()
    }
    let iteration = history.count + 1
    let isEarly = iteration < Self.firstRelaxed
    let (relaxation, hasNorm) = (isEarly ? 1 : settings.relaxation, !isEarly || startsFromModel)
    let start = ContinuousClock.now
    let userReport = try solve(.users, on: placement, relaxation: relaxation, hasNorm: hasNorm)
    let middle = ContinuousClock.now
    let itemReport = try solve(.items, on: placement, relaxation: relaxation, hasNorm: hasNorm)
    let end = ContinuousClock.now
    let loss = computingLoss ? try finiteLoss(after: iteration) : nil
    history.append(
      IterationRecord(
        iteration: iteration, seconds: (end - start).inSeconds, userSeconds: (middle - start).inSeconds,
        itemSeconds: (end - middle).inSeconds, loss: loss,
        rescuedRows: userReport.rescuedRows + itemReport.rescuedRows,
        scoreChange: settings.iterations == nil ? try placement.scoreChange() : nil))
  }

  /// Solves the users exactly, which ends the training; what it takes counts as part of the last iteration.
  private func finish(computingLoss: Bool) throws {
    let start = ContinuousClock.now
    let report = try solve(.users, on: placement, isLast: true)
    let seconds = (ContinuousClock.now - start).inSeconds
    let loss = computingLoss ? try finiteLoss(after: history.count) : nil
    guard let last = history.popLast() else { return }
    history.append(
      IterationRecord(
        iteration: last.iteration, seconds: last.seconds + seconds, userSeconds: last.userSeconds + seconds,
        itemSeconds: last.itemSeconds, loss: loss ?? last.loss, rescuedRows: last.rescuedRows + report.rescuedRows,
        validation: last.validation, validationError: last.validationError, scoreChange: last.scoreChange))
  }

  /// Runs a half, whose errors name users and items.
  private func solve(
    _ side: Side, on placement: any Placement, relaxation: Double = 1, isLast: Bool = false, hasNorm: Bool = true
  ) throws -> SolveReport {
    do {
      return try placement.solve(side, relaxation: relaxation, isLast: isLast, hasNorm: hasNorm)
    } catch let failure as UnsolvableEntity {
      throw ALSError(
        .data,
        "\(placement.name(of: failure)): no finite factors solve its equations. Increase the regularization, or scale the "
          + "values down.")
    }
  }

  private func finiteLoss(after iteration: Int) throws -> Double {
    let loss = try placement.loss()
    if loss.isFinite { return loss }
    throw ALSError(
      .data,
      "the loss is \(loss) after iteration \(iteration): the factors have grown beyond what the arithmetic holds. "
        + "Increase the regularization, or scale the values down.")
  }

  private func settings(iterations: Int) -> ModelConfiguration {
    var settings = settings
    settings.iterations = iterations
    return settings
  }
}

// MARK: Stopping

extension TrainingRun {
  /// The number of iterations that were asked for, or the most there may be until the scores settle.
  private var mostIterations: Int { settings.iterations ?? ModelConfiguration.mostIterations }

  private func isOver(_ stopping: EarlyStopping?) -> Bool {
    stopping.map { $0.isOver(after: history, of: mostIterations) }
      ?? ScoreProbe.isAtEnd(after: history, iterations: settings.iterations)
  }

  private func finishedCopy() throws -> any Placement {
    let copy = placement.copy()
    _ = try solve(.users, on: copy, isLast: true)
    return copy
  }

  private func model(of placement: any Placement) throws -> FactorModel {
    try placement.model(settings(iterations: history.count), history: history)
  }

  /// Measures the model after the last iteration if it is one that is measured, and keeps its factors if it is the best.
  private func measure(_ stopping: EarlyStopping) throws {
    let iteration = history.count
    guard stopping.isDue(after: iteration, of: mostIterations) else { return }
    let copy = try finishedCopy()
    let found = try stopping.measured(model(of: copy), after: iteration, history: history)
    if found.isBest { best = copy.kept() }
    history[iteration - 1].record(found.measurement)
  }
}

// MARK: Checkpoints

extension TrainingRun {
  /// Whether the state is to be saved; by the clock of the first rank, where clocks have a say.
  private func isDue(_ rhythm: SavingRhythm, after iteration: Int) throws -> Bool {
    let isDue = rhythm.isDue(after: iteration)
    return rhythm.isTimed ? try placement.agreed(isDue) : isDue
  }

  private func save(_ factors: (any Placement)? = nil, to path: String, _ stopping: EarlyStopping?) throws {
    try (factors ?? placement).save(
      SavedTraining(configuration: settings, dataFingerprint: placement.fingerprint, history: history),
      stopping.map(Checkpoint.Rule.init), best: best, to: path)
  }

  private func goOn(from checkpointing: Checkpointing, _ stopping: EarlyStopping?) throws {
    let path = checkpointing.path
    guard let state = try placement.saved(at: path) else { return }
    guard checkpointing.resumes else {
      throw ALSError(
        .configuration,
        "holds a training that has come to iteration \(state.training.history.count). Resume it, or "
          + "remove the file to start again.", at: path)
    }
    try state.training.requireMatch(settings, dataFingerprint: placement.fingerprint, at: path)
    try Checkpoint.Rule.requireSame(state.stopping, stopping.map(Checkpoint.Rule.init), at: path)
    let hasBest = stopping.map { LearningCurve(state.training.history, $0).best != nil } ?? false
    best = try placement.restore(state, hasBest: hasBest)
    history = state.training.history
  }
}

extension Checkpoint.Rule {
  init(_ stopping: EarlyStopping) {
    self.init(metric: stopping.metric, lowerIsBetter: stopping.lowerIsBetter, interval: stopping.interval)
  }
}
