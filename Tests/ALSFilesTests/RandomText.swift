import ALSPlatform

/// Delimited text made by a seeded generator, with every freedom that the rules allow.
struct RandomText {
  var generator: RandomGenerator
  let delimiter: String
  let quotesOften: Bool
  private let tokens: [String]

  init(seed: UInt64) {
    generator = RandomGenerator(seed: seed)
    delimiter = [",", "\t", ";", "|", "::", " "][generator.nextIndex(below: 6)]
    quotesOften = generator.nextIndex(below: 3) > 0
    let isNumeric = generator.nextIndex(below: 2) == 0
    let pieces = [
      "a", "bc", "é", "𝄞", "7", "long-token-", "0", "-", "x.y", "user_0000", "\"", "\n", ",", ":", ";", "\r\n", " ",
    ]
    var generator = generator
    let needsQuotes = quotesOften
    tokens = (0..<12).map { _ in
      if isNumeric { return String(generator.nextIndex(below: 3000) - 1000) }
      let count = 1 + generator.nextIndex(below: 5)
      let usable = needsQuotes ? pieces.count : 10
      return "t" + (0..<count).map { _ in pieces[generator.nextIndex(below: usable)] }.joined()
    }
    self.generator = generator
  }

  private mutating func chance(_ one: Int, in many: Int) -> Bool { generator.nextIndex(below: many) < one }

  private mutating func field(_ text: String) -> String {
    let special = text.contains { "\"\n\r\r\n :;,|\t".contains($0) } || text.contains(delimiter)
    var field = text
    if special || (quotesOften && chance(1, in: 3)) {
      field = "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
    if delimiter != " ", chance(1, in: 8) { field = "  " + field }
    if delimiter != " ", chance(1, in: 8) { field += " " }
    return field
  }

  /// Rows of user, item, value, time and perhaps something else, which only a header allows to be left out.
  mutating func text(rowCount: Int) -> String {
    var text = chance(1, in: 4) ? "\u{FEFF}" : ""
    let (hasHeader, hasRest) = (chance(1, in: 2), chance(1, in: 2))
    let hasDecimalCommas = delimiter == ";" && chance(1, in: 2)
    if hasHeader {
      text +=
        (["userId", "itemId", "rating", "timestamp"] + (hasRest ? ["rest"] : [])).joined(separator: delimiter) + "\n"
    }
    for row in 0..<rowCount {
      let value = String(Double(generator.nextIndex(below: 2000)) / 8 - 100)
      let time = String(generator.nextIndex(below: 2_000_000_000))
      var fields = [
        field(tokens[generator.nextIndex(below: tokens.count)]),
        field(tokens[generator.nextIndex(below: tokens.count)]),
        field(hasDecimalCommas ? value.replacing(".", with: ",") : value), field(time),
      ]
      if hasRest, !hasHeader || chance(1, in: 2) {
        fields.append(chance(1, in: 4) ? "" : field("rest \"quoted\"\n and, more"))
      }
      if row > 0, chance(1, in: 6) { fields += [String](repeating: "", count: 1 + generator.nextIndex(below: 3)) }
      text += fields.joined(separator: delimiter) + lineEnd(isLast: row == rowCount - 1)
    }
    return text
  }

  /// Lines of a user and some items, without a header.
  mutating func lists(rowCount: Int) -> String {
    var text = chance(1, in: 4) ? "\u{FEFF}" : ""
    for row in 0..<rowCount {
      var fields = (0..<1 + generator.nextIndex(below: 6)).map { _ in
        field(tokens[generator.nextIndex(below: tokens.count)])
      }
      if row > 0, chance(1, in: 4) { fields.insert("", at: 1 + generator.nextIndex(below: fields.count)) }
      text += fields.joined(separator: delimiter) + lineEnd(isLast: row == rowCount - 1)
    }
    return text
  }

  private mutating func lineEnd(isLast: Bool) -> String {
    if isLast, chance(1, in: 3) { return "" }
    let end = chance(1, in: 3) ? "\r\n" : "\n"
    return end + (chance(1, in: 6) ? ["\n", "\r\n", "   \n", " \r\n"][generator.nextIndex(below: 4)] : "")
  }
}
