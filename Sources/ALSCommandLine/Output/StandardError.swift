import ALSPlatform
import Foundation
import Logging
import Synchronization

/// The place for everything that is not a result: messages, by way of swift-log, and the bar of progress.
///
/// What cannot be written there is lost, and nothing else comes of it.
enum StandardError {
  private static let logger = Mutex(Logger(label: "als", factory: { _ in MessageHandler(format: .text) }))

  /// What errors begin with.
  static let program = Shared("als")

  static var isTerminal: Bool { isatty(2) == 1 }

  /// Messages below `level` are left out from now on.
  static func use(_ format: MessageFormat, level: Logger.Level) {
    logger.withLock { logger in
      logger = Logger(label: "als", factory: { _ in MessageHandler(format: format) })
      logger.logLevel = level
    }
  }

  /// A note on what is done, with what it says in a form for programs.
  static func write(_ text: String, level: Logger.Level = .info, _ facts: Logger.Metadata = [:]) {
    let message = text.hasSuffix("\n") ? String(text.dropLast()) : text
    logger.withLock { $0.log(level: level, "\(message)", metadata: facts) }
  }

  /// An error, or why the program ends.
  static func report(_ text: String, _ facts: Logger.Metadata = [:]) { write(text, level: .error, facts) }

  /// Writes what is no message, such as a bar of progress, unless messages are for programs or left out.
  static func draw(_ text: String) {
    let isWanted = logger.withLock { $0.logLevel <= .info && ($0.handler as? MessageHandler)?.format == .text }
    if isWanted { put(text) }
  }

  /// Writes text as it is.
  static func put(_ text: String) {
    var text = text
    text.withUTF8 { StandardDescriptors.writeError(UnsafeRawBufferPointer($0)) }
  }
}
