// Which locks the thread sanitizer reports: swiftc -g -sanitize=thread mutex.swift && ./mutex KIND
//
// KIND is contended, uncontended, spinning or foundation; only `contended` has been reported, in most runs, and the count is right
// in all.
import Dispatch
import Foundation
import Synchronization

final class Counter: @unchecked Sendable {
  let mutex = Mutex(0)
  let flag = Atomic(false)
  let lock = NSLock()
  var count = 0

  func add(_ kind: String) {
    switch kind {
    case "contended", "uncontended": mutex.withLock { $0 += 1 }
    case "spinning":
      while !flag.compareExchange(
        expected: false, desired: true, successOrdering: .acquiring, failureOrdering: .relaxed
      ).exchanged {}
      count += 1
      flag.store(false, ordering: .releasing)
    default: lock.withLock { count += 1 }
    }
  }

  func total(_ kind: String) -> Int { kind.hasSuffix("contended") ? mutex.withLock(\.self) : count }
}

let kind = CommandLine.arguments.dropFirst().first ?? "contended"
let counter = Counter()
if kind == "uncontended" {
  // From another thread each time, but never at once.
  for _ in 0..<50 {
    let thread = Thread { for _ in 0..<1000 { counter.add(kind) } }
    thread.start()
    while !thread.isFinished { usleep(100) }
  }
} else {
  DispatchQueue.concurrentPerform(iterations: 5) { _ in for _ in 0..<10000 { counter.add(kind) } }
}
print(kind, counter.total(kind), "of 50000")
