/// One row's system A x = b, solved by Cholesky factorisation.
struct NormalEquations {
  let size: Int
  /// The lower triangle of A, row by row; after `solve()` its Cholesky factor.
  private(set) var matrix: [Float]
  private var right: [Float]

  init(size: Int) {
    self.size = size
    matrix = [Float](repeating: 0, count: size * size)
    right = [Float](repeating: 0, count: size)
  }

  /// A = `gram` + `regularization`·I, b = 0.
  mutating func reset(gram: [Float], regularization: Float) {
    matrix = gram
    for i in 0..<size {
      matrix[i * size + i] += regularization
      right[i] = 0
    }
  }

  /// A += `weight`·v vᵀ, b += `target`·v, for the row v of `table`.
  mutating func add(row: Int, of table: [Float], weight: Float, target: Float) {
    table.withUnsafeBufferPointer { table in
      matrix.withUnsafeMutableBufferPointer { matrix in
        let start = row * size
        for i in 0..<size {
          let scaled = weight * table[start + i]
          for j in 0...i { matrix[i * size + j] += scaled * table[start + j] }
        }
      }
    }
    for i in 0..<size { right[i] += target * table[row * size + i] }
  }

  /// x, which replaces b.
  mutating func solve() -> [Float] {
    matrix.withUnsafeMutableBufferPointer { matrix in
      for j in 0..<size {
        for i in j..<size {
          var sum = matrix[i * size + j]
          for k in 0..<j { sum -= matrix[i * size + k] * matrix[j * size + k] }
          matrix[i * size + j] = i == j ? sum.squareRoot() : sum / matrix[j * size + j]
        }
      }
    }
    for i in 0..<size {
      for j in 0..<i { right[i] -= matrix[i * size + j] * right[j] }
      right[i] /= matrix[i * size + i]
    }
    for i in (0..<size).reversed() {
      for j in i + 1..<size { right[i] -= matrix[j * size + i] * right[j] }
      right[i] /= matrix[i * size + i]
    }
    return right
  }
}
