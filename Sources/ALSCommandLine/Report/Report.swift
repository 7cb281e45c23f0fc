import ALSPlatform
import Foundation

/// A page to look at in a browser: one file with everything in it, which asks no network for anything.
struct Report: Encodable {
  /// A figure that comes first.
  struct Tile: Encodable {
    let label: String
    let value: String
    var note = ""
  }

  /// A metric over iterations.
  struct Curve: Encodable {
    enum Kind: String, Encodable { case best, defaults, other }
    let label: String
    let kind: Kind
    /// Iteration and value.
    let points: [[Double]]
  }

  /// A parameter of trials.
  struct Axis: Encodable {
    let name: String
    var isLogarithmic = false
    /// In the order that they are drawn in, when values are no numbers.
    var categories: [String]?
  }

  /// A value on an axis.
  enum Value: Encodable {
    case number(Double)
    case text(String)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }
  }

  /// A trial of a search.
  struct Row: Encodable {
    let number: Int
    let stage: String
    let iterations: Int
    let value: Double?
    let lower: Double?
    let upper: Double?
    let seconds: Double
    /// One per axis.
    let parameters: [Value]
    /// Whether another trial goes on from it.
    let isContinued: Bool
    /// Whether it was ended before its time.
    let isCutOff: Bool
  }

  var title: String
  var subtitle: String
  var metric: String
  var lowerIsBetter: Bool
  var tiles: [Tile] = []
  var command: String?
  var curves: [Curve] = []
  var loss: [[Double]] = []
  var axes: [Axis] = []
  var trials: [Row] = []
  var best: Int?
  var facts: [[String]] = []
}

extension Report {
  /// Writes the page, beside `path` first and then renamed onto it.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Nothing in the data may look like the end of the script that holds it.
    let json = String(decoding: try encoder.encode(self), as: UTF8.self)
      .split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
    let page = Self.filled([
      "title": Self.escaped(title), "style": String(decoding: PackageResources.report_css, as: UTF8.self), "data": json,
      "script": String(decoding: PackageResources.report_js, as: UTF8.self),
    ])
    let file = try ReplacementFile(path: path)
    try file.append(page)
    try file.commit()
  }

  /// The page with these in the places of their names, which `{{` and `}}` enclose.
  private static func filled(_ parts: [String: String]) -> String {
    let pieces = String(decoding: PackageResources.report_html, as: UTF8.self).split(separator: /{{|}}/)
    return pieces.map { parts[String($0)] ?? String($0) }.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      default: result.append(character)
      }
    }
  }
}
