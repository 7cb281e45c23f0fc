import ALSPlatform
import ALSSparse

/// Copies the chosen elements of columns, keeping their order.
struct SelectedElements {
  private let count: Int
  private let threads: Int
  private let isSelected: @Sendable (Int) -> Bool
  /// How many elements before each block are selected, and last how many there are in all.
  private let selectedBefore: [Int]

  private static let blockSize = 1 << 16

  init(of count: Int, threads: Int, where isSelected: @escaping @Sendable (Int) -> Bool) {
    let blocks = (count + Self.blockSize - 1) / Self.blockSize
    let selected = Buffer<Int>(repeating: 0, count: blocks)
    parallelForEachChunk(of: count, size: Self.blockSize, workers: threads) { block, _ in
      selected.pointer[block.lowerBound / Self.blockSize] = block.count(where: isSelected)
    }
    var before = [0]
    for block in 0..<blocks { before.append(before[block] + selected.pointer[block]) }
    (self.count, self.threads, self.isSelected, selectedBefore) = (count, threads, isSelected, before)
  }

  func callAsFunction<Element: Sendable>(_ column: Buffer<Element>) -> Buffer<Element> {
    let selected = Buffer<Element>(uninitialized: selectedBefore[selectedBefore.count - 1])
    parallelForEachChunk(of: count, size: Self.blockSize, workers: threads) { block, _ in
      var next = selectedBefore[block.lowerBound / Self.blockSize]
      for index in block where isSelected(index) {
        selected.pointer[next] = column.pointer[index]
        next += 1
      }
    }
    return selected
  }

  func callAsFunction(_ events: Events) -> Events {
    Events(
      users: events.users, items: events.items, userIndices: self(events.userIndices),
      itemIndices: self(events.itemIndices), values: events.values.map { self($0) },
      times: events.times.map { self($0) }, weights: events.weights.map { self($0) })
  }
}
