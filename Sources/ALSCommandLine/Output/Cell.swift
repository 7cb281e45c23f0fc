import Foundation

/// One value of a result row.
enum Cell {
  case text(String)
  case integer(Int)
  /// `digits` after the point in a table; all that distinguish it elsewhere.
  case number(Double, digits: Int)
  case missing

  /// For a person.
  var forTable: String {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .number(let number, let digits): number.fixed(digits)
    case .missing: "-"
    }
  }

  /// For a program.
  var plain: String {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .number(let number, _): String(number)
    case .missing: ""
    }
  }

  var json: String {
    switch self {
    case .text(let text): Cell.quoted(text)
    case .integer, .number: plain
    case .missing: "null"
    }
  }

  var isNumeric: Bool {
    switch self {
    case .integer, .number, .missing: true
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
