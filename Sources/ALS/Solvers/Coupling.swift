import ALSDense
import ALSPlatform

/// What rounding in the rotation has left beside the diagonal of a0·G, k × k: C, which a last sweep heeds where it matters.
///
/// The product with one row would fetch all of C, so rows are multiplied together. A row's product does not depend on those
/// beside it.
struct Coupling<Element: Scalar>: Sendable {
  private let matrix: Buffer<Element>
  private let order, stride, width: Int
  /// ‖C_i‖ of each row of C.
  private let rowLengths: Buffer<Element>
  private let instructions: InstructionSet

  /// `factor` times what is beside the diagonal of the k × k matrix `gram`.
  init(_ gram: [Double], order: Int, times factor: Double, width: Int, instructions: InstructionSet) {
    (self.order, self.width, self.instructions) = (order, width, instructions)
    stride = GatherTable<Element>.unevenStride(for: width)
    matrix = Buffer(repeating: 0, count: order * stride)
    rowLengths = Buffer(repeating: 0, count: order)
    for i in 0..<order {
      let row = matrix.pointer + i * stride
      for j in 0..<order where i != j { row[j] = Element(factor * gram[i * order + j]) }
      rowLengths.pointer[i] = Element(dot(row, row, order).squareRoot())
    }
  }

  /// No less than ‖M⁻¹Cx‖/‖x‖ for any x: (Σ (‖C_i‖/M_i)²)^½, given 1/M_i of a diagonal M.
  func most(times inverse: (Int) -> Element) -> Element {
    var square: Element = 0
    for i in 0..<order { square += (rowLengths.pointer[i] * inverse(i)) * (rowLengths.pointer[i] * inverse(i)) }
    return square.squareRoot()
  }

  /// The products of C with `count` rows.
  func products(_ count: Int, of row: (Int) -> UnsafeMutablePointer<Element>) -> Products {
    let rows = Buffer<Element>(uninitialized: count * width)
    for position in 0..<count { (rows.pointer + position * width).update(from: row(position), count: width) }
    let products = Buffer<Element>(uninitialized: count * width)
    Element.product(
      of: rows.pointer, count: count, stride: width, inner: order, with: matrix.pointer, matrixStride: stride,
      into: products.pointer, width: width, instructions: instructions)
    withExtendedLifetime(rows) {}
    return Products(buffer: products, width: width)
  }

  /// Products of some rows.
  struct Products {
    fileprivate let buffer: Buffer<Element>
    fileprivate let width: Int

    subscript(position: Int) -> UnsafePointer<Element> { UnsafePointer(buffer.pointer + position * width) }
  }
}
