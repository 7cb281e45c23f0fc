#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread that answers signals, where any code may run; a handler may do almost nothing.
///
/// It is there from the start, so that signals are answered when there is no memory for a thread any more.
package final class SignalThread: Sendable {
  /// What a handler tells the thread.
  package struct Message: Sendable {
    package let signal: Int32
    /// The address that could not be reached, where the signal comes from one.
    package let address: UInt
  }

  /// The writing end of the pipe to the thread that answers a signal, by the signal's number.
  nonisolated(unsafe) private static let pipes = {
    let pipes = UnsafeMutablePointer<Int32>.allocate(capacity: 128)
    pipes.initialize(repeating: -1, count: 128)
    return pipes
  }()

  private let signals: [Int32]
  private let answer: @Sendable (Message) -> Void
  private let reading: Int32

  private init(_ signals: [Int32], reading: Int32, answer: @escaping @Sendable (Message) -> Void) {
    (self.signals, self.reading, self.answer) = (signals, reading, answer)
  }

  /// Starts a thread that answers `signals`, whose handlers pass them on by ``pass(_:address:)``.
  ///
  /// - Returns: Whether there is one.
  package static func start(
    answering signals: [Int32], by answer: @escaping @Sendable (Message) -> Void
  ) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return false }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // A handler must not wait.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    for signal in signals { pipes[Int(signal)] = ends[1] }
    let thread = SignalThread(signals, reading: ends[0], answer: answer)
    #if canImport(Darwin)
      var identifier: pthread_t?
    #else
      var identifier = pthread_t()
    #endif
    // Not initialised by Swift: whose initialiser that is depends on which module read the header first.
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    defer { attributes.deallocate() }
    pthread_attr_init(attributes)
    pthread_attr_setstacksize(attributes, 1 << 19)
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    let isStarted =
      pthread_create(
        &identifier, attributes,
        { argument in
          #if canImport(Darwin)
            let thread: UnsafeMutableRawPointer? = argument
          #else
            let thread = argument
          #endif
          if let thread { Unmanaged<SignalThread>.fromOpaque(thread).takeRetainedValue().run() }
          return nil
        }, Unmanaged.passRetained(thread).toOpaque()) == 0
    pthread_attr_destroy(attributes)
    return isStarted
  }

  /// What a handler calls, with no effect on what it interrupts.
  package static func pass(_ signal: Int32, address: UInt = 0) {
    let before = errno
    var message = Message(signal: signal, address: address)
    _ = write(pipes[Int(signal)], &message, MemoryLayout<Message>.size)
    errno = before
  }

  private func run() {
    // Whoever started the process may have had them held back.
    var own = sigset_t()
    sigemptyset(&own)
    for signal in signals { sigaddset(&own, signal) }
    pthread_sigmask(SIG_UNBLOCK, &own, nil)
    var message = Message(signal: 0, address: 0)
    while true {
      let count = read(reading, &message, MemoryLayout<Message>.size)
      if count == MemoryLayout<Message>.size { answer(message) } else if count >= 0 || errno != EINTR { return }
    }
  }
}
