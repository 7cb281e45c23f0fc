import Foundation

/// One value of a result row.
enum Cell {
  case text(String)
  case integer(Int)
  /// `digits` after the point in a table; all that distinguish it elsewhere.
  case number(Double, digits: Int)
  /// The same in single precision.
  case single(Float, digits: Int)
  case missing

  /// For a person.
  var forTable: String {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .number(let number, let digits): number.fixed(digits)
    case .single(let number, let digits): Double(number).fixed(digits)
    case .missing: "-"
    }
  }

  /// For a program.
  var plain: String {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    // No form of JSON or CSV has a number for what is none.
    case .number(let number, _): number.isFinite ? String(number) : ""
    case .single(let number, _): number.isFinite ? "\(number)" : ""
    case .missing: ""
    }
  }

  /// Appends the value as JSON.
  func appendJSON(to bytes: inout [UInt8]) {
    switch self {
    case .text(let text): bytes.append(contentsOf: Cell.quoted(text).utf8)
    case .integer(let number): append(number, to: &bytes)
    case .number, .single: bytes.append(contentsOf: (plain.isEmpty ? "null" : plain).utf8)
    case .missing: bytes.append(contentsOf: "null".utf8)
    }
  }

  /// Appends the value as a field; text goes through `escape`.
  func appendField(to bytes: inout [UInt8], escape: (String) -> String) {
    switch self {
    case .text(let text): bytes.append(contentsOf: escape(text).utf8)
    case .integer(let number): append(number, to: &bytes)
    case .number, .single: bytes.append(contentsOf: plain.utf8)
    case .missing: break
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
    case .integer, .number, .single, .missing: true
    case .text: false
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
