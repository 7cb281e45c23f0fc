import ALSPlatform
import ALSSparse
import Testing

@Suite struct InteractionsTests {
  private func events(_ triples: Triples, hasValues: Bool) throws -> Events {
    try Events(
      users: triples.rows.map(Int.init), items: triples.columns.map { "item \($0)" },
      values: hasValues ? triples.values : nil)
  }

  @Test(arguments: 0..<40, Duplicates.allCases) func agreesWithDictionary(seed: Int, duplicates: Duplicates) throws {
    let triples = Triples(seed: UInt64(seed))
    for hasValues in [true, false] {
      let events = try events(triples, hasValues: hasValues)
      var cells: [[Int32]: Double] = [:]
      var repeats = false
      for entry in triples.rows.indices {
        let cell = [events.userIndices[entry], events.itemIndices[entry]]
        let value = hasValues ? Double(triples.values[entry]) : 1
        guard let old = cells[cell] else {
          cells[cell] = value
          continue
        }
        repeats = true
        cells[cell] =
          switch duplicates {
          case .sum: old + value
          case .max: max(old, value)
          case .last, .error: value
          }
      }
      for threads in [1, 2, 3, 8] {
        if duplicates == .error, repeats {
          let error = try #require(throws: ALSError.self) {
            try Interactions(events, duplicates: duplicates, threads: threads)
          }
          #expect(error.message.contains("occur more than once"))
          continue
        }
        let matrix = try Interactions(events, duplicates: duplicates, threads: threads)
        #expect(matrix.byUser.brokenInvariant() == nil)
        #expect(matrix.byItem.brokenInvariant() == nil)
        #expect(matrix.count == cells.count)
        #expect(matrix.byItem.transposed(threads: 1).pairs == matrix.byUser.pairs)
        for (cell, value) in cells {
          #expect(matrix.value(userAt: Int(cell[0]), itemAt: Int(cell[1])) == Float(value))
        }
      }
    }
  }

  @Test func sumsThatOverflowAreErrors() throws {
    let error = try #require(throws: ALSError.self) {
      try Interactions(users: [1, 1], items: [2, 2], values: [.greatestFiniteMagnitude, .greatestFiniteMagnitude])
    }
    #expect(error.message.contains("user 1 and item 2"))
  }

  @Test func emptyEvents() throws {
    let matrix = try Interactions(users: [Int](), items: [Int]())
    #expect(matrix.count == 0)
  }

  @Test func eventsMustFitTogether() {
    #expect(throws: ALSError.self) { try Events(users: [1], items: [1, 2]) }
    #expect(throws: ALSError.self) { try Events(users: [1], items: [1], values: [.nan]) }
    #expect(throws: ALSError.self) { try Events(users: [1], items: [1], times: [.infinity]) }
  }
}
