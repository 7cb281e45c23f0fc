import ALSPlatform
import ALSSparse
import Testing

@Suite struct IdentifiersTests {
  private func strings(_ texts: [String]) -> Identifiers.Storage {
    var (bytes, offsets): ([UInt8], [Int64]) = ([], [0])
    for text in texts {
      bytes += text.utf8
      offsets.append(Int64(bytes.count))
    }
    return .strings(bytes: Buffer(bytes), offsets: Buffer(offsets))
  }

  @Test(arguments: 0..<20) func looksUpIntegersInAnyOrder(seed: Int) throws {
    var generator = RandomGenerator(seed: UInt64(seed))
    var numbers = Array(Set((0..<200).map { _ in Int64(generator.nextIndex(below: 1000)) - 500 }))
    numbers.append(contentsOf: [.min, .max])
    for isSorted in [true, false] {
      if isSorted { numbers.sort() } else { generator.shuffle(&numbers) }
      let table = try Identifiers(.integers(Buffer(numbers)))
      for (index, number) in numbers.enumerated() {
        #expect(table.index(of: .integer(number)) == index)
        #expect(table.index(of: .string(String(number))) == index)
        #expect(table[index] == .integer(number))
      }
      for number in Int64(-510)...510 where !numbers.contains(number) {
        #expect(table.index(of: .integer(number)) == nil)
      }
      #expect(table.index(of: "007") == nil)
      #expect(table.index(of: "seven") == nil)
    }
  }

  @Test(arguments: 0..<20) func looksUpStringsInAnyOrder(seed: Int) throws {
    var generator = RandomGenerator(seed: UInt64(seed))
    let pieces = ["a", "b", "é", "𝄞", "0", "\0", "long piece "]
    var texts = Array(
      Set(
        (0..<100).map { _ in (0..<4).map { _ in pieces[generator.nextIndex(below: pieces.count)] }.joined() } + [
          "", "12",
        ]))
    for isSorted in [true, false] {
      if isSorted {
        texts.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      } else {
        generator.shuffle(&texts)
      }
      let table = try Identifiers(strings(texts))
      for (index, text) in texts.enumerated() {
        #expect(table.index(of: .string(text)) == index)
        #expect(table[index] == .string(text))
      }
      #expect(table.index(of: .integer(12)) == texts.firstIndex(of: "12"))
      for text in ["zzz", "a", "13", "long"] where !texts.contains(text) {
        #expect(table.index(of: .string(text)) == nil)
      }
    }
  }

  @Test func repeatsAreErrors() {
    #expect(throws: ALSError.self) { try Identifiers(.integers(Buffer([3, 1, 3]))) }
    #expect(throws: ALSError.self) { try Identifiers(.integers(Buffer([3, 3]))) }
    #expect(throws: ALSError.self) { try Identifiers(strings(["b", "a", "b"])) }
  }

  @Test func equalityIgnoresHowTheyAreStored() throws {
    let integers = try Identifiers(.integers(Buffer([10, 2])))
    #expect(try integers == Identifiers(strings(["10", "2"])))
    #expect(try integers != Identifiers(strings(["2", "10"])))
    #expect(try integers != Identifiers(.integers(Buffer([10]))))
    #expect(try integers == Identifiers(.integers(Buffer([10, 2]))))
  }

  @Test func indexingSorts() throws {
    let (numbers, indices) = try Identifiers.indexing([30, -1, 30, 7])
    #expect(Array(numbers) == [-1, 7, 30])
    #expect(Array(indices.elements) == [2, 0, 2, 1])
    let (mixed, positions) = try Identifiers.indexing(["10", "9", "x"])
    #expect(mixed.map(\.description) == ["10", "9", "x"])
    #expect(Array(positions.elements) == [0, 1, 2])
    let (canonical, _) = try Identifiers.indexing(["10", "9"])
    #expect(Array(canonical) == [9, 10])
    #expect(Identifier("007") == .string("007") && Identifier("-0") == .string("-0") && Identifier("-5") == -5)
  }

  /// é as one code point and as two: equal as Swift strings, different in files, so different everywhere.
  @Test func stringsAreTheirBytes() throws {
    let (one, two) = ("caf\u{E9}", "cafe\u{301}")
    #expect(one == two)
    #expect(Identifier(one) != Identifier(two) && Set([Identifier(one), Identifier(two)]).count == 2)
    let data = try Interactions(users: [one, two, one], items: [1, 2, 2])
    #expect(data.users.count == 2 && data.count == 3)
    #expect(data.users.index(of: .string(one)) != data.users.index(of: .string(two)))
    #expect(data.users.map { Array($0.description.utf8) } == [Array(two.utf8), Array(one.utf8)])
    let (table, positions) = data.users.appending([.string(two), .string("e\u{301}"), .string("\u{E9}")])
    #expect(table.count == 4 && positions == [0, 2, 3])
  }

  /// The table and the indices of many strings, by a slow and obvious way, for every number of threads.
  @Test func indexingStrings() throws {
    var random = RandomGenerator(seed: 8)
    let pieces = [
      "", "0", "7", "-7", "007", "a", "é", "e\u{301}", "\0", "long-identifier-", "user", "𝄞", " ",
      "9223372036854775808",
    ]
    for (count, numeric) in [(0, false), (1, false), (30_000, false), (30_000, true)] {
      let keys = (0..<count).map { _ in
        numeric
          ? String(random.nextIndex(below: 900) - 300)
          : (0..<random.nextIndex(below: 4)).map { _ in pieces[random.nextIndex(below: pieces.count)] }.joined()
      }
      let distinct = Dictionary(grouping: keys) { Array($0.utf8) }.keys
      let expected =
        numeric
        ? distinct.map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }.sorted().map { Array(String($0).utf8) }
        : distinct.sorted { $0.lexicographicallyPrecedes($1) }
      for threads in [1, 2, 3, 8] {
        let (table, indices) = try Identifiers.indexing(keys, threads: threads)
        #expect(table.map { Array($0.description.utf8) } == expected)
        #expect(keys.indices.allSatisfy { expected[Int(indices[$0])] == Array(keys[$0].utf8) })
      }
    }
  }
}
