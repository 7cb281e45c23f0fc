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
  /// The first number that is not finite, or too large for scores, and where it is; `nil` when there is none.
  ///
  /// - Complexity: O(elements), at the speed of memory.
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  func firstUnusable() -> (row: Int, column: Int, number: Double)? {
    let limit = Element.largestFactor
    // Whole blocks first, without a branch for each number.
    let size = 4096
    for start in stride(from: 0, to: buffer.count, by: size) {
      var usable = true
      let end = min(start + size, buffer.count)
      for position in start..<end { usable = (abs(buffer.pointer[position]) <= limit) && usable }
      if usable { continue }
      guard let position = (start..<end).first(where: { !(abs(buffer.pointer[$0]) <= limit) }) else { continue }
      let (row, column) = position.quotientAndRemainder(dividingBy: columnCount)
      return (row, column, Double(buffer.pointer[position]))
    }
    return nil
  }
}

extension Matrix {
  /// Throws when a row of the tensor `name` of the file at `path` cannot be used.
  func requireUsable(_ name: String, of path: String) throws {
    guard let (row, _, number) = firstUnusable() else { return }
    throw SafetensorsFile.damaged(path, "row \(row) of \(name) has the number \(number)")
  }

  /// Why a row cannot be one of so many factors, and perhaps a bias behind them, or `nil`; `name` says what it is called.
  func unusable(factors: Int, naming name: (Int) -> String) -> String? {
    guard let (row, column, number) = firstUnusable() else { return nil }
    return "\(name(row)) has a \(column < factors ? "factor" : "bias") of \(number), "
      + "\(number.isFinite ? "too large for scores" : "not a finite number")"
  }
}

extension FactorTables {
  /// Why these cannot be the tables of a model, or `nil`; `users` and `items` say what the rows are called.
  func unusable(naming users: (Int) -> String, _ items: (Int) -> String) -> String? {
    func column(_ biases: Buffer<Element>?) -> Matrix<Element>? {
      biases.map { Matrix(rowCount: $0.count, columnCount: 1, buffer: $0) }
    }
    let factors = self.items.columnCount
    return self.users.matrix.unusable(factors: factors, naming: users)
      ?? self.items.matrix.unusable(factors: factors, naming: items)
      ?? column(self.users.biases)?.unusable(factors: 0, naming: users)
      ?? column(self.items.biases)?.unusable(factors: 0, naming: items)
  }

  /// Whether all of `solution`, of a row that is folded in, may be factors.
  static func areUsable(_ solution: [Double]) -> Bool {
    solution.allSatisfy { abs($0) <= Double(Element.largestFactor) }
  }
}

extension FactorModel {
  /// Why that cannot be what scores are counted from, or `nil`.
  static func unusable(mean: Double) -> String? {
    abs(mean) <= Double(Float.largestFactor) ? nil : "the mean is \(mean)"
  }

  /// Throws when there is a reason not to write a model.
  static func requireNothing(against path: String, _ reason: String?) throws {
    guard let reason else { return }
    throw ALSError(.data, "is not written: \(reason). Train with more regularization, or check the values.", at: path)
  }

  /// Why the numbers of this model cannot be used, or `nil`.
  ///
  /// - Complexity: O(size of the model).
  func unusable() -> String? {
    if let reason = Self.unusable(mean: globalMean) { return reason }
    func unusable<Element>(_ tables: FactorTables<Element>) -> String? {
      tables.unusable(naming: { "user \(users[$0])" }, { "item \(items[$0])" })
    }
    return tables.open(unusable, unusable)
  }
}
