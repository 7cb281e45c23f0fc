import ALSSparse

/// Where and how often a training is saved, so that it can go on after it was interrupted.
///
/// A training that goes on gives the same factors, to the bit, as one that was never interrupted, for every number of
/// threads. When its task is cancelled, what was reached after the last whole iteration is saved before the training
/// ends with `CancellationError`.
public struct Checkpointing: Sendable {
  /// The file; it is written beside and renamed, so there is always a whole one.
  public var path: String
  /// How many iterations lie between savings; at least 1.
  public var interval: Int
  /// The least seconds between savings; 0 or more.
  public var seconds: Double
  /// Whether to go on from the file, if it is there; otherwise a file that is there is an error.
  public var resumes: Bool

  /// A place and a rhythm.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - interval: How many iterations lie between savings, ≥ 1. Before an iteration that begins unsaved, the factors are
  ///     copied in memory, to be saved on cancellation.
  ///   - seconds: The least time between savings, ≥ 0: short iterations are then saved more rarely than every `interval`,
  ///     but for the first one that is due.
  ///   - resumes: Whether to go on from the file, if it is there.
  public init(path: String, interval: Int = 1, seconds: Double = 0, resumes: Bool = true) {
    self.path = path
    self.interval = interval
    self.seconds = seconds
    self.resumes = resumes
  }

  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    if interval < 1 { throw ALSError(.configuration, "interval is \(interval), but it must be 1 or more.") }
    if !(seconds >= 0 && seconds.isFinite) {
      throw ALSError(.configuration, "seconds is \(seconds), but it must be a finite number, 0 or more.")
    }
  }
}
