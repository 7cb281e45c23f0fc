import Synchronization

/// Set once the task that trains is cancelled; workers look at it between chunks.
final class CancellationFlag: Sendable {
  private let flag = Atomic(false)

  func set() { flag.store(true, ordering: .relaxed) }

  /// Whether to stop.
  ///
  /// Called on a worker: only the one on the caller's thread can see the task, and it tells the rest.
  func isSetOnAnyWorker() -> Bool {
    if Task.isCancelled { flag.store(true, ordering: .relaxed) }
    return flag.load(ordering: .relaxed)
  }

  /// Throws `CancellationError` when the flag is set or the current task is cancelled.
  func check() throws {
    if isSetOnAnyWorker() { throw CancellationError() }
  }
}
