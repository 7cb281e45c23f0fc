import ALSDense
import ALSPlatform
import Testing

/// Products of rows with a matrix, against the sums that define them and against the promise about their bits.
@Suite struct ProductTests {
  @Test(arguments: InstructionSet.supported)
  func float(_ instructions: InstructionSet) { check(Float.self, instructions) }

  @Test(arguments: InstructionSet.supported)
  func double(_ instructions: InstructionSet) { check(Double.self, instructions) }

  /// Rows beside others, alone, in other places and of tables with more columns.
  private func check<Element: Scalar>(_ type: Element.Type, _ instructions: InstructionSet) {
    for k in Array(1...35) + [48, 63, 64, 65, 80, 96, 128, 131] {
      var random = RandomGenerator(seed: UInt64(k))
      func numbers(_ count: Int) -> Buffer<Element> {
        Buffer((0..<count).map { _ in Element(2 * random.nextUniform() - 1) })
      }
      let width = GatherTable<Element>.width(for: k)
      let (count, stride, matrixStride) = (29, k + k % 3, width + 16 * (k % 2))
      let (rows, matrix) = (numbers(count * stride), numbers(k * matrixStride))
      func product(from first: Int, _ count: Int) -> [Element] {
        let result = Buffer<Element>(repeating: .nan, count: count * width)
        Element.product(
          of: rows.pointer + first * stride, count: count, stride: stride, inner: k, with: matrix.pointer,
          matrixStride: matrixStride, into: result.pointer, width: width, instructions: instructions)
        return Array(result.elements)
      }
      let whole = product(from: 0, count)
      for row in 0..<count {
        for column in 0..<width {
          let expected = (0..<k).reduce(0.0) {
            $0 + Double(rows[row * stride + $1]) * Double(matrix[$1 * matrixStride + column])
          }
          // Every one of k additions of numbers below k in size is off by at most ε/2 of it.
          let tolerance = Double(k * k) * Double(Element.ulpOfOne)
          #expect(abs(Double(whole[row * width + column]) - expected) <= tolerance, "\(k), \(row), \(column)")
        }
      }
      for (first, some) in [(0, 1), (1, 1), (7, 1), (28, 1), (3, 4), (5, 13), (10, 19)] {
        #expect(product(from: first, some) == Array(whole[first * width..<(first + some) * width]), "\(k), \(first)")
      }
    }
  }

  /// A table that is rotated as a whole or in parts, by any number of threads, has the same bits.
  @Test(arguments: [1, 5, 16, 33, 64], InstructionSet.supported)
  func rotatedRowsDoNotDependOnTheirTable(_ k: Int, _ instructions: InstructionSet) throws {
    func check<Element: Scalar>(_ type: Element.Type) throws {
      var random = RandomGenerator(seed: 3)
      let (rows, columns) = (700, k + 1)
      let table = Matrix<Element>(
        rowCount: rows, columnCount: columns,
        buffer: Buffer((0..<rows * columns).map { _ in Element(random.nextNormals().0) }))
      let basis = try #require(
        withSingleThreadedBLAS { Eigenbasis(of: gram(of: table, columns: k, threads: 1), order: k) })
      let whole = Matrix(copying: table)
      basis.rotate(whole, threads: 3, instructions: instructions)
      for some in [0..<1, 3..<260, 255..<257, 300..<700] {
        let part = Matrix<Element>(
          rowCount: some.count, columnCount: columns,
          buffer: Buffer(
            Array(table.buffer.elements[some.lowerBound * columns..<some.upperBound * columns])))
        basis.rotate(part, threads: 1, instructions: instructions)
        #expect(
          Array(part.buffer.elements)
            == Array(whole.buffer.elements[some.lowerBound * columns..<some.upperBound * columns]))
      }
    }
    try check(Float.self)
    try check(Double.self)
  }
}
