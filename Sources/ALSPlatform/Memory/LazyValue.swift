import Synchronization

/// A value that is made when it is first asked for, once, by whichever thread asks first; others wait for it.
///
/// Once it is there, asking takes one atomic load and no lock.
package final class LazyValue<Value: Sendable>: Sendable {
  private final class Box: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  private let made = AtomicLazyReference<Box>()
  private let making = Mutex(())

  package init() {}

  /// The value, made by `make` in the first call; when that throws, the next call tries again.
  package func value<Failure: Error>(_ make: () throws(Failure) -> Value) throws(Failure) -> Value {
    if let made = made.load() { return made.value }
    return try making.withLock { _ throws(Failure) in
      if let made = made.load() { return made.value }
      return made.storeIfNil(Box(try make())).value
    }
  }
}
