import ALSPlatform
import ALSSparse
import Testing

/// Tables to which a few identifiers have been appended are like tables that were made at once.
@Suite struct AppendedIdentifiersTests {
  private static func table(strings: Bool) throws -> Identifiers {
    try Identifiers.indexing((0..<200).map { strings ? "n\($0 * 7)" : "\($0 * 7)" }).table
  }
  private static let new: [Identifier] = [
    3, "x", "n3", .string("5"), "007", 6_000_000_000, -4, "n", "é", "a much longer name than the others",
  ]

  @Test(arguments: [false, true], [false, true]) func likeOneTable(strings: Bool, reversed: Bool) throws {
    var base = try Self.table(strings: strings)
    if reversed { base = try base.selecting(base.indices.reversed()) }
    var appended = base
    for name in Self.new { appended = appended.appending([name, name, base[3]]).table }
    let (atOnce, positions) = base.appending(Self.new + [base[0]])
    #expect(positions == Array(200..<210) + [0])
    let whole = try Identifiers(appended.storage)
    for table in [appended, atOnce, whole] {
      #expect(table.count == 210 && table == appended && table.fingerprint == appended.fingerprint)
      #expect(Array(table).map(\.description) == (Array(base) + Self.new).map(\.description))
      for position in table.indices { #expect(table.index(of: table[position]) == position) }
      for stranger in ["nobody", "n1", "1", 1, "", "7 "] as [Identifier] { #expect(table.index(of: stranger) == nil) }
      #expect(table.isSame(as: appended) && !table.isSame(as: base) && table != base)
    }
    #expect(
      try appended.begins(with: base) && !base.begins(with: appended)
        && !appended.begins(with: Self.table(strings: !strings)))
    let other = base.appending(Self.new.dropLast() + ["another"]).table
    #expect(other != appended && !other.isSame(as: appended))
    #expect(base.count == 200 && base.index(of: "x") == nil)
  }

  @Test func manyAreCopied() throws {
    let base = try Self.table(strings: false)
    let (many, positions) = base.appending((0..<300).map { Identifier.integer($0 * 7 + 1) })
    #expect(positions == Array(200..<500) && many.count == 500 && !many.begins(with: base))
    for position in many.indices { #expect(many.index(of: many[position]) == position) }
    // One after the other, through the point where all are copied.
    var table = base
    for number in 0..<300 { table = table.appending([.integer(Int64(number * 7 + 1))]).table }
    #expect(table == many && table.fingerprint == many.fingerprint)
  }

  @Test func orderAndFormOfFingerprints() throws {
    let integers = try Identifiers(.integers(Buffer([3, 1, 2])))
    let other = try Identifiers(.integers(Buffer([1, 3, 2])))
    let strings = try Identifiers(
      .strings(bytes: Buffer(Array("312".utf8)), offsets: Buffer([0, 1, 2, 3])))
    #expect(integers.fingerprint == strings.fingerprint && integers.isSame(as: strings))
    #expect(integers.fingerprint != other.fingerprint && !integers.isSame(as: other))
  }

  @Test(arguments: [false, true], [false, true]) func positionsInAnotherTable(strings: Bool, sorted: Bool) throws {
    var random = RandomGenerator(seed: 4)
    var base = try Self.table(strings: strings)
    if !sorted {
      var places = Array(base.indices)
      random.shuffle(&places)
      base = try base.selecting(places)
    }
    let target = base.appending(Self.new).table
    let names = (0..<400).map { strings ? "n\($0 * 3)" : "\($0 * 3)" } + ["x", "5", "é", "missing"]
    for source in [
      try Identifiers.indexing(names).table, try Identifiers.indexing(names).table.appending(["007", "no"]).table,
    ] {
      for table in [base, target] {
        let expected = source.map { table.index(of: $0).map(Int32.init) ?? -1 }
        let found = source.positions(in: table, threads: 2)
        #expect(expected.indices.map { found[$0] } == expected)
      }
    }
  }
}
