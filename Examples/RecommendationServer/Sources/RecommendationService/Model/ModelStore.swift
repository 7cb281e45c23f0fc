package import ALS
import Synchronization

/// The model in service; replacing it is one assignment.
public final class ModelStore: Sendable {
  /// What is loaded.
  public let files: ServedFiles
  private let state: Mutex<State>

  private struct State {
    var served: ServedModel
    var failedReloads = 0
    var lastFailure: String?
    /// The stamps at the last attempt, so that a broken file is read once.
    var tried: [String: FileStamp?]
  }

  /// Loads the files.
  ///
  /// - Throws: `ALSError` when one of them is missing or broken.
  public init(_ files: ServedFiles) throws {
    self.files = files
    let served = try ServedModel(files)
    state = Mutex(State(served: served, tried: served.stamps))
  }

  /// What a request is answered from.
  package var served: ServedModel { state.withLock { $0.served } }

  /// How often files were refused since the start, and why the last time; the reason is `nil` once a reload succeeds.
  package var failures: (count: Int, last: String?) { state.withLock { ($0.failedReloads, $0.lastFailure) } }

  /// What came of a look at the files.
  package enum Change: Sendable {
    case none
    case reloaded(ServedModel)
    case refused(ALSError)
  }

  /// Loads the files if they have changed since the last attempt; until that has succeeded the old model stays.
  ///
  /// Blocks its thread. One caller at a time: two would load the same files twice.
  package func reloadIfChanged() -> Change {
    let stamps = Dictionary(uniqueKeysWithValues: Set(files.all).map { ($0, try? FileStamp(of: $0)) })
    let (previous, isNew) = state.withLock { state in
      defer { state.tried = stamps }
      return (state.served, state.tried != stamps)
    }
    guard isNew else { return .none }
    do {
      // The other processors go on answering.
      let served = try ServedModel(files, after: previous, threads: 1)
      state.withLock {
        $0.served = served
        $0.lastFailure = nil
        // What was loaded may be newer than what was seen at first.
        $0.tried = served.stamps
      }
      return .reloaded(served)
    } catch {
      let error = error as? ALSError ?? ALSError(.inputOutput, "\(files.model): \(error)")
      state.withLock {
        $0.failedReloads += 1
        $0.lastFailure = error.message
      }
      return .refused(error)
    }
  }
}
