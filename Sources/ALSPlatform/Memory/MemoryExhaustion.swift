import Synchronization

/// What happens when the system has no more memory: a library can only trap, a program can say more.
package enum MemoryExhaustion {
  private static let handler = Mutex<(@Sendable (_ bytes: Int) -> Never)?>(nil)

  /// Makes `handler` end the process.
  package static func handle(by handler: @escaping @Sendable (_ bytes: Int) -> Never) {
    self.handler.withLock { $0 = handler }
  }

  package static func end(wanting bytes: Int) -> Never {
    if let handler = handler.withLock({ $0 }) { handler(bytes) }
    fatalError("out of memory: no \(bytes) bytes to be had")
  }
}
