#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The end of a program that reads a mapped file of which a part is gone.
///
/// Models and compiled interactions stay in their files, which are mapped into memory. Files that are replaced by renaming,
/// as everything here does, are never cut; when somebody truncates one in place, or its disk fails, the system sends
/// SIGBUS to whoever reads it.
public enum MappedFileFailure {
  /// Has `end` end the process then, in place of a backtrace.
  ///
  /// For programs, at their start: the library itself never does.
  ///
  /// Other causes of SIGBUS are left to who had the signal before.
  ///
  /// - Parameter end: Called on a thread of its own, where any code may run, with one line that names the file; it must not
  ///   return. The thread that was reading stands still meanwhile.
  public static func handle(by end: @escaping @Sendable (_ message: String) -> Never) {
    guard
      SignalThread.start(
        answering: [SIGBUS],
        by: { message in
          let path = MappedFiles.path(at: message.address) ?? "a file that is mapped into memory"
          end(
            "\(path): was cut in place while it was read, or its disk failed. Replace files that are in use by renaming, "
              + "and run this again.")
        })
    else { return }
    var action = sigaction()
    let handler: @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void = {
      signal, information, _ in
      // BUS_ADRERR: a page of a file that is not there.
      guard let information, information.pointee.si_code == 2 else {
        sigaction(signal, previous, nil)
        raise(signal)
        return
      }
      #if canImport(Glibc)
        let address = information.pointee._sifields._sigfault.si_addr
      #elseif canImport(Musl)
        let address = information.pointee.__si_fields.__sigfault.si_addr
      #else
        let address = information.pointee.si_addr
      #endif
      SignalThread.pass(signal, address: UInt(bitPattern: address))
      for _ in 0..<30 { sleep(1) }
      _exit(74)
    }
    #if canImport(Glibc)
      action.__sigaction_handler.sa_sigaction = handler
    #elseif canImport(Musl)
      action.__sa_handler.sa_sigaction = handler
    #else
      action.__sigaction_u.__sa_sigaction = handler
    #endif
    action.sa_flags = SA_SIGINFO
    sigaction(SIGBUS, &action, previous)
  }
}

/// What was done with SIGBUS before.
nonisolated(unsafe) private let previous = {
  let action = UnsafeMutablePointer<sigaction>.allocate(capacity: 1)
  action.initialize(to: sigaction())
  return action
}()
