import COpenBLAS
import Synchronization

/// Runs `body` with OpenBLAS held at one thread, because the engine runs its own workers.
///
/// The thread count is global to the process, so the first caller in saves it and the last one out restores it: two
/// trainings at once are safe, in any order of leaving. Does nothing useful with the OpenMP build of OpenBLAS, whose
/// count follows `OMP_NUM_THREADS`.
///
/// `threads` are those that `body` calls it from at once. There is room for their buffers then, or the process ends.
package func withSingleThreadedBLAS<Result, Failure: Error>(
  threads: Int = 1, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  BLASThreads.hold(threads)
  defer { BLASThreads.release() }
  return try body()
}

private enum BLASThreads {
  static let holders = Mutex((count: 0, saved: Int32(1), buffers: 0))

  static func hold(_ threads: Int) {
    holders.withLock { state in
      let needed = state.count + threads
      if needed > state.buffers {
        BLASBuffers.claim(needed, claimed: state.buffers)
        state.buffers = needed
      }
      if state.count == 0 {
        state.saved = openblas_get_num_threads()
        openblas_set_num_threads(1)
      }
      state.count += 1
    }
  }

  static func release() {
    holders.withLock { state in
      state.count -= 1
      if state.count == 0 { openblas_set_num_threads(state.saved) }
    }
  }
}

/// Which OpenBLAS this process runs on.
public struct BLASBuild: Sendable {
  /// The build's own description, such as "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Zen MAX_THREADS=64".
  public let configuration: String
  /// The processor type that its kernels were chosen for at run time.
  public let core: String
  /// The threads it would use outside the engine.
  public let threads: Int

  /// Asks the library that is loaded.
  public static var current: BLASBuild {
    func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
      pointer.map { String(cString: $0).split(separator: " ").joined(separator: " ") } ?? "unknown"
    }
    return BLASBuild(
      configuration: text(openblas_get_config()), core: text(openblas_get_corename()),
      threads: Int(openblas_get_num_threads()))
  }
}
