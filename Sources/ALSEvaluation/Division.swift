import ALSPlatform
import ALSSparse

/// Divides columns of events by a mask, keeping their order.
struct Division {
  private let mask: Buffer<Bool>
  private let threads: Int
  /// How many events before each block are selected, and last how many there are in all.
  private let selectedBefore: [Int]

  private static let blockSize = 1 << 16

  init(by mask: Buffer<Bool>, threads: Int) {
    let blocks = (mask.count + Self.blockSize - 1) / Self.blockSize
    let selected = Buffer<Int>(repeating: 0, count: blocks)
    parallelForEachChunk(of: mask.count, size: Self.blockSize, workers: threads) { block, _ in
      selected.pointer[block.lowerBound / Self.blockSize] = block.reduce(0) { $0 + (mask.pointer[$1] ? 1 : 0) }
    }
    var before = [0]
    for block in 0..<blocks { before.append(before[block] + selected.pointer[block]) }
    self.mask = mask
    self.threads = threads
    selectedBefore = before
  }

  /// The elements that the mask leaves out, and those that it selects.
  func callAsFunction<Element: Sendable>(_ column: Buffer<Element>) -> (
    rest: Buffer<Element>, selected: Buffer<Element>
  ) {
    let total = selectedBefore[selectedBefore.count - 1]
    let rest = Buffer<Element>(uninitialized: mask.count - total)
    let selected = Buffer<Element>(uninitialized: total)
    parallelForEachChunk(of: mask.count, size: Self.blockSize, workers: threads) { block, _ in
      var toSelected = selectedBefore[block.lowerBound / Self.blockSize]
      var toRest = block.lowerBound - toSelected
      for event in block {
        if mask.pointer[event] {
          selected.pointer[toSelected] = column.pointer[event]
          toSelected += 1
        } else {
          rest.pointer[toRest] = column.pointer[event]
          toRest += 1
        }
      }
    }
    return (rest, selected)
  }
}

extension Events {
  /// The events that `mask` leaves out, and those that it selects.
  ///
  /// - Complexity: O(`count`).
  func divided(by mask: Buffer<Bool>, threads: Int) -> (rest: Events, selected: Events) {
    let divide = Division(by: mask, threads: threads)
    let (users, items) = (divide(userIndices), divide(itemIndices))
    let (values, times) = (values.map { divide($0) }, times.map { divide($0) })
    return (
      Events(
        users: self.users, items: self.items, userIndices: users.rest, itemIndices: items.rest,
        values: values?.rest, times: times?.rest),
      Events(
        users: self.users, items: self.items, userIndices: users.selected, itemIndices: items.selected,
        values: values?.selected, times: times?.selected)
    )
  }
}
