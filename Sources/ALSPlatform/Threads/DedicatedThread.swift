import Dispatch

/// Runs `body` on a thread of its own, so that the caller's task waits without holding a thread of Swift's pool.
///
/// A private queue's thread is not one of the pool's, which has one thread per processor and must not be blocked.
package func onDedicatedThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result
{
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue(label: "als").async { continuation.resume(with: Swift.Result(catching: body)) }
  }
}
