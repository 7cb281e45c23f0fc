import ALSArrays
import ALSDense
import ALSPlatform

/// The factors of one side, from elsewhere.
protocol FactorSource {
  /// What messages call it.
  var place: String { get }
  /// Rows and factors.
  var shape: [Int] { get }
  /// All numbers, row by row.
  func numbers<Element: BinaryFloatingPoint & BitwiseCopyable>(as element: Element.Type) throws -> Buffer<Element>
}

extension NumPyArray: FactorSource {}

/// Factors in memory.
@usableFromInline
struct GivenRows: FactorSource {
  let place: String
  let shape: [Int]
  private let values: [Double]

  /// Rows of one length, that of the parameter `name`.
  @inlinable
  init(_ name: String, rows: [[some BinaryFloatingPoint]]) throws {
    let count = rows.first?.count ?? 0
    if let row = rows.firstIndex(where: { $0.count != count }) {
      throw ALSError(
        .data,
        "row \(row) has \(rows[row].count) numbers, but row 0 has \(count). Give every row the same number of factors.",
        at: name)
    }
    self.init(place: name, shape: [rows.count, count], values: rows.flatMap { $0.map { Double($0) } })
  }

  /// So many rows that follow one another.
  @inlinable
  init(_ name: String, flat numbers: [some BinaryFloatingPoint], rowCount: Int) throws {
    guard rowCount > 0, numbers.count.isMultiple(of: rowCount) else {
      throw ALSError(
        .data,
        "\(numbers.count) numbers cannot be divided over \(rowCount) identifiers. Give every row the same number of factors.",
        at: name)
    }
    self.init(place: name, shape: [rowCount, numbers.count / rowCount], values: numbers.map { Double($0) })
  }

  @usableFromInline
  init(place: String, shape: [Int], values: [Double]) {
    (self.place, self.shape, self.values) = (place, shape, values)
  }

  func numbers<Element: BinaryFloatingPoint & BitwiseCopyable>(as element: Element.Type) -> Buffer<Element> {
    Buffer(values.map { Element($0) })
  }
}
