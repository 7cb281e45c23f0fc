package import ALSDense
import ALSPlatform
import ALSSparse

/// A training with every choice made but the number of threads.
package struct Training {
  let interactions: Interactions
  let configuration: ModelConfiguration
  let objective: any Objective
  let solver: Solver
  let conjugateGradientSteps: Int
  let precision: Precision
  let factors: Int
  let iterations: Int
  let initialScale: Double
  let seed: UInt64
  let globalMean: Double
  /// The interactions with the values that the objective reads.
  let byUser: CSRMatrix<Float>
  let byItem: CSRMatrix<Float>
  /// The model whose factors are the start, where it has some.
  var start: FactorModel?
  var cancellation = CancellationFlag()

  /// More callers at once than OpenBLAS has buffers for (its builds say `MAX_THREADS=64`) would fail inside it.
  static let mostThreads = 64

  /// The trainer at its start.
  ///
  /// Tests choose the instructions of the kernels, and tiles so small that short rows count as long.
  package func trainer<Element: Scalar>(
    _ type: Element.Type, threads: Int, instructions: InstructionSet = .best, tileBytes: Int = 512 << 10
  ) -> Trainer<Element> {
    let rowSolver: any RowSolver =
      switch solver {
      case .conjugateGradient:
        ConjugateGradientSolver(steps: conjugateGradientSteps, instructions: instructions, tileBytes: tileBytes)
      case .cholesky: CholeskySolver(instructions: instructions)
      }
    let trainer = Trainer<Element>(
      objective: objective, solver: rowSolver, byUser: byUser, byItem: byItem, factors: factors,
      initialScale: initialScale, seed: seed, threads: threads, cancellation: cancellation)
    if let start { trainer.start(from: start, users: interactions.users, items: interactions.items) }
    return trainer
  }

  /// The same, to be ended by `flag`.
  func cancelled(by flag: CancellationFlag) -> Training {
    var copy = self
    copy.cancellation = flag
    return copy
  }

  /// The same from the factors of `model`.
  ///
  /// - Throws: `ALSError` when that has another number of factors.
  func starting(from model: FactorModel?) throws -> Training {
    guard let model else { return self }
    guard model.factorCount == factors else {
      throw ALSError(
        .configuration,
        "the model to start from has \(model.factorCount) factors, but \(factors) are to be trained. Use as many.")
    }
    var copy = self
    copy.start = model
    return copy
  }

  /// Trains; errors name users and items.
  func model(
    threads: Int?, computingLoss: Bool, progress: (IterationRecord) throws -> Void
  ) throws -> FactorModel {
    if let threads, threads < 1 {
      throw ALSError(.configuration, "threads is \(threads), but it must be 1 or more.")
    }
    if interactions.count == 0 {
      throw ALSError(.data, "there are no interactions to learn from. Check the input and its columns.")
    }
    let threads = min(threads ?? availableProcessors, Self.mostThreads)
    let tables: FactorModel.Tables
    let history: [IterationRecord]
    switch precision {
    case .float:
      let (trained, records) = try train(Float.self, threads, computingLoss, progress)
      (tables, history) = (.float(trained), records)
    case .double:
      let (trained, records) = try train(Double.self, threads, computingLoss, progress)
      (tables, history) = (.double(trained), records)
    }
    return FactorModel(
      users: interactions.users, items: interactions.items, configuration: configuration, history: history,
      globalMean: globalMean, dataFingerprint: interactions.fingerprint(),
      itemCounts: Buffer((0..<byItem.rowCount).map { Int64(byItem.degree(ofRow: $0)) }), tables: tables)
  }

  private func train<Element: Scalar>(
    _ type: Element.Type, _ threads: Int, _ computingLoss: Bool, _ progress: (IterationRecord) throws -> Void
  ) throws -> (FactorTables<Element>, [IterationRecord]) {
    let trainer = trainer(type, threads: threads)
    let history: [IterationRecord]
    do {
      history = try withSingleThreadedBLAS {
        try trainer.run(iterations: iterations, computingLoss: computingLoss, progress: progress)
      }
    } catch let failure as UnsolvableEntity {
      let name =
        failure.isUser ? "user \(interactions.users[failure.index])" : "item \(interactions.items[failure.index])"
      throw ALSError(
        .data, "\(name): no finite factors solve its equations. Increase the regularization, or scale the values down.")
    }
    return (FactorTables(trained: trainer.users, trainer.items, hasBiases: objective.hasBiases), history)
  }
}
