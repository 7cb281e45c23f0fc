import Logging
import Synchronization

/// A log that tests read.
final class LogRecord: Sendable {
  private let state = Mutex<[String]>([])

  /// The message and the metadata of each entry.
  var lines: [String] { state.withLock { $0 } }

  var logger: Logger { Logger(label: "tests") { _ in Handler(record: self) } }

  private struct Handler: LogHandler {
    let record: LogRecord
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.notice

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      record.state.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
    }
  }
}
