import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Talks to the other ranks on a thread of its own, so that they are served while workers compute.
///
/// Conversations begin in the order in which they were submitted, the same in all ranks, and are under way together: the
/// time that messages take to arrive is waited for once for all of them.
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

  private struct Conversation {
    let exchange: any ExchangeUnderWay
    let ticket: Ticket
    /// What began it keeps its buffers, also when nobody waits any more.
    let begin: @Sendable () throws -> any ExchangeUnderWay
  }

  private let queue = DispatchQueue(label: "als.communication")
  private let underWay = Mutex<[Conversation]>([])

  package init() {}

  /// Begins an exchange once those before it have begun.
  package func submit(_ begin: @escaping @Sendable () throws -> any ExchangeUnderWay) -> Ticket {
    let ticket = Ticket()
    queue.async { [self] in
      do {
        let conversation = Conversation(exchange: try begin(), ticket: ticket, begin: begin)
        let isFirst = underWay.withLock {
          $0.append(conversation)
          return $0.count == 1
        }
        if isFirst { queue.async { self.attend() } }
      } catch {
        ticket.finish(.failure(error))
      }
    }
    return ticket
  }

  /// Looks after what is under way, and again after what was submitted meanwhile.
  private func attend() {
    let (count, left) = underWay.withLock { conversations in
      let count = conversations.count
      conversations.removeAll { conversation in
        let result = Result { try conversation.exchange.isDone() }
        if case .success(false) = result { return false }
        conversation.ticket.finish(result.map { _ in })
        return true
      }
      return (count, conversations.count)
    }
    if left == count { sched_yield() }
    if left > 0 { queue.async { self.attend() } }
  }
}
