import ALSPlatform
import ALSSparse
import Testing

/// Predicates against an evaluator that goes through rows one by one.
@Suite struct ItemPredicateTests {
  private struct Item {
    let id: Int
    let values: [String: ItemValue]
  }

  private static let columns = ["category", "Price", "in stock", "added", "nothing"]

  private static func items(_ random: inout RandomGenerator) -> [Item] {
    (0..<40).map { id in
      var values: [String: ItemValue] = [:]
      if random.nextIndex(below: 5) > 0 {
        values["category"] = .text(["toys", "books", "A & B", "it's", ""][random.nextIndex(below: 5)])
      }
      if random.nextIndex(below: 5) > 0 { values["Price"] = .number(Double(random.nextIndex(below: 7)) / 2) }
      if random.nextIndex(below: 5) > 0 { values["in stock"] = .number(Double(random.nextIndex(below: 3) - 1)) }
      if random.nextIndex(below: 5) > 0 { values["added"] = .text("2026-0\(1 + random.nextIndex(below: 3))-01") }
      return Item(id: 7 * id, values: values)
    }
  }

  private static func table(_ items: [Item]) throws -> ItemTable {
    try ItemTable(
      items, item: \.id,
      columns: [
        "category": { $0.values["category"] }, "Price": { $0.values["Price"] },
        "in stock": { $0.values["in stock"] }, "added": { $0.values["added"] }, "nothing": { _ in nil },
      ])
  }

  /// A predicate as text and in Swift, and the same again as a function of a row.
  private struct Sample {
    let text: String
    let predicate: ItemPredicate
    let holds: (Item) -> Bool
  }

  private static func quoted(_ text: String, _ random: inout RandomGenerator) -> String {
    let isWord = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
    if isWord, random.nextIndex(below: 2) == 0 { return text }
    let quote = random.nextIndex(below: 2) == 0 ? "'" : "\""
    return quote + text.replacing(quote, with: quote + quote) + quote
  }

  private static func sample(_ depth: Int, _ random: inout RandomGenerator) -> Sample {
    switch depth == 0 ? 0 : random.nextIndex(below: 6) {
    case 1, 2:
      let (a, b) = (sample(depth - 1, &random), sample(depth - 1, &random))
      return random.nextIndex(below: 2) == 0
        ? Sample(text: "(\(a.text)) and (\(b.text))", predicate: a.predicate && b.predicate) {
          a.holds($0) && b.holds($0)
        }
        : Sample(text: "(\(a.text)) OR (\(b.text))", predicate: a.predicate || b.predicate) {
          a.holds($0) || b.holds($0)
        }
    case 3:
      let a = sample(depth - 1, &random)
      return Sample(text: "not (\(a.text))", predicate: !a.predicate) { !a.holds($0) }
    case 4:
      // Without parentheses: and binds more than or, not more than and.
      let parts = (0..<3).map { _ in sample(0, &random) }
      return Sample(
        text: "\(parts[0].text) or not \(parts[1].text)  and \(parts[2].text)",
        predicate: parts[0].predicate || !parts[1].predicate && parts[2].predicate
      ) { parts[0].holds($0) || (!parts[1].holds($0) && parts[2].holds($0)) }
    default: break
    }
    let column = columns[random.nextIndex(below: columns.count)]
    let isNumber = column == "Price" || column == "in stock" || column == "nothing" && random.nextIndex(below: 2) == 0
    func value() -> (ItemValue, String) {
      if isNumber {
        let number = Double(random.nextIndex(below: 7) - 1) / 2
        return (.number(number), "\(number)")
      }
      let text = ["toys", "A & B", "it's", "", "2026-02-01", "z"][random.nextIndex(below: 6)]
      return (.text(text), quoted(text, &random))
    }
    func compare(_ item: Item, _ test: (Double, Double) -> Bool, _ texts: (String, String) -> Bool, _ other: ItemValue)
      -> Bool
    {
      switch (item.values[column], other) {
      case (.number(let a)?, .number(let b)): test(a, b)
      case (let a, .text(let b)):
        if case .text(let a)? = a { texts(a, b) } else { texts("", b) }
      default: false
      }
    }
    let name = quoted(random.nextIndex(below: 2) == 0 ? column : column.uppercased(), &random)
    let swift = ItemColumn(column)
    let (other, text) = value()
    switch random.nextIndex(below: 8) {
    case 0: return Sample(text: "\(name)=\(text)", predicate: swift == other) { compare($0, ==, ==, other) }
    case 1: return Sample(text: "\(name) != \(text)", predicate: swift != other) { !compare($0, ==, ==, other) }
    case 2:
      return Sample(text: "\(name) < \(text)", predicate: swift < other) {
        compare($0, <, { !$0.isEmpty && $0 < $1 }, other)
      }
    case 3:
      return Sample(text: "\(name)<=\(text)", predicate: swift <= other) {
        compare($0, <=, { !$0.isEmpty && $0 <= $1 }, other)
      }
    case 4:
      return Sample(text: "\(name) >\(text)", predicate: swift > other) {
        compare($0, >, { !$0.isEmpty && $0 > $1 }, other)
      }
    case 5:
      return Sample(text: "\(name)>= \(text)", predicate: swift >= other) {
        compare($0, >=, { !$0.isEmpty && $0 >= $1 }, other)
      }
    default:
      let more = (0..<random.nextIndex(below: 3)).map { _ in value() } + [(other, text)]
      let list = more.map(\.1).joined(separator: " , ")
      let isIn = { (item: Item) in more.contains { compare(item, ==, ==, $0.0) } }
      return random.nextIndex(below: 2) == 0
        ? Sample(text: "\(name) in (\(list))", predicate: swift.isIn(more.map(\.0)), holds: isIn)
        : Sample(text: "\(name) Not In(\(list))", predicate: !swift.isIn(more.map(\.0))) { !isIn($0) }
    }
  }

  @Test func predicatesChooseWhatTheyShould() throws {
    var random = RandomGenerator(seed: 5)
    var (chosen, all) = (0, 0)
    for _ in 0..<20 {
      let items = Self.items(&random)
      let table = try Self.table(items)
      for _ in 0..<100 {
        let sample = Self.sample(3, &random)
        let expected = items.map(sample.holds)
        #expect(try table.matches(ItemPredicate(sample.text)) == expected, "\(sample.text)")
        #expect(try table.matches(sample.predicate) == expected, "\(sample.text)")
        chosen += expected.count { $0 }
        all += expected.count
      }
    }
    #expect(chosen > all / 5 && chosen < all * 4 / 5)
  }

  @Test(arguments: [
    ("", "predicate, character 1: the name of a column is missing before the end. Write it."),
    ("category", "character 9: the end follows category, where a comparison should."),
    ("category = ", "character 12: a value is missing before the end."),
    ("category == toys", "character 10: \"==\" is no comparison. Write =."),
    ("category <> toys", "character 10: \"<>\" is no comparison. Write !=."),
    ("!price < 3", "character 1: \"!\" is no comparison. Write not."),
    (
      "category = home decor", "character 17: \"decor\" cannot follow here. Write and, or, or quote a text with spaces."
    ),
    ("price > 1 && price < 3", "character 11: \"&&\" cannot follow here. Write and."),
    ("(price > 1", "character 1: the parenthesis that opens here is never closed. Close it."),
    ("(price > 1 || price < 3)", "character 12: \"||\" cannot follow here. Write or."),
    ("price > 1)", "character 10: there is no \"(\" to this \")\". Remove it."),
    ("category = 'toys", "character 12: the quote that opens here is never closed. Close it."),
    ("category in toys", "character 13: \"toys\" follows in. Write ( and values with commas."),
    ("category in (toys books)", "character 19: \"books\" follows a value of a list."),
    ("category in ()", "character 14: a value is missing before \")\"."),
    ("category = or", "character 12: a value is missing before \"or\". Write it, or put or in quotes if it is meant."),
    (
      "pric > 3",
      "character 1: there is no column pric. There are category, Price, in stock, added, nothing; name one of these."
    ),
    ("not price > cheap", "character 13: column price has numbers, but 'cheap' is a text. Compare it with a number."),
    ("price = '3'", "character 9: column price has numbers, but '3' is a text. Leave out the quotes."),
    ("category in (toys, 3)", "character 20: column category has texts ('toys' at row 0), but 3 is a number. Quote it"),
  ])
  func mistakesAreNamed(text: String, reason: String) throws {
    let table = try Self.table([
      Item(id: 1, values: ["category": "toys", "Price": 3, "in stock": 1, "added": "2026-01-01"])
    ])
    let error = #expect(throws: ALSError.self) { _ = try table.matches(ItemPredicate(text)) }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }

  /// Whatever somebody writes is a predicate or an error.
  @Test func nothingTraps() {
    var random = RandomGenerator(seed: 9)
    let parts = [
      "a", "1", "'", "\"", "(", ")", ",", "=", "<", "!", " and ", " or ", " not ", " in ", " ", "é", "\u{0}",
    ]
    var understood = 0
    for _ in 0..<20_000 {
      let text = (0..<random.nextIndex(below: 9)).map { _ in parts[random.nextIndex(below: parts.count)] }.joined()
      if (try? ItemPredicate(text)) != nil { understood += 1 }
    }
    #expect(understood > 10)
    for text in [String(repeating: "(", count: 100_000), String(repeating: "not ", count: 100_000)] {
      #expect(throws: ALSError.self) { _ = try ItemPredicate(text) }
    }
    #expect(throws: Never.self) {
      _ = try ItemPredicate(Array(repeating: "a = 1", count: 50_000).joined(separator: " or "))
    }
  }

  @Test func tablesOfContradictionsAreErrors() {
    func table(_ values: [(Int, ItemValue?)]) throws -> ItemTable {
      try ItemTable(values, item: \.0, columns: ["x": { $0.1 }])
    }
    let attempts: [(String, () throws -> ItemTable)] = [
      ("item 1 is there twice, at row 0 and row 2", { try table([(1, nil), (2, nil), (1, nil)]) }),
      ("row 1: column x has the number inf", { try table([(1, 2), (2, .number(.infinity))]) }),
      ("column x has the number 2 at row 1 and the text 'a' at row 0", { try table([(1, "a"), (2, 2)]) }),
      ("two columns are called X", { try ItemTable([1], item: { $0 }, columns: ["x": { _ in 1 }, "X": { _ in 1 }]) }),
    ]
    for (reason, attempt) in attempts {
      let error = #expect(throws: ALSError.self) { _ = try attempt() }
      #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
  }
}
