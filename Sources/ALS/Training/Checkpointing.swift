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
  /// Whether to go on from the file, if it is there; otherwise a file that is there is an error.
  public var resumes: Bool

  /// A place and a rhythm.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - interval: How many iterations lie between savings, ≥ 1. With more than one, a copy of the factors is kept in
  ///     memory, to be saved on cancellation.
  ///   - resumes: Whether to go on from the file, if it is there.
  public init(path: String, interval: Int = 1, resumes: Bool = true) {
    self.path = path
    self.interval = interval
    self.resumes = resumes
  }

  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    if interval < 1 { throw ALSError(.configuration, "interval is \(interval), but it must be 1 or more.") }
  }
}
