import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

/// Trainings with side features against the whole objective, written down as it stands.
@Suite struct FeatureTrainingTests {
  /// The largest derivative of the objective beside the terms that it is made of.
  private func largestDerivative(
    _ twin: FeatureTwin, _ training: Training, _ x: Sides<[[Double]]>, _ weights: Sides<[[Double]]>,
    rowsOf rowSides: [Side] = Side.allCases, weightsOf weightSides: [Side] = Side.allCases
  ) -> Double {
    let step = 1e-4
    var largest = 0.0
    func check(_ row: [Double], _ changed: (Int, Double) -> Double) {
      for c in row.indices {
        largest = max(largest, abs(changed(c, step) - changed(c, -step)) / (2 * step))
      }
    }
    for side in rowSides {
      for row in x[side].indices {
        check(x[side][row]) { c, change in
          var copy = x
          copy[side][row][c] += change
          return twin.loss(training, copy, weights)
        }
      }
    }
    for side in weightSides {
      for row in weights[side].indices {
        check(weights[side][row]) { c, change in
          var copy = weights
          copy[side][row][c] += change
          return twin.loss(training, x, copy)
        }
      }
    }
    return largest
  }

  @Test(arguments: FeatureTwin.Kind.allCases, [Precision.float, .double])
  func gradientIsZeroWhereTheAlternationEnds(_ kind: FeatureTwin.Kind, _ precision: Precision) throws {
    func check<Element: Scalar>(_ type: Element.Type, _ tolerance: Double) throws {
      let twin = try FeatureTwin(kind)
      let training = try twin.training(.cholesky, precision)
      let trainer = training.trainer(type, threads: 1)
      var last = Double.infinity
      for iteration in 0..<3000 {
        for side in Side.allCases { _ = try trainer.solve(side) }
        if iteration > 50 { continue }
        let loss = trainer.loss()
        let rounding = 1 + 40 * Double(Element.ulpOfOne)
        #expect(loss <= last * rounding, "\(kind), iteration \(iteration)")
        last = loss
        let weights = Sides { trainer.features[$0]?.weights.rowsAsDoubles ?? [] }
        let expected = twin.loss(training, twin.factors(training, trainer), weights)
        #expect(abs(loss - expected) <= 100 * Double(Element.ulpOfOne) * expected, "\(kind), iteration \(iteration)")
      }
      let weights = Sides { trainer.features[$0]?.weights.rowsAsDoubles ?? [] }
      let x = twin.factors(training, trainer)
      #expect(x.users.joined().contains { abs($0) > 0.05 } && weights.items.joined().contains { abs($0) > 0.01 })
      #expect(largestDerivative(twin, training, x, weights) <= tolerance, "\(kind), \(precision)")

      // Nor does any change of one of the four blocks lower the objective.
      var random = RandomGenerator(seed: 9)
      let loss = twin.loss(training, x, weights)
      for size in [1e-3, 1e-2, 0.3] {
        for side in Side.allCases {
          func changed(_ rows: [[Double]]) -> [[Double]] {
            rows.map { $0.map { $0 + size * random.nextNormals().0 } }
          }
          var (moved, turned) = (x, weights)
          moved[side] = changed(x[side])
          turned[side] = changed(weights[side])
          #expect(twin.loss(training, moved, weights) > loss && twin.loss(training, x, turned) > loss)
        }
      }
    }
    if precision == .float { try check(Float.self, 2e-3) } else { try check(Double.self, 1e-6) }
  }

  /// A λ of a coordinate's own weighs its distance from the prior, too.
  ///
  /// Only where a solve has just ended are its rows at their minimum: the next goes into another basis, in which another
  /// factor is the first.
  @Test(arguments: Solver.ofAnySign, [0.2, 0.7])
  func coordinatesHaveTheirOwnShares(_ solver: Solver, _ share: Double) throws {
    var twin = try FeatureTwin(.explicit)
    twin.firstFactorShare = share
    let training = try twin.training(solver, .double)
    let trainer = training.trainer(Double.self, threads: 1)
    for isLast in [false, false, false, true] {
      if !isLast { _ = try trainer.solve(.items) }
      _ = try trainer.solve(.users, isLast: isLast)
      let loss = trainer.loss()
      let (x, weights) = (
        twin.factors(training, trainer), Sides { trainer.features[$0]?.weights.rowsAsDoubles ?? [] }
      )
      #expect(abs(loss - twin.loss(training, x, weights)) <= 1e-12 * loss)
      guard isLast else { continue }
      #expect(largestDerivative(twin, training, x, weights, rowsOf: [.users], weightsOf: [.items]) <= 1e-6)
    }
  }

  /// Conjugate gradients in the rows, over-relaxed, and their kernels, lower the same objective.
  @Test(arguments: FeatureTwin.Kind.allCases, Solver.ofAnySign)
  func lossFalls(_ kind: FeatureTwin.Kind, _ solver: Solver) throws {
    let twin = try FeatureTwin(kind, users: 40, items: 30, features: 9)
    let training = try twin.training(solver, .double)
    let trainer = training.trainer(Double.self, threads: 2)
    var last = Double.infinity
    for iteration in 0..<12 {
      for side in Side.allCases {
        _ = try trainer.solve(side, relaxation: iteration < 2 ? 1 : 1.4)
        let loss = trainer.loss()
        #expect(loss <= last * (1 + 1e-12), "\(iteration), \(side)")
        last = loss
      }
    }
  }

  /// W against its equations, with few features and with more than are factorised.
  @Test(arguments: [5, 1024, 1500, 100_000])
  func weightsSolveTheirEquations(count: Int) throws {
    var random = RandomGenerator(seed: 3)
    let (rows, width) = (700, 4)
    var (starts, columns, values): ([Int64], [Int32], [Float]) = ([0], [], [])
    for row in 0..<rows {
      // Some features are everybody's, most are rare, and some rows have none.
      let own = row % 9 == 0 ? [] : Set((0..<12).map { random.nextIndex(below: $0 < 2 ? min(5, count) : count) })
      for column in own.sorted() {
        columns.append(Int32(column))
        values.append(Float(random.nextUniform()))
      }
      starts.append(Int64(columns.count))
    }
    let matrix = CSRMatrix(
      rowCount: rows, columnCount: count, rowStarts: Buffer(starts), columns: Buffer(columns), values: Buffer(values))
    let weights = (0..<rows).map { _ in 0.1 + random.nextUniform() }
    let roots = Buffer((0..<rows).map { _ in 0.5 + random.nextUniform() })
    let x = Matrix(
      rowCount: rows, columnCount: width, buffer: Buffer((0..<rows * width).map { _ in random.nextNormals().0 }))
    var bits: Set<[UInt64]> = []
    for threads in [1, 2, 3, 8] {
      let regression = FeatureRegression<Double>(matrix, weights: weights, roots: roots, share: 0.5, threads: threads)
      let w = Matrix<Double>(zeros: count, width)
      regression.refit(w, to: x, steps: 1000, tolerance: 1e-9)
      bits.insert(w.buffer.elements.map(\.bitPattern))
      guard threads == 1 else { continue }
      var (left, right) = ([Double](repeating: 0, count: count * width), [Double](repeating: 0, count: count * width))
      for i in 0..<count * width { left[i] = regression.regularization * w.buffer.pointer[i] }
      let priors = regression.priors(w)
      for row in 0..<rows {
        for entry in matrix.entries(ofRow: row) {
          let (column, value) = (Int(columns[entry]), Double(values[entry]))
          for c in 0..<width {
            left[column * width + c] += value * weights[row] * roots.pointer[row] * priors.row(row)[c]
            right[column * width + c] += value * weights[row] * roots.pointer[row] * x.row(row)[c]
          }
        }
      }
      let size = right.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let rest = zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      #expect(rest <= 1e-8 * size, "\(count) features")
    }
    #expect(bits.count == 1)
  }

  /// Those of a model satisfy them, too: the last step before the users' last solve.
  @Test func weightsOfModelsSolveTheirEquations() throws {
    let twin = try FeatureTwin(.ials, users: 40, items: 30)
    let model = try twin.configuration(.conjugateGradient, .double, iterations: 8)
      .fit(twin.data.interactions, userFeatures: twin.given(.users), itemFeatures: twin.given(.items))
    let (training, features) = (try twin.training(.cholesky, .double), twin.features.items)
    let w = try #require(model.itemFeatures)
    for feature in 0..<4 {
      for c in 0..<FeatureTwin.factors {
        var left = twin.featureRegularization(training, .items) * w.weights(ofFeatureAt: feature)[c]
        for (item, f) in features.enumerated() {
          let prior = f.enumerated().reduce(0) { $0 + $1.element * w.weights(ofFeatureAt: $1.offset)[c] }
          left +=
            FeatureTwin.weight * twin.regularization(training, .items, item) * f[feature]
            * (prior - model.itemFactors(at: item)[c])
        }
        #expect(abs(left) <= 1e-6)
      }
    }
  }

  @Test(arguments: [Precision.float, .double], Solver.ofAnySign)
  func sameBytesForEveryNumberOfThreads(_ precision: Precision, _ solver: Solver) throws {
    let twin = try FeatureTwin(.ials, users: 300, items: 200, features: 40)
    var all: Set<[UInt64]> = []
    for threads in [1, 2, 3, 8] {
      let model = try twin.configuration(solver, precision, iterations: 4).fit(
        twin.data.interactions, userFeatures: twin.given(.users), itemFeatures: twin.given(.items), threads: threads)
      let w = try #require(model.userFeatures)
      all.insert(
        (model.userRows + model.itemRows + w.space.names.indices.map(w.weights(ofFeatureAt:))).joined()
          .map(\.bitPattern))
    }
    #expect(all.count == 1)
  }

  @Test func regularizationOfZeroIsRefused() throws {
    let twin = try FeatureTwin(.ials)
    var configuration = twin.configuration(.cholesky, .float, iterations: 2)
    configuration.itemRegularization = 0
    let error = #expect(throws: ALSError.self) {
      try configuration.fit(twin.data.interactions, itemFeatures: twin.given(.items))
    }
    #expect(error?.message.contains("regularization of items is 0") == true)
  }
}
