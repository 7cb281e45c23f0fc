/// Memory for whole rows; a worker fills its own again and again.
///
/// The last byte is a line feed, and some bytes after it can be read.
final class Block {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  /// How many bytes there are.
  var count = 0
  /// The position of the block in the input.
  var number = 0

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(capacity: capacity + RowGrammar.padding)
    base.initialize(repeating: 0, count: capacity + RowGrammar.padding)
  }

  deinit { base.deallocate() }

  /// Makes room for `wanted` bytes and keeps those that are there.
  func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + RowGrammar.padding)
    larger.update(from: base, count: count)
    (larger + wanted).initialize(repeating: 0, count: RowGrammar.padding)
    base.deallocate()
    (base, capacity) = (larger, wanted)
  }

  /// Gives the memory back; there is room for nothing afterwards.
  func release() {
    base.deallocate()
    base = .allocate(capacity: RowGrammar.padding)
    (capacity, count) = (0, 0)
  }

  var start: UnsafePointer<UInt8> { UnsafePointer(base) }
  var end: UnsafePointer<UInt8> { UnsafePointer(base + count) }
}
