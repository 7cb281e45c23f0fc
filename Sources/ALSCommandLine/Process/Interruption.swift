import ALSPlatform
import Dispatch
import Foundation
import Synchronization

/// What happens on Ctrl-C or `kill`: unfinished files go, the old ones stay, and the exit code tells.
///
/// Work that has something to show for itself when it is cut short runs in ``firstCancels(saying:_:)``.
enum Interruption {
  /// What the next signal does instead of ending the process.
  private static let handler = Mutex<(@Sendable (_ signal: Int32) -> Void)?>(nil)

  /// What a signal that ends the process is answered with besides.
  static let remark = Shared("")

  /// Called once, before any other thread runs; `isSilent` leaves messages to others.
  static func install(isSilent: Bool = false) {
    let isStarted = SignalThread.start(answering: [SIGINT, SIGTERM]) { message in
      let number = message.signal
      if let handler = handler.withLock({ $0.take() }) { return handler(number) }
      UnfinishedFiles.removeAll()
      let remark = remark.value
      if !isSilent {
        StandardError.draw("\n")
        StandardError.report(
          "\(number == SIGINT ? "interrupted" : "terminated"); unfinished output was removed."
            + (remark.isEmpty ? "" : " \(remark)"))
      }
      _exit(128 + number)
    }
    // Without a thread to answer them, they end the process as they always do.
    guard isStarted else { return }
    for number in [SIGINT, SIGTERM] { signal(number) { SignalThread.pass($0) } }
  }

  /// Runs `body` in a task of its own, which the first signal cancels; a second one ends the process.
  ///
  /// - Returns: The signal that came, if one did; what `body` throws because of it is not passed on.
  static func firstCancels(
    saying notice: String, _ body: @escaping @Sendable () throws -> Void
  ) throws -> Int32? {
    let (received, outcome) = (Shared<Int32?>(nil), Shared<Result<Void, any Error>>(.success(())))
    let done = DispatchSemaphore(value: 0)
    let task = Task.detached {
      outcome.set(Result(catching: body))
      done.signal()
    }
    handler.withLock {
      $0 = { number in
        received.set(number)
        StandardError.draw("\n")
        StandardError.report(notice)
        task.cancel()
      }
    }
    done.wait()
    handler.withLock { $0 = nil }
    if let number = received.value, case .failure(is CancellationError) = outcome.value { return number }
    try outcome.value.get()
    return received.value
  }
}
