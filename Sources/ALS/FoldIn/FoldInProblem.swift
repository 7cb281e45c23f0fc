package import ALSDense
import ALSPlatform
package import ALSSparse

/// The problems of rows that are folded in: the same that training solves, against one side of a trained model.
///
///     (a0·G + λ + Σ w v vᵀ) x = Σ w t v + λ m
///
/// Everything is in double precision, whatever the model's: rows are converted as they are gathered, so that nothing
/// but the Gram matrix is kept beside the model.
package struct FoldInProblem<Element: Scalar>: Sendable {
  let fixed: FactorSide<Element>
  let objective: any Objective
  private let side: Side
  let weightedGram: Buffer<Double>?
  /// That of the fixed side, made by the first row that cannot do without.
  private let basis = LazyValue<Eigenbasis?>()

  /// - Complexity: O(rows · k²) for the first problem of a side, O(1) afterwards.
  package init(_ side: Side, against fixed: FactorSide<Element>, objective: any Objective, threads: Int) {
    (self.side, self.fixed, self.objective) = (side, fixed, objective)
    weightedGram = fixed.gram(weight: objective.gramWeight, threads: threads)
  }

  /// The problem of a row with `entryCount` entries, which have weights or not.
  func problem(entryCount: Int, hasWeights: Bool = false) -> RowProblem {
    RowProblem(
      entryCount: entryCount, terms: objective.terms(hasWeights: hasWeights),
      objective.parameters(of: side, entryCount: entryCount, fixedCount: fixed.rows.presentCount),
      objective.densityScope,
      isScaled: false)
  }

  private func problem(of entries: KnownEntries) -> RowProblem {
    problem(entryCount: entries.likedCount, hasWeights: entries.weights != nil)
  }

  /// The solution for `entries` with a multiple of a prior; the prior, or zeros, when there are none, as in training.
  ///
  /// `nil` when there is no finite one.
  ///
  /// - Complexity: O(n·k² + k³) for n entries.
  package func solution(
    for entries: KnownEntries, prior: [Double]? = nil, times share: Double = 1, scratch: FoldInScratch
  ) -> [Double]? {
    if entries.likedCount == 0 { return prior ?? Array(repeating: 0, count: fixed.order) }
    let problem = problem(of: entries)
    return solution(of: problem, prior: prior.map { $0.map { share * $0 } }, scratch: scratch) {
      add(entries, problem.terms, scratch: scratch)
    }
  }

  /// z with which the `solution` for `entries` is linear in what they are: x·y = zᵀ(Σ w t v + λ m) for a `rightSide` y.
  ///
  /// Where coordinates may be anything, z = A⁻¹y. Elsewhere those that are zero stay so, and the L1 norm is to the others
  /// what λ_j = μ/(2∣x_j∣) would be; z is zero where x is.
  package func solution(
    for entries: KnownEntries, rightSide: [Double], at solution: [Double], scratch: FoldInScratch
  ) -> [Double]? {
    let problem = problem(of: entries)
    func assemble() {
      add(entries, problem.terms, scratch: scratch)
      scratch.equations.vector(0).update(from: rightSide, count: rightSide.count)
    }
    if isPlain(problem) { return self.solution(of: problem, scratch: scratch, assemble: assemble) }
    let equations = scratch.equations
    return equations.leastNormSolution(factors: fixed.rows.columnCount, storedAs: Element.self) {
      equations.begin(0, weightedGram: weightedGram, problem)
      assemble()
      let (a, b, width) = (equations.matrix(0), equations.vector(0), equations.width)
      for i in 0..<fixed.rows.columnCount {
        if solution[i] == 0 {
          for j in 0..<fixed.order { a[min(i, j) * width + max(i, j)] = 0 }
          (a[i * (width + 1)], b[i]) = (1, 0)
        } else {
          a[i * (width + 1)] += problem.sparsity / (2 * abs(solution[i]))
        }
      }
    }
  }

  private func isPlain(_ problem: RowProblem) -> Bool { objective.domain == .all && problem.sparsity == 0 }

  /// λ m, added to the system's right-hand side.
  private func add(_ prior: [Double]?, _ problem: RowProblem, scratch: FoldInScratch) {
    guard let prior else { return }
    for i in prior.indices { scratch.equations.vector(0)[i] += problem.priorWeight(i, of: fixed.order) * prior[i] }
  }

  /// The solution of the system to which `assemble` adds the sums over the entries, with the same factors as in training.
  func solution(
    of problem: RowProblem, prior: [Double]? = nil, scratch: FoldInScratch, assemble: () -> Void
  ) -> [Double]? {
    let (equations, factors) = (scratch.equations, fixed.rows.columnCount)
    if !isPlain(problem) {
      equations.begin(0, weightedGram: weightedGram, problem)
      assemble()
      add(prior, problem, scratch: scratch)
      return scratch.descend(factors: factors, objective.domain, sparsity: problem.sparsity)
    }
    var leftOut: [UnsafePointer<Double>] = []
    let solution = equations.leastNormSolution(factors: factors, storedAs: Element.self) {
      equations.begin(0, weightedGram: weightedGram, problem)
      assemble()
      add(prior, problem, scratch: scratch)
      let a = equations.matrix(0)
      let largest = (0..<factors).reduce(0) { max($0, a[$1 * equations.width + $1]) }
      // Only then can there be any.
      guard problem.regularization <= ResolvedFactors.resolution(factors: factors, Element.self) * largest else {
        return
      }
      guard let basis = basis.value({ fixed.eigenbasis() }) else { return }
      let resolved = ResolvedFactors(
        spectrum: basis.values, gramWeight: objective.gramWeight,
        meanWeight: problem.terms.weight.constant + problem.terms.weight.slope, fixedCount: fixed.rows.presentCount,
        Element.self)
      leftOut = resolved.leftOut(problem).map { UnsafePointer(basis.vectors.pointer + $0 * factors) }
      for vector in leftOut {
        for i in 0..<factors {
          for j in i..<factors { a[i * equations.width + j] += largest * vector[i] * vector[j] }
        }
      }
    }
    guard var solution else { return nil }
    for vector in leftOut {
      // Nothing but the prior says what these are.
      let length = dot(vector, solution, factors) - (prior.map { dot(vector, $0, factors) } ?? 0)
      for i in 0..<factors { solution[i] -= length * vector[i] }
    }
    return solution
  }

  /// Adds Σ w v vᵀ and Σ w t v to the scratch's system.
  func add(_ entries: KnownEntries, _ terms: EntryTerms, scratch: FoldInScratch) {
    forEachBlock(of: entries, terms, scratch: scratch) { block in
      scratch.equations.add(
        .packed(
          UnsafePointer(scratch.rows.pointer), columns: scratch.positions.pointer, count: block.count,
          width: fixed.width),
        weights: scratch.weights.pointer, targets: scratch.targets.pointer, to: 0)
    }
  }

  /// w t (v·z) of every entry: what it contributes to (A⁻¹ Σ w t v)·y for z = A⁻¹ y.
  ///
  /// - Complexity: O(n·k).
  package func contributions(of entries: KnownEntries, along z: [Double], scratch: FoldInScratch) -> [Double] {
    var result: [Double] = []
    forEachBlock(of: entries, problem(of: entries).terms, scratch: scratch) { block in
      for entry in 0..<block.count {
        let row = UnsafePointer(scratch.rows.pointer + entry * fixed.width)
        result.append(scratch.targets.pointer[entry] * dot(row, z, fixed.order))
      }
    }
    return result
  }

  /// Gathers a block of entries after the other: their rows, weights w and products w·t.
  private func forEachBlock(
    of entries: KnownEntries, _ terms: EntryTerms, scratch: FoldInScratch, _ body: (Range<Int>) -> Void
  ) {
    let (width, isScaled) = (fixed.width, objective.densityScope == .all)
    for start in stride(from: 0, to: entries.count, by: FoldInScratch.block) {
      let count = min(FoldInScratch.block, entries.count - start)
      for entry in 0..<count {
        let column = Int(entries.columns[start + entry])
        let scale = isScaled ? fixed.rows.root(column) : 1
        fixed.copyRow(column, times: scale, to: scratch.rows.pointer + entry * width)
        scratch.scales.pointer[entry] = scale
        if fixed.rows.hasBiases { scratch.offsets.pointer[entry] = Double(fixed.rows.bias(column)) }
      }
      withPointers(to: entries) { values, weights in
        terms.write(
          RowEntries(
            columns: scratch.positions.pointer, values: values.map { $0 + start }, weights: weights.map { $0 + start },
            count: count,
            scales: isScaled ? UnsafePointer(scratch.scales.pointer) : nil,
            offsets: fixed.rows.hasBiases ? UnsafePointer(scratch.offsets.pointer) : nil),
          weights: scratch.weights.pointer, targets: scratch.targets.pointer)
      }
      body(start..<start + count)
    }
  }

  private func withPointers(
    to entries: KnownEntries, _ body: (UnsafePointer<Float>?, UnsafePointer<Float>?) -> Void
  ) {
    entries.terms.withUnsafeBufferPointer { values in
      guard let weights = entries.weights else { return body(values.baseAddress, nil) }
      weights.withUnsafeBufferPointer { body(values.baseAddress, $0.baseAddress) }
    }
  }

  package func makeScratch() -> FoldInScratch { FoldInScratch(order: fixed.order) }
}
