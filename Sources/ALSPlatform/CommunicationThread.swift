import Dispatch
import Synchronization

/// Talks to the other ranks on a thread of its own, so that they are served while workers compute.
///
/// What is submitted is done in that order, one after the other.
package final class CommunicationThread: Sendable {
  /// A conversation under way.
  package final class Ticket: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let outcome = Mutex<Result<Void, any Error>>(.success(()))

    fileprivate func finish(_ result: Result<Void, any Error>) {
      outcome.withLock { $0 = result }
      done.signal()
    }

    /// Waits for its end; called once.
    package func wait() throws {
      done.wait()
      try outcome.withLock { try $0.get() }
    }
  }

  private let queue = DispatchQueue(label: "als.communication")

  package init() {}

  package func submit(_ conversation: @escaping @Sendable () throws -> Void) -> Ticket {
    let ticket = Ticket()
    queue.async { ticket.finish(Result(catching: conversation)) }
    return ticket
  }
}
