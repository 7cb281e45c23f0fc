#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Foundation
import Synchronization
import Testing

/// A file, or a named pipe that a thread writes into, that is removed with its last reference.
final class TemporaryFile: Sendable {
  let path: String

  init(_ bytes: [UInt8], isPipe: Bool = false) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "als-\(UUID().uuidString).csv").path
    guard isPipe else {
      try Data(bytes).write(to: URL(filePath: path))
      return
    }
    try #require(mkfifo(path, 0o600) == 0)
    // Readers that fail close their end early.
    signal(SIGPIPE, SIG_IGN)
    let path = path
    Thread.detachNewThread {
      let descriptor = open(path, O_WRONLY)
      var written = 0
      // Odd portions, so that reads come back short.
      while written < bytes.count {
        let count = bytes[written...].prefix(13).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count <= 0 { break }
        written += count
      }
      close(descriptor)
    }
  }

  convenience init(_ text: String, isPipe: Bool = false) throws { try self.init(Array(text.utf8), isPipe: isPipe) }

  deinit { unlink(path) }

  /// Files that tests need only the path of, removed when the process ends.
  fileprivate static let kept = Mutex<[TemporaryFile]>([])
  fileprivate static let removal: Void = { atexit { TemporaryFile.kept.withLock { $0 = [] } } }()

  /// What `text` says after the path of the file, for messages.
  func message(_ text: String) -> String { "\(path): \(text)" }
}

/// The path of a file with these bytes.
func temporaryPath(_ bytes: [UInt8]) throws -> String {
  let file = try TemporaryFile(bytes)
  TemporaryFile.removal
  TemporaryFile.kept.withLock { $0.append(file) }
  return file.path
}

/// The path of a file with this text.
func temporaryPath(_ text: String) throws -> String { try temporaryPath(Array(text.utf8)) }
