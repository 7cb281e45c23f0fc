/// The most threads that anything here works with: more than a few for each processor would only wait for one another.
package var mostThreads: Int { 4 * availableProcessors }

/// The number of threads for a `threads` argument: all processors when `nil`, and never more than four for each.
///
/// The one rule for every call and every command.
///
/// - Throws: `ALSError` when `threads` is less than 1.
package func threadCount(_ threads: Int?) throws -> Int {
  let threads = threads ?? availableProcessors
  if threads < 1 { throw ALSError(.configuration, "threads is \(threads), but it must be 1 or more.") }
  return min(threads, mostThreads)
}
