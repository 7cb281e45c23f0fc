import ALSSparse
import Foundation
import Testing

/// Rows in memory: what is taken from them is what the arrays of their columns give.
@Suite struct RowTests {
  private struct Rating {
    let user: UInt32
    let item: Substring
    let stars: Double
    let day: Date
    var weight: Int? = 1
  }

  private struct Missing: Error {}

  private static let ratings: [Rating] = (0..<20_000).map { row in
    Rating(
      user: UInt32(row * 31 % 397), item: "i\(row * row % 101)".dropFirst(row % 2), stars: Double(1 + row % 5),
      day: Date(timeIntervalSince1970: Double((row * 7919) % 20_011)), weight: row % 4)
  }

  @Test(arguments: [1, 2, 8]) func columnsAreThoseOfArrays(threads: Int) async throws {
    let rows = Self.ratings
    let expected = try Events(
      users: rows.map { Int($0.user) }, items: rows.map { String($0.item) }, values: rows.map { Float($0.stars) },
      times: rows.map(\.day.timeIntervalSince1970), weights: rows.map { Float($0.weight ?? 0) })
    let found = try Events(
      rows.lazy.filter { _ in true }, user: \.user, item: \.item, value: \.stars, time: \.day,
      weight: { $0.weight ?? 0 }, threads: threads)
    let streamed = try await Events(
      AsyncStream { stream in
        for row in rows { stream.yield(row) }
        stream.finish()
      }, user: \.user, item: \.item, value: \.stars, time: \.day, weight: { $0.weight ?? 0 }, threads: threads)
    for events in [found, streamed] {
      #expect(events.users == expected.users && events.items == expected.items && events.count == expected.count)
      #expect(events.userIndices.elements.elementsEqual(expected.userIndices.elements))
      #expect(events.itemIndices.elements.elementsEqual(expected.itemIndices.elements))
      #expect(Array(try #require(events.values).elements) == Array(try #require(expected.values).elements))
      #expect(Array(try #require(events.times).elements) == Array(try #require(expected.times).elements))
      #expect(Array(try #require(events.weights).elements) == Array(try #require(expected.weights).elements))
    }
    let plain = try Events(rows, user: \.user, item: \.item)
    #expect(plain.values == nil && plain.times == nil && plain.weights == nil && plain.count == rows.count)
  }

  /// Of repeated ratings the latest counts, wherever it stands.
  @Test func timesOrderRepeats() async throws {
    let rows = [("u", "a", 5, 30.0), ("u", "b", 2, 10), ("u", "a", 1, 20), ("u", "a", 3, 30)]
    let timed = try Interactions(rows, user: \.0, item: \.1, value: \.2, time: \.3, duplicates: .last)
    #expect(timed.value(userAt: 0, itemAt: 0) == 3)
    let early = try Interactions(rows.dropLast(), user: \.0, item: \.1, value: \.2, time: \.3, duplicates: .last)
    #expect(early.value(userAt: 0, itemAt: 0) == 5)
    let untimed = try Interactions(rows.dropLast(), user: \.0, item: \.1, value: \.2, duplicates: .last)
    #expect(untimed.value(userAt: 0, itemAt: 0) == 1)
    #expect(throws: ALSError.self) { try Interactions(rows, user: \.0, item: \.1, duplicates: .error) }
  }

  @Test func wrongRowsAreErrors() async throws {
    let rows = [("u", "a", 5.0), ("v", "b", .nan)]
    let error = #expect(throws: ALSError.self) { try Interactions(rows, user: \.0, item: \.1, value: \.2) }
    #expect(error?.message.contains("event 1") == true)
    #expect(throws: Missing.self) {
      try Interactions(rows, user: { _ in throw Missing() } as (Any) throws -> Int, item: \.1)
    }
    await #expect(throws: Missing.self) {
      try await Interactions(
        AsyncThrowingStream<(Int, Int), any Error> { $0.finish(throwing: Missing()) }, user: \.0, item: \.1)
    }
    #expect(throws: ALSError.self) { try Interactions(rows, user: \.0, item: \.1, threads: 0) }
    #expect(try Interactions(rows.prefix(0), user: \.0, item: \.1).count == 0)
  }

  /// Keys of every kind are indexed as their texts are.
  @Test(arguments: [1, 3]) func keysAreIndexedByTheirText(threads: Int) throws {
    func check<Key: IdentifierKey>(_ keys: [Key]) throws {
      let (table, indices) = try Identifiers.indexing(keys, threads: threads)
      let (texts, places) = try Identifiers.indexing(keys.map(\.identifier.description), threads: threads)
      #expect(table == texts && indices.elements.elementsEqual(places.elements))
    }
    let numbers = (0..<9000).map { $0 * 7919 % 1009 - 500 }
    try check(numbers + [.min, .max, 0])
    try check(numbers.map { Int16($0) })
    try check(numbers.map { UInt64(bitPattern: Int64($0)) })
    try check(numbers.map { "n\($0)".dropFirst(abs($0) % 3) })
    try check(numbers.map { $0 % 2 == 0 ? Identifier.integer(Int64($0)) : .string("\($0)") })
    try check((0..<50).map { _ in UUID() })
  }
}
