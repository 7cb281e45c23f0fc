import ALS
import ALSPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file with the trials of a search, one JSON object per line, after one that describes the search.
///
/// Each line is on its way to the disk before the next trial begins. What a process that was killed has written of a
/// last line is cut off when the file is opened again.
public final class TrialLog: Sendable {
  /// The trials that were there when the file was opened.
  public let trials: [Trial]
  private let path: String
  private let descriptor: Int32

  /// Opens a log for the trials of `tuner`.
  ///
  /// - Parameters:
  ///   - path: The file; it is made when it is not there.
  ///   - tuner: The search.
  ///   - resuming: Whether trials may be there already.
  /// - Throws: `ALSError` when the file cannot be written, has trials although `resuming` is false, is of another
  ///   search, or cannot be understood.
  public init(path: String, for tuner: Tuner, resuming: Bool) throws {
    self.path = path
    let (header, trials, length) = try Self.read(path)
    let description = SearchDescription(tuner)
    if let header {
      if !resuming {
        throw ALSError(
          .configuration,
          "has \(trials.count) trials already. Resume that search, or name another file for a new one.", at: path)
      }
      if let difference = description.difference(from: header) {
        throw ALSError(
          .configuration, "cannot be resumed: \(difference). Name another file for a new search.", at: path)
      }
    }
    self.trials = trials
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw ALSError(
        .cannotCreate,
        "the log cannot be written: \(systemErrorText()). Check that its directory exists and is writable.", at: path)
    }
    guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      close(descriptor)
      throw ALSError(.inputOutput, "the log cannot be continued: \(systemErrorText()).", at: path)
    }
    if header == nil { try append(line: description) }
  }

  deinit { close(descriptor) }

  /// Writes a trial.
  ///
  /// - Throws: `ALSError` when it cannot be written.
  public func append(_ trial: Trial) throws { try append(line: trial) }

  private func append(line: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes = try encoder.encode(line) + [0x0A]
    try bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count < 0 {
          if errno == EINTR { continue }
          throw ALSError(.inputOutput, "writing the log failed: \(systemErrorText()).", at: path)
        }
        written += count
      }
    }
    // Pipes and devices have nothing to flush.
    _ = fsync(descriptor)
  }

  /// What is in a file, and how long its whole lines are.
  private static func read(_ path: String) throws -> (SearchDescription?, [Trial], length: Int) {
    guard access(path, F_OK) == 0 else { return (nil, [], 0) }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw ALSError(.unreadable, "the log cannot be read: \(systemErrorText()).", at: path)
    }
    let length = data.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lines = data[..<length].split(separator: 0x0A)
    let decoder = JSONDecoder()
    guard let first = lines.first else {
      if data.isEmpty || data.first == UInt8(ascii: "{") { return (nil, [], 0) }
      throw ALSError(.data, "is not a log of trials. Name another file.", at: path)
    }
    let head = try? decoder.decode(SearchDescription.Head.self, from: first)
    if let head, head.event == "search", head.format > SearchDescription.currentFormat {
      throw ALSError(
        .data,
        "was written by a newer version, \(head.version), in a form that this one, \(ALSVersion.current), does not "
          + "read. Use that version, or name another file.", at: path)
    }
    guard head?.event == "search", let header = try? decoder.decode(SearchDescription.self, from: first) else {
      throw ALSError(
        .data, "line 1 does not describe a search, so this is not a log of trials. Name another.", at: path)
    }
    let trials = try lines.dropFirst().enumerated().map { index, line in
      guard let trial = try? decoder.decode(Trial.self, from: line), trial.number == index + 1 else {
        throw ALSError(.data, "line \(index + 2) is not trial \(index + 1). Remove the file to start anew.", at: path)
      }
      return trial
    }
    return (header, trials, length)
  }
}
