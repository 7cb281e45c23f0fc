import ALS

/// The slow obvious twin: dense matrices in double precision, every cell of the matrix visited, Gaussian elimination.
///
/// It knows the published formulas and shares no code with the engine.
struct DenseReference {
  enum Loss {
    /// Σ_obs g(r)(s − 1)² + α0 Σ_all s² + Σ λ(n + α0 N)^ν ‖·‖²
    case ials(unobserved: Double)
    /// Σ_all c(p − s)² + Σ λ(n + α0 N)^ν ‖·‖², c = 1 + g(r) where observed, α0 elsewhere
    case hkv(unobserved: Double)
    /// Σ_obs (r − μ − b_u − b_i − x·y)² + Σ λ n^ν (‖·‖² + b²)
    case explicit(biases: Bool)
  }

  let loss: Loss
  let lambda: Double
  let exponent: Double
  /// `nil` where nothing was observed; otherwise g(r), or the rating.
  let cells: [[Double?]]

  /// What ratings are counted from.
  let mean: Double

  var userCount: Int { cells.count }
  let itemCount: Int

  /// `mean` is that of the cells unless it is given.
  init(loss: Loss, lambda: Double, exponent: Double, cells: [[Double?]], itemCount: Int, mean: Double? = nil) {
    self.loss = loss
    self.lambda = lambda
    self.exponent = exponent
    self.cells = cells
    self.itemCount = itemCount
    let observed = cells.joined().compactMap { $0 }
    if let mean {
      self.mean = mean
    } else if case .explicit = loss {
      self.mean = observed.reduce(0, +) / Double(max(observed.count, 1))
    } else {
      self.mean = 0
    }
  }

  var hasBiases: Bool { if case .explicit(let biases) = loss { biases } else { false } }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    // Only the exponents that the tests use, so that no library function is shared.
    switch exponent {
    case 0: 1
    case 0.5: base.squareRoot()
    case 1: base
    default: fatalError("no such exponent here")
    }
  }

  private func regularization(observed: Int, others: Int) -> Double {
    switch loss {
    case .ials(let unobserved), .hkv(let unobserved):
      lambda * power(Double(observed) + unobserved * Double(others), exponent)
    case .explicit: lambda * power(Double(observed), exponent)
    }
  }

  func userRegularization(_ user: Int) -> Double {
    regularization(observed: cells[user].compactMap { $0 }.count, others: itemCount)
  }

  func itemRegularization(_ item: Int) -> Double {
    regularization(observed: cells.compactMap { $0[item] }.count, others: userCount)
  }

  /// One cell as (weight, target, weight, target): the squared errors of the score that it adds to the loss.
  private func terms(_ cell: Double?) -> [(weight: Double, target: Double)] {
    switch (loss, cell) {
    case (.ials(let unobserved), let gain?): [(gain, 1), (unobserved, 0)]
    case (.ials(let unobserved), nil): [(unobserved, 0)]
    case (.hkv, let gain?): [(1 + gain, 1)]
    case (.hkv(let unobserved), nil): [(unobserved, 0)]
    case (.explicit, let rating?): [(1, rating - mean)]
    case (.explicit, nil): []
    }
  }

  /// With biases, rows are [factors, own bias]; the score is x·y + b_u + b_i.
  private func score(_ x: [Double], _ y: [Double]) -> Double {
    let k = hasBiases ? x.count - 1 : x.count
    var score = 0.0
    for f in 0..<k { score += x[f] * y[f] }
    return hasBiases ? score + x[k] + y[k] : score
  }

  func value(_ users: [[Double]], _ items: [[Double]]) -> Double {
    var total = 0.0
    for u in 0..<userCount {
      for i in 0..<itemCount {
        let s = score(users[u], items[i])
        for (weight, target) in terms(cells[u][i]) { total += weight * (target - s) * (target - s) }
      }
    }
    for u in 0..<userCount { total += userRegularization(u) * users[u].reduce(0) { $0 + $1 * $1 } }
    for i in 0..<itemCount { total += itemRegularization(i) * items[i].reduce(0) { $0 + $1 * $1 } }
    return total
  }

  /// Half the gradient of the loss in the row of user `u`, and the sum of the sizes of its terms, coordinate by
  /// coordinate: rounding errors are in proportion to the latter.
  func halfGradient(ofUser u: Int, _ users: [[Double]], _ items: [[Double]]) -> (value: [Double], size: [Double]) {
    halfGradient(
      users[u], others: items, cells: cells[u], regularization: userRegularization(u))
  }

  func halfGradient(ofItem i: Int, _ users: [[Double]], _ items: [[Double]]) -> (value: [Double], size: [Double]) {
    halfGradient(
      items[i], others: users, cells: cells.map { $0[i] }, regularization: itemRegularization(i))
  }

  private func halfGradient(
    _ x: [Double], others: [[Double]], cells: [Double?], regularization: Double
  ) -> (value: [Double], size: [Double]) {
    let k = hasBiases ? x.count - 1 : x.count
    var value = x.map { regularization * $0 }
    var size = value.map(abs)
    for (other, cell) in zip(others, cells) {
      let s = score(x, other)
      let reach = (0..<k).reduce(0.0) { $0 + abs(x[$1] * other[$1]) } + (hasBiases ? abs(x[k]) + abs(other[k]) : 0)
      for (weight, target) in terms(cell) {
        for f in x.indices {
          let partner = f < k ? other[f] : 1
          value[f] += weight * (s - target) * partner
          size[f] += weight * (reach + abs(target)) * abs(partner)
        }
      }
    }
    return (value, size)
  }

  /// The row that minimises the loss with the other side fixed; zero where nothing was observed.
  func solution(ofUser u: Int, items: [[Double]]) -> [Double] {
    solution(others: items, cells: cells[u], regularization: userRegularization(u))
  }

  func solution(ofItem i: Int, users: [[Double]]) -> [Double] {
    solution(others: users, cells: cells.map { $0[i] }, regularization: itemRegularization(i))
  }

  private func solution(others: [[Double]], cells: [Double?], regularization: Double) -> [Double] {
    guard cells.contains(where: { $0 != nil }) else { return Array(repeating: 0, count: others[0].count) }
    return eliminated(system(others: others, cells: cells, regularization: regularization))
  }

  /// The equations of user `u`: a square matrix, and the right-hand side as its last column.
  func system(ofUser u: Int, items: [[Double]]) -> [[Double]] {
    system(others: items, cells: cells[u], regularization: userRegularization(u))
  }

  /// The same of item `i`.
  func system(ofItem i: Int, users: [[Double]]) -> [[Double]] {
    system(others: users, cells: cells.map { $0[i] }, regularization: itemRegularization(i))
  }

  /// Σ w·t of the cell of a user and an item, with the item's bias taken off.
  func weightedTarget(ofUser u: Int, item: Int, items: [[Double]]) -> Double {
    let offset = hasBiases ? items[item][items[item].count - 1] : 0
    return terms(cells[u][item]).reduce(0) { $0 + $1.weight * ($1.target - offset) }
  }

  private func system(others: [[Double]], cells: [Double?], regularization: Double) -> [[Double]] {
    let width = others[0].count
    let k = hasBiases ? width - 1 : width
    var system = (0..<width).map { f in (0...width).map { $0 == f ? regularization : 0 } }
    for (other, cell) in zip(others, cells) {
      let features = (0..<width).map { $0 < k ? other[$0] : 1 }
      let offset = hasBiases ? other[k] : 0
      for (weight, target) in terms(cell) {
        for f in 0..<width {
          for g in 0..<width { system[f][g] += weight * features[f] * features[g] }
          system[f][width] += weight * (target - offset) * features[f]
        }
      }
    }
    return system
  }

  /// Gaussian elimination with partial pivoting of an augmented system.
  func eliminated(_ augmented: [[Double]]) -> [Double] {
    var rows = augmented
    let n = rows.count
    for column in 0..<n {
      let pivot = (column..<n).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(column, pivot)
      for row in column + 1..<n {
        let factor = rows[row][column] / rows[column][column]
        for j in column...n { rows[row][j] -= factor * rows[column][j] }
      }
    }
    var x = [Double](repeating: 0, count: n)
    for row in (0..<n).reversed() {
      let known = (row + 1..<n).reduce(0.0) { $0 + rows[row][$1] * x[$1] }
      x[row] = (rows[row][n] - known) / rows[row][row]
    }
    return x
  }
}
