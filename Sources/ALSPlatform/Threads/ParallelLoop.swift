import Dispatch
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Calls `body` once for every chunk of `0..<count`, from `workers` threads, and returns when all are done.
///
/// Chunks are handed out in order from a shared counter, so a worker that meets expensive chunks takes fewer of them.
/// `worker` is in `0..<workers` and no two calls run with the same one at once: it indexes per-worker scratch.
/// Blocks the calling thread, which works too; pointers that are valid around the call stay valid inside.
///
/// - Complexity: O(`count` / `size`) calls.
package func parallelForEachChunk(
  of count: Int, size: Int, workers: Int,
  _ body: @Sendable (_ chunk: Range<Int>, _ worker: Int) -> Void
) {
  precondition(size > 0 && workers > 0)
  let chunks = (count + size - 1) / size
  if workers == 1 || chunks <= 1 {
    for chunk in 0..<max(chunks, 0) { body(chunk * size..<min((chunk + 1) * size, count), 0) }
    return
  }
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: min(workers, chunks)) { worker in
    while true {
      let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if chunk >= chunks { return }
      body(chunk * size..<min((chunk + 1) * size, count), worker)
    }
  }
}

/// The processors that this process may run on: honours `taskset` and container cpusets.
///
/// Asked for once: it takes as long as ranking the items for a user, because Foundation reads the container's limits from files.
package let availableProcessors = max(1, ProcessInfo.processInfo.activeProcessorCount)

/// The concatenation, in order, of what `body` returns for every chunk of `0..<count`; see ``parallelForEachChunk``.
package func parallelMapChunks<Result: Sendable>(
  of count: Int, size: Int, workers: Int,
  _ body: @Sendable (_ chunk: Range<Int>, _ worker: Int) -> [Result]
) -> [Result] {
  let chunks = (count + size - 1) / size
  // A chunk has a place of its own, so that nothing is locked.
  let parts = Places<[Result]>(repeating: [], count: chunks)
  parallelForEachChunk(of: count, size: size, workers: workers) { chunk, worker in
    parts.memory[chunk.lowerBound / size] = body(chunk, worker)
  }
  return Array(parts.memory.joined())
}

/// One place for each of several workers, which do not touch each other's.
private final class Places<Value>: @unchecked Sendable {
  let memory: UnsafeMutableBufferPointer<Value>

  init(repeating value: Value, count: Int) {
    memory = .allocate(capacity: count)
    memory.initialize(repeating: value)
  }

  deinit {
    memory.deinitialize()
    memory.deallocate()
  }
}
