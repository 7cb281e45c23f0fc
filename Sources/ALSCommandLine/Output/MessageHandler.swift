import Foundation
import Logging

/// The form of messages.
enum MessageFormat: String, CaseIterable {
  /// A line for a person.
  case text
  /// An object per line for a program.
  case json
}

/// Writes messages to standard error.
struct MessageHandler: LogHandler {
  let format: MessageFormat
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  init(format: MessageFormat) { self.format = format }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let line: String
    switch format {
    case .text: line = (event.level >= .error ? "\(StandardError.program.value): " : "") + event.message.description
    case .json:
      let facts = metadata.merging(event.metadata ?? [:]) { $1 }
      let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
      let members =
        [("time", Cell.quoted(time)), ("level", Cell.quoted(event.level.rawValue))]
        + [("message", Cell.quoted(event.message.description))]
        + facts.sorted { $0.key < $1.key }.map { ($0.key, Self.json($0.value)) }
      line = "{" + members.map { "\(Cell.quoted($0)):\($1)" }.joined(separator: ",") + "}"
    }
    StandardError.put(line + "\n")
  }

  /// Numbers stay numbers.
  private static func json(_ value: Logger.Metadata.Value) -> String {
    switch value {
    case .string(let text): Cell.quoted(text)
    case .stringConvertible(let number as Double): number.isFinite ? "\(number)" : "null"
    case .stringConvertible(let number as any BinaryInteger): "\(number)"
    case .stringConvertible(let other): Cell.quoted(other.description)
    case .array(let values): "[" + values.map(json).joined(separator: ",") + "]"
    case .dictionary(let members):
      "{" + members.sorted { $0.key < $1.key }.map { "\(Cell.quoted($0)):\(json($1))" }.joined(separator: ",") + "}"
    @unknown default: Cell.quoted("\(value)")
    }
  }
}
