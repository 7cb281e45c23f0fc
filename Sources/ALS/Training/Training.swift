package import ALSDense
import ALSPlatform
package import ALSSparse

/// A training with every choice made but the number of threads.
package struct Training {
  package let interactions: Interactions
  package let configuration: ModelConfiguration
  package let objective: any Objective
  package let globalMean: Double
  /// The interactions with the values that the objective reads, with one row for each of a side.
  package let rows: Sides<CSRMatrix<Float>>
  /// What confidences were computed with, as far as folding in needs it.
  let contextCounts: ContextCounts
  /// The model whose factors are the start, where it has some.
  var start: FactorModel?
  /// What is known of users and items besides; `nil` where nothing is.
  var features: TrainingFeatures?
  var cancellation = CancellationFlag()

  package init(
    interactions: Interactions, configuration: ModelConfiguration, objective: any Objective, globalMean: Double,
    rows: Sides<CSRMatrix<Float>>, contextCounts: ContextCounts = ContextCounts()
  ) {
    (self.interactions, self.configuration, self.objective) = (interactions, configuration, objective)
    (self.globalMean, self.rows, self.contextCounts) = (globalMean, rows, contextCounts)
  }

  /// The trainer at its start.
  ///
  /// Tests choose the instructions of the kernels, tiles so small that short rows count as long, and solvers of their own.
  package func trainer<Element: Scalar>(
    _ type: Element.Type, threads: Int, instructions: InstructionSet = .best,
    tileBytes: Int? = nil,
    solver: (any RowSolver)? = nil
  ) -> Trainer<Element> {
    let rowSolver =
      solver
      ?? configuration.rowSolver(
        instructions: instructions, tileBytes: tileBytes ?? ConjugateGradientSolver.tileBytes)
    let trainer = Trainer<Element>(
      objective: objective, solver: rowSolver, rows: rows,
      features: Sides { side in features?.given[side]?.rows(of: interactions.identifiers(of: side)) }, configuration,
      threads: threads, cancellation: cancellation)
    if let start {
      trainer.start(from: start, interactions)
      for side in Side.allCases { trainer.features[side]?.refit(to: trainer.tables[side], exactly: true) }
    }
    return trainer
  }

  /// How many interactions each item has.
  var itemCounts: Buffer<Int64> {
    let counts = objective.likedCounts(of: rows.items)
    return Buffer((0..<rows.items.rowCount).map { Int64(rows.items.entryCount(ofRow: $0, counts)) })
  }

  /// The same, to be ended by `flag`.
  func cancelled(by flag: CancellationFlag) -> Training {
    var copy = self
    copy.cancellation = flag
    return copy
  }

  /// The same from the factors of `model`.
  ///
  /// - Throws: `ALSError` when that has another number of factors, or is of another kind: its factors then say something
  ///   else.
  func starting(from model: FactorModel?) throws -> Training {
    guard let model else { return self }
    guard model.factorCount == configuration.factorCount else {
      throw ALSError(
        .configuration,
        "the model to start from has \(model.factorCount) factors, but \(configuration.factorCount) are to be trained. Use as many."
      )
    }
    let (own, others) = (configuration.definition.name, model.configuration.definition.name)
    if own != others {
      throw ALSError(
        .configuration,
        "the model to start from is one of \(others), but one of \(own) is to be trained. Start from one of that kind.")
    }
    if configuration.nonnegative && !model.configuration.nonnegative {
      throw ALSError(
        .configuration,
        "the model to start from may have negative factors, but none may be in the one to be trained. Start from one "
          + "without.")
    }
    return growing(from: model)
  }

  /// The same from the factors of `model`, which may have fewer: the others start at random.
  package func growing(from model: FactorModel?) -> Training {
    var copy = self
    copy.start = model
    return copy
  }

  /// Trains to the end, or until `stopping` says so.
  func model(
    threads: Int?, computingLoss: Bool, stopping: EarlyStopping? = nil, checkpointing: Checkpointing? = nil,
    progress: (IterationRecord) throws -> Void
  ) throws -> FactorModel {
    let run = try TrainingRun(self, threads: threads)
    try run.run(
      stopping: stopping, checkpointing: checkpointing, computingLoss: computingLoss, progress: progress)
    return try run.finalModel()
  }
}
