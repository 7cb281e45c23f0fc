import ALSDense
import ALSPlatform
import Testing

/// The BLAS and LAPACK routines in use, against the sums that define them.
@Suite struct ScalarTests {
  static let orders = [1, 2, 3, 7, 16, 17, 31, 64, 65, 128, 130]

  private func random<Element: Scalar>(_ count: Int, seed: UInt64, _ type: Element.Type) -> Buffer<Element> {
    var generator = RandomGenerator(seed: seed)
    let buffer = Buffer<Element>(uninitialized: count)
    for i in 0..<count { buffer.pointer[i] = Element(generator.nextUniform() * 2 - 1) }
    return buffer
  }

  /// An inner product of n terms below 1 in size is off by at most n²ε in floating point.
  private func tolerance<Element: Scalar>(_ terms: Int, _ type: Element.Type) -> Double {
    Double((terms + 2) * terms) * Double(Element.ulpOfOne)
  }

  @Test(arguments: orders) func gemvAndDot(_ k: Int) {
    func check<Element: Scalar>(_ type: Element.Type) {
      let rows = 13
      let (a, x, y) = (random(rows * k, seed: 4, type), random(k, seed: 5, type), random(rows, seed: 6, type))
      let before = Array(y.elements)
      Element.gemv(
        transpose: false, rows: rows, columns: k, alpha: 1, a.pointer, stride: k, x.pointer, beta: 1, y.pointer)
      for i in 0..<rows {
        let product = (0..<k).reduce(0.0) { $0 + Double(a[i * k + $1]) * Double(x[$1]) }
        #expect(abs(Double(y[i]) - Double(before[i]) - product) <= tolerance(k + 1, type))
        #expect(abs(dot(a.pointer + i * k, x.pointer, k) - product) <= tolerance(k, Double.self))
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: orders) func gramMatricesOfTallTables(_ k: Int) {
    func check<Element: Scalar>(_ type: Element.Type, rows: Int) {
      let table = Matrix(rowCount: rows, columnCount: k, buffer: random(rows * k, seed: 7, type))
      for threads in [1, 3] {
        let (fast, precise) = (gram(of: table, threads: threads), preciseGram(of: table, threads: threads))
        for (i, j) in [(0, 0), (0, k - 1), (k / 2, k / 3), (k - 1, k - 1), (k - 1, 0)] {
          let expected = (0..<rows).reduce(0.0) { $0 + Double(table[$1, i]) * Double(table[$1, j]) }
          // Blocks of at most 1024 rows are summed in the working precision, the rest in double.
          #expect(abs(fast[i * k + j] - expected) <= Double(rows) * 1024 * Double(Element.ulpOfOne))
          #expect(abs(precise[i * k + j] - expected) <= tolerance(rows, Double.self))
        }
        #expect(fast == gram(of: table, threads: 2))
      }
    }
    // As everywhere in the engine: with threads of its own, BLAS sums in an order that depends on who else is at work.
    withSingleThreadedBLAS {
      for rows in [1, 511, 1025, 3001] {
        check(Float.self, rows: rows)
        check(Double.self, rows: rows)
      }
    }
    #expect(gram(of: Matrix<Float>(zeros: 0, 3), threads: 2) == Array(repeating: 0, count: 9))
  }

  @Test(arguments: orders) func positiveDefiniteSystemsAreSolved(_ k: Int) {
    func check<Element: Scalar>(_ type: Element.Type) {
      let table = Matrix(rowCount: 2 * k, columnCount: k, buffer: random(2 * k * k, seed: 8, type))
      let exact = preciseGram(of: table, threads: 1)
      let a = Buffer(exact.enumerated().map { Element($1 + ($0 % (k + 1) == 0 ? 1 : 0)) })
      let original = Array(a.elements)
      let b = random(k, seed: 9, type)
      let right = Array(b.elements)
      #expect(Element.posv(order: k, a.pointer, stride: k, b.pointer) == 0)
      for i in 0..<k {
        let terms = (0..<k).map { Double(original[i * k + $0]) * Double(b[$0]) }
        let size = terms.reduce(abs(Double(right[i]))) { $0 + abs($1) }
        // Backward stable: the residual is within about 3k ε of the size of its terms (Higham, ch. 10).
        #expect(abs(terms.reduce(-Double(right[i]), +)) <= Double(4 * k + 8) * Double(Element.ulpOfOne) * size * 4)
      }
      let indefinite = Buffer<Element>(repeating: 0, count: k * k)
      for i in 0..<k { indefinite.pointer[i * k + i] = i == k - 1 ? -1 : 1 }
      #expect(Element.posv(order: k, indefinite.pointer, stride: k, b.pointer) == k)
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: orders) func symmetricMatricesAreDecomposed(_ k: Int) {
    func check<Element: Scalar>(_ type: Element.Type) {
      let table = Matrix(rowCount: k + 3, columnCount: k, buffer: random((k + 3) * k, seed: 10, type))
      let exact = preciseGram(of: table, threads: 1).map { Element($0) }
      let vectors = Buffer(exact)
      let values = Buffer<Element>(uninitialized: k)
      let sizes = Element.syevdWorkSizes(order: k)
      let work = Buffer<Element>(uninitialized: sizes.elements)
      let integers = Buffer<Int32>(uninitialized: sizes.integers)
      let info = Element.syevd(
        order: k, vectors.pointer, eigenvalues: values.pointer,
        work: UnsafeMutableBufferPointer(start: work.pointer, count: work.count),
        integerWork: UnsafeMutableBufferPointer(start: integers.pointer, count: integers.count))
      #expect(info == 0)
      let scale = Double(values[k - 1]) * Double(k) * Double(Element.ulpOfOne) * 8
      for j in 0..<k {
        if j > 0 { #expect(values[j] >= values[j - 1]) }
        for i in 0..<k {
          let product = (0..<k).reduce(0.0) { $0 + Double(exact[i * k + $1]) * Double(vectors[j * k + $1]) }
          #expect(abs(product - Double(values[j]) * Double(vectors[j * k + i])) <= scale)
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
