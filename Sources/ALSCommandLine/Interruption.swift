import ALSPlatform
import Dispatch
import Foundation

/// What happens on Ctrl-C or `kill`: unfinished files go, the old ones stay, and the exit code tells.
enum Interruption {
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

  /// Called once, before any other thread runs.
  static func install() {
    for (number, name) in [(SIGINT, "interrupted"), (SIGTERM, "terminated")] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        UnfinishedFiles.removeAll()
        StandardError.write("\nals: \(name); no output was written.\n")
        _exit(128 + number)
      }
      source.resume()
      sources.append(source)
    }
  }
}
