import Foundation
import Synchronization

/// The place for everything that is not a result.
enum StandardError {
  private static let quiet = Atomic(false)

  static var isTerminal: Bool { isatty(2) == 1 }

  /// Nothing but errors from now on.
  static func silence() { quiet.store(true, ordering: .relaxed) }

  /// A note on what is done.
  static func write(_ text: String) {
    if !quiet.load(ordering: .relaxed) { report(text) }
  }

  /// An error, or why the program ends.
  static func report(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
