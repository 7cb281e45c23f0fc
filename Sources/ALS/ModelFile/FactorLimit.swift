import ALSDense
import ALSPlatform

/// Bounds that keep scores, norms and Gram matrices of factors finite.
///
/// A score is a sum of k products. With every factor below √(the largest number)/2¹⁴ it is below 2⁻²⁸·k times that number,
/// and so is an entry of the Gram matrix of fewer than 2²⁸ rows; no training that has not failed comes near.
extension Scalar {
  /// What the magnitude of a factor or a bias may be.
  static var largestFactor: Self { greatestFiniteMagnitude.squareRoot() * 0x1p-14 }
}

extension Matrix {
  /// The first row with a number that is not finite, or too large for scores, and the number; `nil` when there is none.
  ///
  /// - Complexity: O(elements), at the speed of memory.
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  func firstUnusable() -> (row: Int, number: Double)? {
    let limit = Element.largestFactor
    // Whole blocks first, without a branch for each number.
    let size = 4096
    for start in stride(from: 0, to: buffer.count, by: size) {
      var usable = true
      let end = min(start + size, buffer.count)
      for position in start..<end { usable = (abs(buffer.pointer[position]) <= limit) && usable }
      if usable { continue }
      guard let position = (start..<end).first(where: { !(abs(buffer.pointer[$0]) <= limit) }) else { continue }
      return (position / max(columnCount, 1), Double(buffer.pointer[position]))
    }
    return nil
  }
}

extension Matrix {
  /// Throws when a row of the tensor `name` of the file at `path` cannot be used.
  func requireUsable(_ name: String, of path: String) throws {
    guard let (row, number) = firstUnusable() else { return }
    throw SafetensorsFile.damaged(path, "row \(row) of \(name) has the number \(number)")
  }
}

extension FactorTables {
  /// Why these cannot be the tables of a model, or `nil`; `users` and `items` say what the rows are called.
  func unusable(naming users: @escaping (Int) -> String, _ items: @escaping (Int) -> String) -> String? {
    func column(_ biases: Buffer<Element>?) -> Matrix<Element>? {
      biases.map { Matrix(rowCount: $0.count, columnCount: 1, buffer: $0) }
    }
    for (kind, table, name) in [
      ("factor", self.users.matrix, users), ("factor", self.items.matrix, items),
      ("bias", column(self.users.biases), users), ("bias", column(self.items.biases), items),
    ] {
      if let (row, number) = table?.firstUnusable() {
        return
          "\(name(row)) has a \(kind) of \(number), \(number.isFinite ? "too large for scores" : "not a finite number")"
      }
    }
    return nil
  }

  /// Whether all of `solution`, of a row that is folded in, may be factors.
  static func areUsable(_ solution: [Double]) -> Bool {
    solution.allSatisfy { abs($0) <= Double(Element.largestFactor) }
  }
}

extension FactorModel {
  /// Why the numbers of this model cannot be used, or `nil`.
  ///
  /// - Complexity: O(size of the model).
  func unusable() -> String? {
    if !(abs(globalMean) <= Double(Float.largestFactor)) { return "the mean is \(globalMean)" }
    func unusable<Element>(_ tables: FactorTables<Element>) -> String? {
      tables.unusable(naming: { "user \(users[$0])" }, { "item \(items[$0])" })
    }
    return
      switch tables
    {
    case .float(let tables): unusable(tables)
    case .double(let tables): unusable(tables)
    }
  }
}
