import Synchronization

/// A value that is made when it is first asked for, once, by whichever thread asks first; others wait for it.
package final class LazyValue<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)

  package init() {}

  /// The value, made by `make` in the first call.
  package func value(_ make: () -> Value) -> Value {
    made.withLock { value in
      if let value { return value }
      let new = make()
      value = new
      return new
    }
  }
}
