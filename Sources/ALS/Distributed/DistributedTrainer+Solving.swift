import ALSDense
import ALSPlatform
import ALSSparse

extension DistributedTrainer {
  func solve(_ side: Side, relaxation: Double, isLast: Bool, hasNorm: Bool) throws -> SolveReport {
    do {
      var report = try withSingleThreadedBLAS(threads: threads) {
        side == .users
          ? try solveUsers(relaxation: relaxation, isLast: isLast, hasNorm: hasNorm)
          : try solveItems(relaxation: relaxation, hasNorm: hasNorm)
      }
      report.rescuedRows = try communicator.sum(report.rescuedRows)
      return report
    } catch let failure as UnsolvableRow {
      throw UnsolvableEntity(side: side, index: failure.row)
    }
  }

  /// Solves this rank's users against the items that they have.
  private func solveUsers(relaxation: Double, isLast: Bool, hasNorm: Bool) throws -> SolveReport {
    if isLast { room.release() }
    let spectrum = try rotateIntoEigenbasis(of: owned, entries.densities?.owned)
    let needsGram = (isLast || spectrum == nil) && objective.gramWeight != 0
    let precise = needsGram ? try preciseGram(of: owned, entries.densities?.owned) : nil
    let sweep = HalfSweep(
      .users, objective: objective,
      fixed: FixedSide(
        part: items, of: problem.shard.itemCount, at: exchange.needed, objective: objective, spectrum: spectrum,
        scales: scales(entries.densities?.items), preciseGram: precise, largest: try largestMagnitude(of: owned),
        threads: threads),
      rows: byUser, counts: entries.counts.users, solution: users, relaxation: relaxation, isLast: isLast,
      hasNorm: hasNorm, threads: threads,
      cancellation: cancellation, room: room, meanValue: problem.meanValue)
    return try problem.configuration.rowSolver.solve(sweep)
  }

  /// Solves the items: all ranks together, or each rank those that it owns.
  private func solveItems(relaxation: Double, hasNorm: Bool) throws -> SolveReport {
    let spectrum = try rotateIntoEigenbasis(of: users, entries.densities?.users)
    let precise =
      spectrum == nil && objective.gramWeight != 0 ? try preciseGram(of: users, entries.densities?.users) : nil
    let largest = try largestMagnitude(of: users)
    func sweep(
      _ part: Matrix<Element>, _ roots: Buffer<Double>?, _ rows: CSRMatrix<Float>, counts: Buffer<Int32>? = nil
    ) -> HalfSweep<Element> {
      HalfSweep(
        .items, objective: objective,
        fixed: FixedSide(
          part: part, of: problem.shard.userCount, objective: objective, spectrum: spectrum, scales: scales(roots),
          preciseGram: precise, largest: largest, threads: threads),
        rows: rows, counts: counts, solution: owned, relaxation: relaxation, isLast: false,
        hasNorm: hasNorm, threads: threads, cancellation: cancellation, room: room, meanValue: problem.meanValue)
    }
    switch entries.itemHalf {
    case .sums(let rows):
      return try ItemSweep(
        sweep(users, entries.densities?.users, rows), steps: problem.configuration.conjugateGradientSteps, items: items,
        exchange: exchange, degrees: entries.degrees, neededDegrees: entries.densities?.itemDegrees, thread: thread
      ).run()
    case .rows(let rows, let exchange):
      let met = Matrix<Element>(
        rowCount: exchange.localCount, columnCount: problem.width,
        buffer: Buffer(uninitialized: exchange.localCount * problem.width))
      try exchange.distribute(users, to: met)
      let report = try problem.configuration.rowSolver.solve(
        sweep(met, entries.densities?.met, rows, counts: entries.counts.items))
      try distribute()
      return report
    }
  }
}

extension DistributedTrainer {
  /// The value of the objective over all ranks.
  func loss() throws -> Double {
    try withSingleThreadedBLAS(threads: threads) {
      let fixed = FixedSide(
        part: items, of: problem.shard.itemCount, objective: objective, spectrum: nil, threads: threads)
      let degrees = entries.degrees
      let own =
        observedLoss(
          of: users, fixing: fixed, given: byUser, counts: entries.counts.users, .users, objective: objective,
          roots: Sides(users: scales(entries.densities?.users), items: scales(entries.densities?.items)),
          threads: threads
        )
        + normPenalty(of: owned, .items, fixedCount: problem.shard.userCount, objective: objective, threads: threads) {
          Int(degrees.pointer[$0])
        }
      var total = try communicator.sum([own])[0]
      if objective.gramWeight != 0 {
        let grams = zip(
          try preciseGram(of: users, entries.densities?.users), try preciseGram(of: owned, entries.densities?.owned))
        total += objective.gramWeight * grams.reduce(0) { $0 + $1.0 * $1.1 }
      }
      return total
    }
  }

  /// The largest magnitude that solvers will meet in a side, of which every rank has a part.
  private func largestMagnitude(of part: Matrix<Element>) throws -> Float? {
    guard let part = part as? Matrix<Float> else { return nil }
    // A bias gives its place to a 1.
    let factors = problem.configuration.factorCount
    var own: Float = objective.hasBiases && part.rowCount > 0 ? 1 : 0
    if part.columnCount == factors {
      own = max(own, part.largestMagnitude(instructions: .best, threads: threads))
    } else {
      for row in 0..<part.rowCount {
        own = max(own, ALSDense.largestMagnitude(part.row(row), count: factors, instructions: .best))
      }
    }
    return try communicator.gathered(own).max()
  }

  /// What targets are multiplied by, given √b of the fixed rows.
  private func scales(_ roots: Buffer<Double>?) -> Buffer<Double>? { objective.densityScope == .all ? roots : nil }

  /// The rows as the Gram matrix has them, given √b of each.
  private func weighted(_ part: Matrix<Element>, _ roots: Buffer<Double>?) -> Matrix<Element> {
    guard objective.densityScope == .unobserved, let roots else { return part }
    return part.scalingRows { roots.pointer[$0] }
  }

  /// The Gram matrix of a side, of which every rank has a part, in double precision.
  private func preciseGram(of part: Matrix<Element>, _ roots: Buffer<Double>?) throws -> [Double] {
    try communicator.sum(ALSDense.preciseGram(of: weighted(part, roots), threads: threads))
  }

  /// Writes all factors in the eigenbasis of one side's Gram matrix, which the first rank computes, and returns the
  /// eigenvalues; `nil`, and does nothing, where the solver does not want that.
  private func rotateIntoEigenbasis(of part: Matrix<Element>, _ roots: Buffer<Double>?) throws -> [Double]? {
    guard problem.configuration.rowSolver.usesEigenbasis else { return nil }
    let factors = problem.configuration.factorCount
    let whole = try communicator.sum(gram(of: weighted(part, roots), columns: factors, threads: threads))
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
