import ALSPlatform
import ALSSparse
import Testing

/// Entries of a random matrix, repeats among them.
struct Triples {
  let rowCount: Int
  let columnCount: Int
  let rows: [Int32]
  let columns: [Int32]
  let values: [Float]

  init(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let (rowCount, columnCount) = (1 + generator.nextIndex(below: 40), 1 + generator.nextIndex(below: 40))
    let count = generator.nextIndex(below: 600)
    // A few rows and columns have most of the entries.
    func index(_ bound: Int) -> Int32 {
      Int32(generator.nextIndex(below: 1 + generator.nextIndex(below: bound)))
    }
    rows = (0..<count).map { _ in index(rowCount) }
    columns = (0..<count).map { _ in index(columnCount) }
    values = (0..<count).map { _ in Float(generator.nextIndex(below: 64)) / 4 - 4 }
    (self.rowCount, self.columnCount) = (rowCount, columnCount)
  }

  func grouped(threads: Int, hasValues: Bool = true) -> CSRMatrix<Float> {
    .grouping(
      rowCount: rowCount, columnCount: columnCount, rows: Buffer(rows), columns: Buffer(columns),
      values: hasValues ? Buffer(values) : nil, threads: threads)
  }
}

extension CSRMatrix where Value == Float {
  /// Every row as the pairs in it.
  var pairs: [[Pair]] {
    (0..<rowCount).map { row in entries(ofRow: row).map { Pair(column: columns[$0], value: values?[$0] ?? 1) } }
  }
}

struct Pair: Hashable {
  var column: Int32
  var value: Float
}

@Suite struct CSRMatrixTests {
  @Test(arguments: 0..<60, [1, 2, 3, 8]) func groupingKeepsOrder(seed: Int, threads: Int) {
    let triples = Triples(seed: UInt64(seed))
    for hasValues in [true, false] {
      var expected = [[Pair]](repeating: [], count: triples.rowCount)
      for (entry, row) in triples.rows.enumerated() {
        expected[Int(row)].append(Pair(column: triples.columns[entry], value: hasValues ? triples.values[entry] : 1))
      }
      let matrix = triples.grouped(threads: threads, hasValues: hasValues)
      #expect(matrix.pairs == expected)
      #expect((matrix.values == nil) == !hasValues)
    }
  }

  @Test(arguments: 0..<60, [1, 2, 3, 8]) func transposeIsStable(seed: Int, threads: Int) {
    let triples = Triples(seed: UInt64(seed))
    for hasValues in [true, false] {
      let matrix = triples.grouped(threads: threads, hasValues: hasValues)
      var expected = [[Pair]](repeating: [], count: triples.columnCount)
      for (row, pairs) in matrix.pairs.enumerated() {
        for pair in pairs { expected[Int(pair.column)].append(Pair(column: Int32(row), value: pair.value)) }
      }
      let transposed = matrix.transposed(threads: threads)
      #expect(transposed.pairs == expected)
      #expect(transposed.rowCount == triples.columnCount && transposed.columnCount == triples.rowCount)
    }
  }

  @Test func invariantsAreToldApart() {
    func problem(_ starts: [Int64], _ columns: [Int32]) -> String? {
      CSRMatrix<Float>(
        rowCount: starts.count - 1, columnCount: 4, rowStarts: Buffer(starts), columns: Buffer(columns), values: nil
      ).brokenInvariant()
    }
    #expect(problem([0, 2, 2, 3], [0, 3, 1]) == nil)
    #expect(problem([0], []) == nil)
    #expect(problem([1, 2], [0, 1])?.contains("begin at 1") == true)
    #expect(problem([0, 1], [0, 1])?.contains("end at 1") == true)
    #expect(problem([0, 2, 1, 2], [0, 1])?.contains("row 1 starts after it ends") == true)
    #expect(problem([0, 2], [1, 0])?.contains("unsorted or repeated") == true)
    #expect(problem([0, 2], [1, 1])?.contains("unsorted or repeated") == true)
    #expect(problem([0, 1], [4])?.contains("column 4 of only 4") == true)
    #expect(problem([0, 1], [-1]) != nil)
  }
}
