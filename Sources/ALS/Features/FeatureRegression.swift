package import ALSDense
package import ALSPlatform
package import ALSSparse

/// The ridge regression of the factors of one side on its features, with everything that stays the same in a training.
///
///     minimise over W   Σ_r D_r ‖x_r/s_r − Wᵀf_r‖²  +  λ_W ‖W‖²        (FᵀDF + λ_W) W = FᵀE X,   E_r = D_r/s_r
///
/// with D_r what a row's distance from its prior weighs in the loss, and s_r the root of its density where training is written in
/// coordinates that have been multiplied by that. All columns of W have the same matrix. With few features it is factorised
/// once; with many, the columns take steps of conjugate gradients together, from the W before. The order of every sum depends on the
/// data alone.
package struct FeatureRegression<Element: Scalar>: Sendable {
  /// rows × features.
  let features: CSRMatrix<Float>
  /// λ_W.
  package let regularization: Double
  private let byFeature: CSRMatrix<Float>
  /// E and s; the latter `nil` when all are 1.
  private let pull: Buffer<Element>
  private let roots: Buffer<Double>?
  /// D.
  private let squares: Buffer<Element>
  private let factor: SymmetricFactor?
  /// The inverse of the diagonal of FᵀDF + λ_W.
  private let preconditioner: Buffer<Element>
  private let threads: Int

  /// With more features the matrix is not formed.
  package static var mostFactorised: Int { 1024 }
  /// Nor where forming it would take more products.
  private static var mostProducts: Int { 2_000_000_000 }

  /// The regression on F with these weights D_r·s_r⁻², which are what the square of a row weighs in the coordinates of the
  /// training, and roots s; λ_W is `share` times the mean D of the rows that have features.
  package init(
    _ features: CSRMatrix<Float>, weights: [Double], roots: Buffer<Double>?, share: Double, threads: Int,
    mostFactorised: Int = Self.mostFactorised
  ) {
    (self.features, self.roots, self.threads) = (features, roots, threads)
    byFeature = features.transposed(threads: threads)
    func root(_ row: Int) -> Double { roots?.pointer[row] ?? 1 }
    pull = Buffer(weights.enumerated().map { Element($1 * root($0)) })
    let squares = weights.enumerated().map { $1 * root($0) * root($0) }
    self.squares = Buffer(squares.map { Element($0) })
    let owners = squares.indices.filter { features.degree(ofRow: $0) > 0 }
    regularization = share * owners.reduce(0) { $0 + squares[$1] } / Double(max(owners.count, 1))
    let (count, transposed) = (features.columnCount, byFeature)
    let diagonal = Buffer<Double>(repeating: regularization, count: count)
    for feature in 0..<count {
      transposed.forEachEntry(ofRow: feature) { diagonal.pointer[feature] += squares[$0] * $1 * $1 }
    }
    preconditioner = Buffer(diagonal.elements.map { $0 > 0 ? Element(1 / $0) : 0 })
    let products = (0..<features.rowCount).reduce(0) { $0 + features.degree(ofRow: $1) * features.degree(ofRow: $1) }
    factor =
      count <= mostFactorised && products <= Self.mostProducts
      ? Self.factor(features, squares, regularization, threads: threads) : nil
  }

  private static func factor(
    _ features: CSRMatrix<Float>, _ squares: [Double], _ regularization: Double, threads: Int
  ) -> SymmetricFactor? {
    let count = features.columnCount
    let matrix = Buffer<Double>(repeating: 0, count: count * count)
    for row in 0..<features.rowCount {
      features.forEachEntry(ofRow: row) { i, x in
        let weight = squares[row] * x
        features.forEachEntry(ofRow: row) { j, y in matrix.pointer[i * count + j] += weight * y }
      }
    }
    for i in 0..<count { matrix.pointer[i * count + i] += regularization }
    return withSingleThreadedBLAS { SymmetricFactor(matrix, order: count) }
  }

  /// s_r·Wᵀf_r of every row, times a number.
  ///
  /// - Complexity: O(entries of F · k).
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  package func priors(_ weights: Matrix<Element>, times share: Double = 1) -> Matrix<Element> {
    let width = weights.columnCount
    let priors = Self.scratch(features.rowCount, width)
    forEachRow(of: features.rowCount) { row in
      let (target, root) = (priors.row(row), Element(share * (roots?.pointer[row] ?? 1)))
      Self.sum(features, row, of: weights, into: target)
      for c in 0..<width { target[c] *= root }
    }
    return priors
  }

  private static func scratch(_ rows: Int, _ columns: Int) -> Matrix<Element> {
    Matrix(rowCount: rows, columnCount: columns, buffer: Buffer(uninitialized: rows * columns))
  }

  /// The sum of the rows of `table` that a row of `matrix` has, times its values, and perhaps the table's.
  @inline(__always)
  private static func sum(
    _ matrix: CSRMatrix<Float>, _ row: Int, of table: Matrix<Element>, weighted: Buffer<Element>? = nil,
    into sum: UnsafeMutablePointer<Element>
  ) {
    let (width, columns, values) = (table.columnCount, matrix.columns.pointer, matrix.values?.pointer)
    let (weights, rows) = (weighted?.pointer, table.buffer.pointer)
    sum.update(repeating: 0, count: width)
    for entry in matrix.entries(ofRow: row) {
      let column = Int(columns[entry])
      var value = Element(values?[entry] ?? 1)
      if let weights { value *= weights[column] }
      let source = rows + column * width
      for c in 0..<width { sum[c] += value * source[c] }
    }
  }

  private func forEachRow(of count: Int, _ body: @Sendable (Int) -> Void) {
    parallelForEachChunk(of: count, size: 64, workers: threads) { rows, _ in
      for row in rows { body(row) }
    }
  }
}

extension FeatureRegression {
  /// Moves W towards the solution for the factors `x`: onto it with few features, and else by at most `steps` steps, which end
  /// once the residual of every column is below `tolerance` times its right-hand side.
  ///
  /// - Complexity: O(entries of F · k + features · k) per step; with few features O(entries of F · k + features² · k).
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  package func refit(_ weights: Matrix<Element>, to x: Matrix<Element>, steps: Int, tolerance: Double) {
    let (count, width) = (weights.rowCount, weights.columnCount)
    if let factor { return solve(weights, x, factor) }
    let (residual, direction, image) = (
      Self.scratch(count, width), Matrix<Element>(zeros: count, width), Self.scratch(count, width)
    )
    let limits = sums(of: count, width) { feature, sums in
      let target = residual.row(feature)
      Self.sum(byFeature, feature, of: x, weighted: pull, into: target)
      for c in 0..<width { sums[c] += Double(target[c]) * Double(target[c]) }
    }.map { tolerance * tolerance * $0 }
    let products = Self.scratch(features.rowCount, width)
    _ = multiply(weights, into: image, through: products)
    /// Takes a step of these lengths, and tells Σ r² and Σ r·M⁻¹r of each column.
    func step(_ lengths: [Element]) -> (squares: ArraySlice<Double>, decreases: ArraySlice<Double>) {
      let all = sums(of: count, 2 * width) { feature, sums in
        let (w, r, scale) = (weights.row(feature), residual.row(feature), Double(preconditioner.pointer[feature]))
        let (p, q) = (direction.row(feature), image.row(feature))
        for c in 0..<width {
          w[c] += lengths[c] * p[c]
          r[c] -= lengths[c] * q[c]
          let square = Double(r[c]) * Double(r[c])
          sums[c] += square
          sums[width + c] += scale * square
        }
      }
      return (all[..<width], all[width...])
    }
    // The first takes MW off the right-hand side.
    var (squares, decreases) = step([Element](repeating: 1, count: width))
    var last: ArraySlice<Double> = []
    for _ in 0..<steps {
      if zip(squares, limits).allSatisfy({ $0 <= $1 }) { return }
      let ratios = last.isEmpty ? [Element](repeating: 0, count: width) : Self.quotients(decreases, last)
      forEachRow(of: count) { feature in
        let (p, r, scale) = (direction.row(feature), residual.row(feature), preconditioner.pointer[feature])
        for c in 0..<width { p[c] = scale * r[c] + ratios[c] * p[c] }
      }
      let curvatures = multiply(direction, into: image, through: products)
      last = decreases
      (squares, decreases) = step(Self.quotients(decreases, curvatures[...]))
    }
  }

  /// Quotients, 0 where there is nothing left to divide by.
  private static func quotients(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> [Element] {
    zip(a, b).map { $1 > 0 ? Element($0 / $1) : 0 }
  }

  /// Solves for W with the factor of its matrix.
  private func solve(_ weights: Matrix<Element>, _ x: Matrix<Element>, _ factor: SymmetricFactor) {
    let (count, width) = (weights.rowCount, weights.columnCount)
    // LAPACK reads a right-hand side after the other.
    let sides = Buffer<Double>(uninitialized: count * width)
    forEachRow(of: count) { feature in
      let target = weights.row(feature)
      Self.sum(byFeature, feature, of: x, weighted: pull, into: target)
      for c in 0..<width { sides.pointer[c * count + feature] = Double(target[c]) }
    }
    withSingleThreadedBLAS { factor.solve(sides, count: width) }
    forEachRow(of: count) { feature in
      for c in 0..<width { weights.row(feature)[c] = Element(sides.pointer[c * count + feature]) }
    }
  }

  /// Sets `image` to M = FᵀDF + λ_W times `matrix`, and tells the inner products of their columns.
  private func multiply(
    _ matrix: Matrix<Element>, into image: Matrix<Element>, through products: Matrix<Element>
  ) -> [Double] {
    let (width, own) = (matrix.columnCount, Element(regularization))
    forEachRow(of: features.rowCount) { row in
      Self.sum(features, row, of: matrix, into: products.row(row))
    }
    return sums(of: matrix.rowCount, width) { feature, sums in
      let (target, source) = (image.row(feature), matrix.row(feature))
      Self.sum(byFeature, feature, of: products, weighted: squares, into: target)
      for c in 0..<width {
        target[c] += own * source[c]
        sums[c] += Double(target[c]) * Double(source[c])
      }
    }
  }

  /// Sums of `width` numbers over rows, to which `add` adds; of blocks of a fixed size, in their order.
  private func sums(
    of count: Int, _ width: Int, _ add: @Sendable (Int, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let size = 256
    let partial = Buffer<Double>(repeating: 0, count: (count + size - 1) / size * width)
    parallelForEachChunk(of: count, size: size, workers: threads) { rows, _ in
      let sum = partial.pointer + rows.lowerBound / size * width
      for row in rows { add(row, sum) }
    }
    var total = [Double](repeating: 0, count: width)
    for start in stride(from: 0, to: partial.count, by: width) {
      for c in 0..<width { total[c] += partial.pointer[start + c] }
    }
    return total
  }
}

extension CSRMatrix where Value == Float {
  /// Calls `body` with the column and the value of each entry of a row.
  @inline(__always)
  func forEachEntry(ofRow row: Int, _ body: (_ column: Int, _ value: Double) -> Void) {
    for entry in entries(ofRow: row) {
      body(Int(columns.pointer[entry]), values.map { Double($0.pointer[entry]) } ?? 1)
    }
  }
}
