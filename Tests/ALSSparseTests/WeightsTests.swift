import ALSPlatform
import ALSSparse
import Testing

/// Weights from grouping to merging, beside naive references.
@Suite struct WeightsTests {
  private struct Entry: Equatable {
    var column: Int32
    var value: Float
    var weight: Float
  }

  private struct Case {
    let triples: Triples
    let weights: [Float]

    init(seed: Int) {
      triples = Triples(seed: UInt64(seed))
      var generator = RandomGenerator(seed: UInt64(1000 + seed))
      // Powers of two, so that references need no rounding.
      weights = triples.rows.map { _ in [0.25, 0.5, 1, 1, 2, 4][generator.nextIndex(below: 6)] }
    }

    func events(hasValues: Bool) throws -> Events {
      try Events(
        users: triples.rows.map(Int.init), items: triples.columns.map(Int.init),
        values: hasValues ? triples.values : nil, weights: weights)
    }
  }

  private func rows(_ matrix: CSRMatrix<Float>) -> [[Entry]] {
    (0..<matrix.rowCount).map { row in
      matrix.entries(ofRow: row).map {
        Entry(column: matrix.columns[$0], value: matrix.values?[$0] ?? 1, weight: matrix.weights?[$0] ?? 1)
      }
    }
  }

  private func grouped(_ data: Case, hasValues: Bool, threads: Int) -> CSRMatrix<Float> {
    let triples = data.triples
    return .grouping(
      rowCount: triples.rowCount, columnCount: triples.columnCount, rows: Buffer(triples.rows),
      columns: Buffer(triples.columns), values: hasValues ? Buffer(triples.values) : nil,
      weights: Buffer(data.weights), threads: threads)
  }

  @Test(arguments: 0..<20, [1, 3]) func followTheirEntries(seed: Int, threads: Int) {
    let data = Case(seed: seed)
    let triples = data.triples
    for hasValues in [true, false] {
      let matrix = grouped(data, hasValues: hasValues, threads: threads)
      var expected = [[Entry]](repeating: [], count: triples.rowCount)
      var transposed = [[Entry]](repeating: [], count: triples.columnCount)
      for entry in triples.rows.indices {
        expected[Int(triples.rows[entry])].append(
          Entry(
            column: triples.columns[entry], value: hasValues ? triples.values[entry] : 1, weight: data.weights[entry]))
      }
      for (row, entries) in expected.enumerated() {
        for entry in entries {
          transposed[Int(entry.column)].append(Entry(column: Int32(row), value: entry.value, weight: entry.weight))
        }
      }
      #expect(rows(matrix) == expected)
      #expect(rows(matrix.transposed(threads: threads)) == transposed)
      #expect((matrix.values == nil) == !hasValues)

      let (even, odd) = matrix.divided(threads: threads) { row, column in (row + Int(column)).isMultiple(of: 2) }
      #expect(
        rows(even)
          == expected.enumerated().map { row, entries in
            entries.filter { (row + Int($0.column)).isMultiple(of: 2) }
          })
      #expect(even.entryCount + odd.entryCount == matrix.entryCount)
      if hasValues {
        #expect(rows(matrix.filtered { $0 > 0 }) == expected.map { $0.filter { $0.value > 0 } })
      }
      let part = 0..<triples.rowCount / 2
      #expect(rows(matrix.rows(part)) == Array(expected[part]))
      #expect(matrix.structure.weights == nil && matrix.replacingValues(with: nil).weights === matrix.weights)
    }
  }

  /// Value and weight of each pair, and those of the last event.
  private func merged(_ events: Events, _ duplicates: Duplicates) -> [[Int32]: (value: Double, weight: Double)] {
    var cells: [[Int32]: [(value: Double, weight: Double)]] = [:]
    for entry in 0..<events.count {
      cells[[events.userIndices[entry], events.itemIndices[entry]], default: []].append(
        (Double(events.values?[entry] ?? 1), Double(events.weights?[entry] ?? 1)))
    }
    return cells.mapValues { events in
      switch duplicates {
      case .sum:
        let weight = events.map(\.weight).max() ?? 0
        return (events.reduce(0) { $0 + $1.value * $1.weight } / weight, weight)
      case .max: return events.max { $0 < $1 } ?? (0, 0)
      case .last, .error: return events[events.count - 1]
      }
    }
  }

  private func expect(_ matrix: Interactions, is expected: [[Int32]: (value: Double, weight: Double)]) {
    matrix.byUser.checkInvariants()
    #expect(matrix.count == expected.count)
    for (cell, pair) in expected {
      #expect(matrix.value(userAt: Int(cell[0]), itemAt: Int(cell[1])) == Float(pair.value))
      #expect(matrix.weight(userAt: Int(cell[0]), itemAt: Int(cell[1])) == Float(pair.weight))
    }
    #expect(rows(matrix.byItem) == rows(matrix.byUser.transposed(threads: 1)))
  }

  @Test(arguments: 0..<20, [Duplicates.sum, .last, .max]) func mergeWithTheirValues(
    seed: Int, duplicates: Duplicates
  ) throws {
    for hasValues in [true, false] {
      let events = try Case(seed: seed).events(hasValues: hasValues)
      for threads in [1, 2] {
        expect(
          try Interactions(events, duplicates: duplicates, threads: threads), is: merged(events, duplicates))
      }
    }
  }

  @Test(arguments: 0..<20) func undecidedRepeatsKeepTheLastOnes(seed: Int) throws {
    for hasValues in [true, false] {
      let events = try Case(seed: seed).events(hasValues: hasValues)
      let interactions = try Interactions(events)
      expect(interactions, is: merged(events, .sum))
      expect(try interactions.ratings(), is: merged(events, .last))
    }
  }

  @Test func weightlessEventsAreAbsent() throws {
    let all = try Interactions(
      users: [1, 1, 2, 3], items: [5, 6, 7, 6], values: [2, 3, 4, 5], weights: [1, 0.5, 0, 2])
    let others = try Interactions(users: [1, 1, 3], items: [5, 6, 6], values: [2, 3, 5], weights: [1, 0.5, 2])
    #expect(all.users == others.users && all.items == others.items)
    #expect(rows(all.byUser) == rows(others.byUser))
    let none = try Interactions(users: [1], items: [2], weights: [0])
    #expect(none.count == 0 && none.users.count == 0)
  }

  @Test func onesAreNotStored() throws {
    let interactions = try Interactions(users: [1, 2], items: [1, 2], weights: [1, 1])
    #expect(interactions.byUser.weights == nil && interactions.weight(userAt: 0, itemAt: 0) == 1)
    #expect(interactions.weight(userAt: 0, itemAt: 1) == nil)
    let weighted = try Interactions(users: [1, 2], items: [1, 2], weights: [1, 3])
    #expect(weighted.byteCount == interactions.byteCount + 2 * 2 * 4)
  }

  @Test(arguments: [-1, .nan, .infinity] as [Float]) func mustBeNumbersOfZeroOrMore(weight: Float) throws {
    let error = try #require(throws: ALSError.self) {
      try Events(users: [1, 2], items: [1, 2], weights: [1, weight])
    }
    #expect(error.message.contains("event 1: weight"))
    #expect(throws: ALSError.self) { try Events(users: [1, 2], items: [1, 2], weights: [1]) }
  }

  @Test func minimumValueComparesValues() throws {
    let interactions = try Interactions(
      users: [1, 1, 2], items: [1, 2, 1], values: [4, 1, 5], weights: [0.5, 8, 2])
    let kept = try interactions.removing(valuesBelow: 3).interactions
    #expect(kept.count == 2 && kept.weight(userAt: 0, itemAt: 0) == 0.5 && kept.weight(userAt: 1, itemAt: 0) == 2)
  }
}
