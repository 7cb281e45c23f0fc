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

  /// Rows of user, item, value, time and perhaps something else.
  mutating func text(rowCount: Int) -> String {
    var text = chance(1, in: 4) ? "\u{FEFF}" : ""
    let hasHeader = chance(1, in: 2)
    if hasHeader { text += ["userId", "itemId", "rating", "timestamp"].joined(separator: delimiter) + "\n" }
    for row in 0..<rowCount {
      let value = String(Double(generator.nextIndex(below: 2000)) / 8 - 100)
      let time = String(generator.nextIndex(below: 2_000_000_000))
      var fields = [
        field(tokens[generator.nextIndex(below: tokens.count)]),
        field(tokens[generator.nextIndex(below: tokens.count)]),
        field(value), field(time),
      ]
      if row > 0, chance(1, in: 3) { fields.append(field("rest \"quoted\"\n and, more")) }
      text += fields.joined(separator: delimiter)
      if row == rowCount - 1, chance(1, in: 3) { break }
      text += chance(1, in: 3) ? "\r\n" : "\n"
      if chance(1, in: 6) { text += ["\n", "\r\n", "   \n", " \r\n"][generator.nextIndex(below: 4)] }
    }
    return text
  }
}
