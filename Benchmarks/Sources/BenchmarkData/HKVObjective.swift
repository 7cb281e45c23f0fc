public import PlainALS

/// The objective of Hu, Koren and Volinsky in double precision, which judges every engine's factors alike.
///
///     Σ_observed (1 + α)(1 − x·y)²  +  Σ_unobserved (x·y)²  +  λ(‖X‖² + ‖Y‖²)
///
/// - Parameters:
///   - users: users × k, row by row.
///   - items: items × k, row by row.
///   - rows: The items of each user.
///   - alpha: α.
///   - regularization: λ.
/// - Returns: The value; lower is better.
public func hkvObjective<Element: BinaryFloatingPoint>(
  users: [Element], items: [Element], rows: SparseRows, alpha: Double = 10, regularization: Double = 0.05
) -> Double {
  let factors = users.count / rows.rowCount
  let (users, items) = (users.map { Double($0) }, items.map { Double($0) })
  var total = 0.0
  // All cells as if unobserved: Σ (x·y)² is the inner product of both Gram matrices.
  for (a, b) in zip(gram(of: users, factors), gram(of: items, factors)) { total += a * b }
  for row in 0..<rows.rowCount {
    for column in rows[row] {
      var score = 0.0
      for factor in 0..<factors { score += users[row * factors + factor] * items[column * factors + factor] }
      total += (1 + alpha) * (1 - score) * (1 - score) - score * score
    }
  }
  return total + regularization * (users + items).reduce(0) { $0 + $1 * $1 }
}

private func gram(of table: [Double], _ factors: Int) -> [Double] {
  var gram = [Double](repeating: 0, count: factors * factors)
  for start in stride(from: 0, to: table.count, by: factors) {
    for i in 0..<factors {
      for j in 0..<factors { gram[i * factors + j] += table[start + i] * table[start + j] }
    }
  }
  return gram
}
