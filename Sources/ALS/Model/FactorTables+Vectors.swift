import ALSDense

/// Users and items as the vectors whose inner product orders a user's items.
///
/// Without biases they are the rows x and y. An item's bias is one more coordinate: (x, 1)·(y, b) = x·y + b. The user's
/// bias and the global mean are the same for all items and left out.
extension FactorTables {
  var vectorLength: Int { items.columnCount + (items.hasBiases ? 1 : 0) }

  /// The norm of a user's vector.
  func userNorm(_ user: Int) -> Double {
    let x = users.row(user)
    return (dot(x, x, users.columnCount) + (items.hasBiases ? 1 : 0)).squareRoot()
  }

  /// The norm of an item's vector.
  func itemNorm(_ item: Int) -> Double {
    let (y, bias) = (items.row(item), Double(items.bias(item)))
    return (dot(y, y, items.columnCount) + bias * bias).squareRoot()
  }

  /// A user's vector times `scale`.
  func copyUser(_ user: Int, scaledBy scale: Double, to target: UnsafeMutablePointer<Element>) {
    let x = users.row(user)
    for c in 0..<users.columnCount { target[c] = Element(Double(x[c]) * scale) }
    if items.hasBiases { target[users.columnCount] = Element(scale) }
  }

  /// An item's vector times `scale`, to every `stride`-th place.
  func copyItem(_ item: Int, scaledBy scale: Double, to target: UnsafeMutablePointer<Element>, stride: Int) {
    let y = items.row(item)
    for c in 0..<items.columnCount { target[c * stride] = Element(Double(y[c]) * scale) }
    if items.hasBiases { target[items.columnCount * stride] = Element(Double(items.bias(item)) * scale) }
  }
}
