import ALSPlatform

extension ItemPredicate {
  /// The predicate that a text spells.
  ///
  ///     predicate   conjunction or conjunction …
  ///     conjunction term and term …
  ///     term        not term | ( predicate ) | column = value | column in ( value , value … ) | column not in ( … )
  ///
  /// with `=`, `!=`, `<`, `<=`, `>`, `>=`. Texts and names are words, or stand in single or double quotes, which are doubled inside;
  /// what is not quoted and looks like a number is one. `and`, `or`, `not` and `in` may be written in capitals.
  ///
  /// - Throws: `ALSError` that names the character and the remedy. Whether columns are there is told where the predicate is used.
  /// - Complexity: O(length).
  public init(_ text: String) throws {
    var parser = try PredicateParser(text)
    node = try parser.parse()
  }

  /// The finite number that `text` spells in decimal.
  static func number(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// An error at a character.
  static func failure(_ reason: String, at position: Int?) -> ALSError {
    ALSError(.configuration, reason, at: position.map { "predicate, character \($0)" } ?? "predicate")
  }
}

/// What a predicate consists of.
private enum PredicateToken: Hashable {
  /// Not quoted.
  case word(String)
  case quoted(String)
  case comparison(ItemPredicate.Comparison)
  case open, close, comma, end

  var shown: String {
    switch self {
    case .word(let text): "\"\(text)\""
    case .quoted(let text): "the text \"\(text)\""
    case .comparison(let comparison): "\"\(comparison.rawValue)\""
    case .open: "\"(\""
    case .close: "\")\""
    case .comma: "\",\""
    case .end: "the end"
    }
  }

  /// In small letters, where it is one of the words with a meaning.
  var keyword: String? {
    guard case .word(let text) = self else { return nil }
    return ["and", "or", "not", "in"].first { $0 == text.lowercased() }
  }
}

private struct PredicateParser {
  private var tokens: [ItemPredicate.Placed<PredicateToken>] = []
  private var next = 0
  /// Parentheses and negations in one another.
  private var depth = 0

  private static var mostDepth: Int { 100 }

  init(_ text: String) throws {
    let characters = Array(text)
    var place = 0
    while place < characters.count {
      let (character, start) = (characters[place], place)
      place += 1
      func add(_ token: PredicateToken) { tokens.append(.init(value: token, position: start + 1)) }
      switch character {
      case _ where character.isWhitespace: continue
      case "(": add(.open)
      case ")": add(.close)
      case ",": add(.comma)
      case "'", "\"":
        var content = ""
        while true {
          guard place < characters.count else {
            throw ItemPredicate.failure("the quote that opens here is never closed. Close it.", at: start + 1)
          }
          let inside = characters[place]
          place += 1
          if inside == character {
            guard place < characters.count, characters[place] == character else { break }
            place += 1
          }
          content.append(inside)
        }
        add(.quoted(content))
      case _ where Self.signs.contains(character):
        while place < characters.count, Self.signs.contains(characters[place]) { place += 1 }
        let sign = String(characters[start..<place])
        guard let comparison = ItemPredicate.Comparison(rawValue: sign) else {
          let remedy = ["==": "Write =.", "<>": "Write !=.", "!": "Write not."][sign] ?? "Use =, !=, <, <=, > or >=."
          throw ItemPredicate.failure("\"\(sign)\" is no comparison. \(remedy)", at: start + 1)
        }
        add(.comparison(comparison))
      default:
        while place < characters.count, !Self.ends(characters[place]) { place += 1 }
        add(.word(String(characters[start..<place])))
      }
    }
    tokens.append(.init(value: .end, position: characters.count + 1))
  }

  private static let signs: Set<Character> = ["=", "!", "<", ">"]

  /// Whether a word ends before a character.
  private static func ends(_ character: Character) -> Bool {
    character.isWhitespace || signs.contains(character) || "(),'\"".contains(character)
  }

  mutating func parse() throws -> ItemPredicate.Node {
    let node = try disjunction()
    if current.value == .end { return node }
    if current.value == .close { throw failure("there is no \"(\" to this \")\". Remove it.") }
    throw failure(
      "\(current.value.shown) cannot follow here. \(Self.remedy(current.value) ?? "Write and, or, or quote a text with spaces.")"
    )
  }

  private static func remedy(_ token: PredicateToken) -> String? {
    guard case .word(let text) = token else { return nil }
    return ["&&": "Write and.", "&": "Write and.", "||": "Write or.", "|": "Write or."][text]
  }

  private var current: ItemPredicate.Placed<PredicateToken> { tokens[next] }

  private func failure(_ reason: String) -> ALSError { ItemPredicate.failure(reason, at: current.position) }

  private mutating func take(_ keyword: String) -> Bool {
    guard current.value.keyword == keyword else { return false }
    next += 1
    return true
  }

  private mutating func disjunction() throws -> ItemPredicate.Node {
    var parts = [try conjunction()]
    while take("or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws -> ItemPredicate.Node {
    var parts = [try term()]
    while take("and") { parts.append(try term()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func term() throws -> ItemPredicate.Node {
    guard depth < Self.mostDepth else {
      throw failure("more than \(Self.mostDepth) parentheses are in one another. Write it flatter.")
    }
    depth += 1
    defer { depth -= 1 }
    if take("not") { return .not(try term()) }
    guard current.value == .open else { return try comparison() }
    let opening = current.position
    next += 1
    let node = try disjunction()
    guard current.value == .close else {
      if current.value == .end {
        throw ItemPredicate.failure("the parenthesis that opens here is never closed. Close it.", at: opening)
      }
      throw failure(
        "\(current.value.shown) cannot follow here. "
          + (Self.remedy(current.value) ?? "Write and, or, \")\", or quote a text with spaces."))
    }
    next += 1
    return node
  }

  private mutating func comparison() throws -> ItemPredicate.Node {
    let column = ItemPredicate.Placed(value: try text("the name of a column"), position: tokens[next - 1].position)
    if case .comparison(let comparison) = current.value {
      next += 1
      return .comparison(column, comparison, try value())
    }
    let isNegated = take("not")
    guard take("in") else {
      throw failure(
        "\(current.value.shown) follows \(column.value), where a comparison should. Write =, !=, <, <=, > or >= and a value, "
          + "or in ( … ).")
    }
    guard current.value == .open else {
      throw failure("\(current.value.shown) follows in. Write ( and values with commas.")
    }
    next += 1
    var values = [try value()]
    while current.value == .comma {
      next += 1
      values.append(try value())
    }
    guard current.value == .close else {
      throw failure(
        "\(current.value.shown) follows a value of a list. Write a comma between values, and ) after the last.")
    }
    next += 1
    let node = ItemPredicate.Node.isIn(column, values)
    return isNegated ? .not(node) : node
  }

  private mutating func value() throws -> ItemPredicate.Placed<ItemValue> {
    let (token, position) = (current.value, current.position)
    let text = try text("a value")
    if case .word = token, let number = ItemPredicate.number(text) {
      return .init(value: .number(number), position: position)
    }
    return .init(value: .text(text), position: position)
  }

  private mutating func text(_ wanted: String) throws -> String {
    switch current.value {
    case .word(let text) where current.value.keyword == nil:
      next += 1
      return text
    case .quoted(let text):
      next += 1
      return text
    case .word(let text):
      throw failure("\(wanted) is missing before \"\(text)\". Write it, or put \(text) in quotes if it is meant.")
    default: throw failure("\(wanted) is missing before \(current.value.shown). Write it.")
    }
  }
}
