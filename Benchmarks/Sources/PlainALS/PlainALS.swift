import Dispatch

/// Implicit-feedback ALS in plain Swift: arrays, loops and a Cholesky factorisation, on all cores.
///
/// What the engine is measured against: no C, no BLAS, no vector types, nothing clever, but inner loops without bounds
/// checks. It minimises what Hu, Koren and Volinsky (ICDM 2008) do, with confidence 1 + α on every entry.
public struct PlainALS: Sendable {
  /// The number of factors.
  public var factors: Int
  /// How often both sides are solved.
  public var iterations: Int
  /// α.
  public var alpha: Float
  /// λ.
  public var regularization: Float

  /// Factors row by row, and the seconds of each iteration.
  public struct Result: Sendable {
    /// users × factors.
    public var users: [Float]
    /// items × factors.
    public var items: [Float]
    /// Wall-clock seconds of each iteration.
    public var seconds: [Double]
  }

  /// A configuration.
  public init(factors: Int = 64, iterations: Int = 5, alpha: Float = 10, regularization: Float = 0.05) {
    self.factors = factors
    self.iterations = iterations
    self.alpha = alpha
    self.regularization = regularization
  }

  /// Trains on the items of each user.
  public func fit(_ itemsOfUser: SparseRows) -> Result {
    let usersOfItem = itemsOfUser.transposed()
    let scale = 0.1 / Float(factors).squareRoot()
    var result = Result(users: [], items: [], seconds: [])
    // A sum of four uniform variates is near enough to a normal one.
    var random = SplitMix(state: 1)
    result.items = (0..<usersOfItem.rowCount * factors).map { _ in
      scale * (0..<4).reduce(0) { sum, _ in sum + Float.random(in: -0.866...0.866, using: &random) }
    }
    for _ in 0..<iterations {
      let start = ContinuousClock.now
      result.users = solve(itemsOfUser, fixed: result.items)
      result.items = solve(usersOfItem, fixed: result.users)
      result.seconds.append((ContinuousClock.now - start) / .seconds(1))
    }
    return result
  }

  /// The best factors for `rows` when the other side is `fixed`.
  private func solve(_ rows: SparseRows, fixed: [Float]) -> [Float] {
    let gram = gramMatrix(of: fixed)
    let chunk = 64
    var solution = [Float](repeating: 0, count: rows.rowCount * factors)
    solution.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let solution = buffer
      DispatchQueue.concurrentPerform(iterations: (rows.rowCount + chunk - 1) / chunk) { index in
        var equations = NormalEquations(size: factors)
        for row in index * chunk..<min((index + 1) * chunk, rows.rowCount) {
          equations.reset(gram: gram, regularization: regularization)
          for column in rows[row] { equations.add(row: column, of: fixed, weight: alpha, target: 1 + alpha) }
          let values = equations.solve()
          for factor in 0..<factors { solution[row * factors + factor] = values[factor] }
        }
      }
    }
    return solution
  }

  /// The lower triangle of VᵀV, row by row.
  private func gramMatrix(of table: [Float]) -> [Float] {
    var gram = NormalEquations(size: factors)
    for row in 0..<table.count / factors { gram.add(row: row, of: table, weight: 1, target: 0) }
    return gram.matrix
  }
}

/// SplitMix64, so that every run begins alike.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
