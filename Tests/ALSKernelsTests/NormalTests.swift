import ALSDense
import ALSPlatform
import Testing

/// The kernels of the exact solver against plain Swift, on every instruction set that this machine has.
@Suite struct NormalTests {
  @Test(arguments: InstructionSet.supported)
  func normalEquations(_ instructions: InstructionSet) {
    for k in Array(1...70) + [96, 131] {
      checkNormal(k, Float.self, instructions)
      checkNormal(k, Double.self, instructions)
    }
  }

  @Test(arguments: InstructionSet.supported)
  func systems(_ instructions: InstructionSet) {
    for k in Array(1...70) + [96, 131] {
      checkSystem(k, Float.self, instructions)
      checkSystem(k, Double.self, instructions)
    }
  }

  /// The dual form gives what the direct one gives.
  @Test(arguments: InstructionSet.supported)
  func dualSystems(_ instructions: InstructionSet) {
    for k in Array(1...70) + [131] {
      checkDual(k, Float.self, instructions)
      checkDual(k, Double.self, instructions)
    }
  }

  @Test(arguments: InstructionSet.supported)
  func pivotsThatAreTooSmallAreFound(_ instructions: InstructionSet) {
    for k in 1...70 {
      for bad in Set([0, k / 2, k - 1]) {
        checkPivot(k, bad, Float.self, instructions)
        checkPivot(k, bad, Double.self, instructions)
      }
    }
  }

  /// Rows of 0 to 9 entries and more than are packed at a time, operands off their alignment.
  private func checkNormal<Element: Scalar>(_ k: Int, _ type: Element.Type, _ instructions: InstructionSet) {
    var random = RandomGenerator(seed: UInt64(k))
    func value() -> Element { Element(2 * random.nextUniform() - 1) }
    let rowCount = 13
    let matrix = Matrix<Element>(
      rowCount: rowCount, columnCount: k, buffer: Buffer((0..<rowCount * k).map { _ in value() }))
    let table = GatherTable(matrix, format: .full, instructions: instructions, threads: 1)
    let width = table.width
    for n in Array(0...9) + [normalRows(width: width), normalRows(width: width) + 1] {
      let columns = Buffer((0..<n + 3).map { _ in Int32(random.nextIndex(below: rowCount)) })
      let weights = Buffer((0...n).map { $0 == 3 ? 0 : abs(value()) })
      let targets = Buffer((0...n).map { _ in value() })
      let (a, b) = (Buffer((0...width * width).map { _ in value() }), Buffer((0...width).map { _ in value() }))
      let (startA, startB) = (Array(a.elements), Array(b.elements))
      let packed = Buffer<Element>(uninitialized: normalRows(width: width) * width + 1)
      Element.addNormal(
        table.gathered(columns.pointer, count: n, ahead: 3), weights: weights.pointer + 1, targets: targets.pointer + 1,
        matrix: a.pointer + 1, vector: b.pointer + 1, packing: packed.pointer + 1, instructions: instructions)
      // Each sum has n terms, each of them rounded three times.
      let tolerance = Double(n + 4) * 2 * Double(Element.ulpOfOne)
      for i in 0..<k {
        var (sum, size) = (Double(startB[i + 1]), abs(Double(startB[i + 1])))
        for entry in 0..<n {
          let term = Double(targets[entry + 1]) * Double(matrix[Int(columns[entry]), i])
          (sum, size) = (sum + term, size + abs(term))
        }
        #expect(abs(Double(b[i + 1]) - sum) <= tolerance * size)
        for j in i..<k {
          let start = Double(startA[i * width + j + 1])
          var (sum, size) = (start, abs(start))
          for entry in 0..<n {
            let row = Int(columns[entry])
            let term = Double(weights[entry + 1]) * Double(matrix[row, i]) * Double(matrix[row, j])
            (sum, size) = (sum + term, size + abs(term))
          }
          #expect(abs(Double(a[i * width + j + 1]) - sum) <= tolerance * size, "k \(k), n \(n), \(i) \(j)")
        }
      }
      #expect(a[0] == startA[0] && b[0] == startB[0])
    }
  }

  /// A random positive definite matrix with rows of the padded width, and its full square.
  private func system<Element: Scalar>(_ k: Int, _ type: Element.Type) -> (Buffer<Element>, [[Double]]) {
    var random = RandomGenerator(seed: UInt64(1000 + k))
    let rows = (0..<k + 2).map { _ in (0..<k).map { _ in 2 * random.nextUniform() - 1 } }
    let width = GatherTable<Element>.width(for: k)
    let a = Buffer<Element>(repeating: 0, count: width * width)
    var square = [[Double]](repeating: Array(repeating: 0, count: k), count: k)
    for i in 0..<k {
      for j in i..<k {
        let sum = rows.reduce(i == j ? 0.5 : 0) { $0 + $1[i] * $1[j] }
        a.pointer[i * width + j] = Element(sum)
        square[i][j] = Double(Element(sum))
        square[j][i] = square[i][j]
      }
    }
    return (a, square)
  }

  private func checkSystem<Element: Scalar>(_ k: Int, _ type: Element.Type, _ instructions: InstructionSet) {
    let (a, square) = system(k, type)
    let width = GatherTable<Element>.width(for: k)
    let b = Buffer<Element>(repeating: 0, count: width)
    for i in 0..<k { b.pointer[i] = Element((i * 7) % 5) - 2 }
    let right = Array(b.elements)
    let diagonals = Buffer<Element>(uninitialized: k)
    let isDefinite = Element.factorAndSolve(
      order: k, stride: width, a.pointer, b.pointer, diagonals: diagonals.pointer, tolerance: Element.ulpOfOne,
      instructions: instructions)
    #expect(isDefinite)
    for i in 0..<k {
      let terms = (0..<k).map { square[i][$0] * Double(b[$0]) }
      let size = terms.reduce(abs(Double(right[i]))) { $0 + abs($1) }
      // Backward stable (Higham, chapter 10), with room for the size of the factor's other rows.
      #expect(
        abs(terms.reduce(-Double(right[i]), +)) <= Double(4 * k + 8) * 8 * Double(Element.ulpOfOne) * max(1, size))
    }
  }

  private func checkDual<Element: Scalar>(_ k: Int, _ type: Element.Type, _ instructions: InstructionSet) {
    var random = RandomGenerator(seed: UInt64(2000 + k))
    func value() -> Element { Element(2 * random.nextUniform() - 1) }
    let rowCount = 13
    let matrix = Matrix<Element>(
      rowCount: rowCount, columnCount: k, buffer: Buffer((0..<rowCount * k).map { _ in value() }))
    let table = GatherTable(matrix, format: .full, instructions: instructions, threads: 1)
    let width = table.width
    let diagonal = Buffer((0..<width).map { _ in Element(0.5) + abs(value()) })
    for n in 1...9 {
      let columns = Buffer((0..<n).map { _ in Int32(random.nextIndex(below: rowCount)) })
      let weights = Buffer((0..<n).map { _ in Element(0.1) + abs(value()) })
      let targets = Buffer((0..<n).map { _ in value() })
      let solution = Buffer<Element>(repeating: .nan, count: width)
      let scratch = Buffer<Element>(uninitialized: dualScratch(width: width, count: n))
      let isSolved = Element.solveDual(
        table.gathered(columns.pointer, count: n, ahead: 0), order: k, weights: weights.pointer,
        targets: targets.pointer, diagonal: diagonal.pointer, solution: solution.pointer, scratch: scratch.pointer,
        tolerance: Element.ulpOfOne, instructions: instructions)
      #expect(isSolved)
      // The residual of the direct form: D has no element below 1/2, and a product of rows is at most k.
      let scores = (0..<n).map { entry in
        (0..<k).reduce(0.0) { $0 + Double(matrix[Int(columns[entry]), $1]) * Double(solution[$1]) }
      }
      for j in 0..<k {
        var residual = Double(diagonal[j]) * Double(solution[j])
        for entry in 0..<n {
          residual +=
            (Double(weights[entry]) * scores[entry] - Double(targets[entry])) * Double(matrix[Int(columns[entry]), j])
        }
        #expect(abs(residual) <= 64 * Double((n + 1) * (k + 1)) * Double(Element.ulpOfOne), "k \(k), n \(n)")
      }
    }
  }

  private func checkPivot<Element: Scalar>(
    _ k: Int, _ bad: Int, _ type: Element.Type, _ instructions: InstructionSet
  ) {
    let width = GatherTable<Element>.width(for: k)
    for value in [Element(0), -1, .nan] {
      let a = Buffer<Element>(repeating: 0, count: width * width)
      for i in 0..<k { a.pointer[i * width + i] = i == bad ? value : 1 }
      let (b, diagonals) = (Buffer<Element>(repeating: 1, count: width), Buffer<Element>(uninitialized: k))
      let isDefinite = Element.factorAndSolve(
        order: k, stride: width, a.pointer, b.pointer, diagonals: diagonals.pointer, tolerance: Element.ulpOfOne,
        instructions: instructions)
      #expect(!isDefinite)
    }
  }
}
