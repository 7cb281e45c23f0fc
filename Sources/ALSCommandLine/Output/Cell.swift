import ALS
import Foundation

/// One value of a result row.
enum Cell {
  case text(String)
  /// Text in JSON, whatever it looks like, so that its type does not depend on the data and no reader rounds it.
  case identifier(Identifier)
  case integer(Int)
  /// A number, `true` or `false`, as it is written in JSON and elsewhere.
  case literal(String)
  /// A number of bytes: in the unit that fits for a person, in bytes for a program.
  case bytes(Int)
  /// A share of 1: in percent for a person.
  case share(Double)
  /// Values by whole numbers, such as a metric by iterations; in JSON an array of pairs.
  case series([(place: Int, value: Double)])
  /// `digits` after the point in a table; all that distinguish it elsewhere.
  case number(Double, digits: Int)
  /// The same in single precision.
  case single(Float, digits: Int)
  /// Nothing; a person is told why.
  case absent(String)
  case missing

  /// For a person.
  var forTable: String {
    switch self {
    case .text(let text), .literal(let text), .absent(let text): text
    case .identifier(let identifier): identifier.description
    case .integer(let number): String(number)
    case .bytes(let count): formattedSize(count)
    case .share(let share): "\((100 * share).significant(4)) %"
    case .series(let points): points.map { "\($0.place):\($0.value.significant(5))" }.joined(separator: " ")
    case .number(let number, let digits): number.fixed(digits)
    case .single(let number, let digits): Double(number).fixed(digits)
    case .missing: "-"
    }
  }

  /// For a program.
  var plain: String {
    switch self {
    case .text(let text), .literal(let text): text
    case .identifier(let identifier): identifier.description
    case .integer(let number), .bytes(let number): String(number)
    // No form of JSON or CSV has a number for what is none.
    case .number(let number, _), .share(let number): number.isFinite ? String(number) : ""
    case .single(let number, _): number.isFinite ? "\(number)" : ""
    case .series(let points): points.map { "\($0.place):\($0.value)" }.joined(separator: " ")
    case .absent, .missing: ""
    }
  }

  /// Appends the value as JSON.
  func appendJSON(to bytes: inout [UInt8]) {
    switch self {
    case .text(let text), .identifier(.string(let text)): bytes.append(contentsOf: Cell.quoted(text).utf8)
    case .identifier(.integer(let number)):
      bytes.append(UInt8(ascii: "\""))
      append(Int(number), to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    case .integer(let number), .bytes(let number): append(number, to: &bytes)
    case .number, .single, .share: bytes.append(contentsOf: (plain.isEmpty ? "null" : plain).utf8)
    case .literal: bytes.append(contentsOf: plain.utf8)
    case .series(let points):
      let pairs = points.map { "[\($0.place),\($0.value)]" }
      bytes.append(contentsOf: "[\(pairs.joined(separator: ","))]".utf8)
    case .absent, .missing: bytes.append(contentsOf: "null".utf8)
    }
  }

  /// Appends the value as a field; text goes through `escape`.
  func appendField(to bytes: inout [UInt8], escape: (String) -> String) {
    switch self {
    case .text(let text), .identifier(.string(let text)): bytes.append(contentsOf: escape(text).utf8)
    case .identifier(.integer(let number)): append(Int(number), to: &bytes)
    case .integer(let number), .bytes(let number): append(number, to: &bytes)
    case .number, .single, .share, .literal, .series: bytes.append(contentsOf: plain.utf8)
    case .absent, .missing: break
    }
  }

  /// Most of what is written is integers: no string for each.
  private func append(_ number: Int, to bytes: inout [UInt8]) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = number.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  var isNumeric: Bool {
    switch self {
    case .integer, .number, .single, .literal, .bytes, .share, .missing, .identifier(.integer): true
    case .text, .series, .absent, .identifier(.string): false
    }
  }

  /// A JSON string.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}": result += String(format: "\\u%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
