/// Scratch that one worker at a time uses; the worker's number is the key to it.
struct PerWorker<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
