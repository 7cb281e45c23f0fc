import ALSDense

/// Users and items as the vectors whose inner product orders a user's items.
///
/// Without biases they are the rows x and y. An item's bias is one more coordinate: (x, 1)·(y, b) = x·y + b. The user's
/// bias and the global mean are the same for all items and left out.
extension FactorTables {
  var vectorLength: Int { items.columnCount + (itemBiases == nil ? 0 : 1) }

  /// A user's vector in double precision.
  func copyUser(_ user: Int, to target: UnsafeMutablePointer<Double>) {
    for c in 0..<users.columnCount { target[c] = Double(users.row(user)[c]) }
    if itemBiases != nil { target[users.columnCount] = 1 }
  }

  /// An item's vector in double precision.
  func copyItem(_ item: Int, to target: UnsafeMutablePointer<Double>) {
    for c in 0..<items.columnCount { target[c] = Double(items.row(item)[c]) }
    if let itemBiases { target[items.columnCount] = Double(itemBiases.pointer[item]) }
  }

  /// The Gram matrix of the items' vectors in double precision.
  ///
  /// - Complexity: O(items·k²).
  func itemVectorGram(threads: Int) -> [Double] {
    guard let itemBiases else { return preciseGram(of: items, threads: threads) }
    let (n, k) = (items.rowCount, items.columnCount)
    let vectors = Matrix<Element>(zeros: n, k + 1)
    for item in 0..<n {
      vectors.row(item).update(from: items.row(item), count: k)
      vectors.row(item)[k] = itemBiases.pointer[item]
    }
    return preciseGram(of: vectors, threads: threads)
  }
}
