#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs `body`, for whose writing a pipe without a reader is an error and not the end of the process.
package func withoutBrokenPipeSignal<Result>(_ body: () throws -> Result) rethrows -> Result {
  var (broken, before, pending) = (sigset_t(), sigset_t(), sigset_t())
  sigemptyset(&broken)
  sigaddset(&broken, SIGPIPE)
  sigpending(&pending)
  // One that is pending already is somebody else's.
  guard sigismember(&pending, SIGPIPE) == 0, pthread_sigmask(SIG_BLOCK, &broken, &before) == 0 else {
    return try body()
  }
  defer {
    sigpending(&pending)
    if sigismember(&pending, SIGPIPE) == 1 {
      var received: Int32 = 0
      sigwait(&broken, &received)
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }
  return try body()
}
