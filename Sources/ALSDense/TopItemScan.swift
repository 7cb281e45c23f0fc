import ALSPlatform
import CALSKernels

/// A block of users, what they ask of ``ItemPanels``, and the candidates that a scan finds for them: the items that may
/// be among the best of each, when computed scores are off by what is said.
///
/// Memory for each user: k numbers, a bit per item, a heap of the items wanted, and a list of candidates that grows where
/// scores are too close to be told apart.
package final class TopItemScan<Element: Scalar> {
  private let panels: ItemPanels<Element>
  private let instructions: InstructionSet
  private let vectors: Buffer<Element>
  private let heaps: Buffer<Double>
  private let bitmaps: Buffer<UInt8>
  private var lists: [Buffer<als_top_candidate>]
  private let queries: Buffer<als_top_query>
  private let order: Buffer<UnsafeMutablePointer<als_top_query>>

  /// Scratch for `capacity` users that want `count` items each, 1 or more; lists have room for `room` candidates at first.
  package init(
    _ panels: ItemPanels<Element>, users capacity: Int, count: Int, room: Int, instructions: InstructionSet
  ) {
    let (k, bytes) = (panels.vectorLength, panels.bitmapBytes)
    (self.panels, self.instructions) = (panels, instructions)
    vectors = Buffer(uninitialized: capacity * k)
    heaps = Buffer(uninitialized: capacity * count)
    bitmaps = Buffer(repeating: 0, count: capacity * bytes)
    lists = (0..<capacity).map { _ in Buffer(uninitialized: room) }
    queries = Buffer(uninitialized: capacity)
    order = Buffer(uninitialized: capacity)
    for slot in 0..<capacity {
      let query = als_top_query(
        coordinates: vectors.pointer + slot * k, norm: 0, error: 0, excluded: bitmaps.pointer + slot * bytes,
        heap: heaps.pointer + slot * count, wanted: count, held: 0, candidates: lists[slot].pointer, count: 0,
        capacity: room)
      (queries.pointer + slot).initialize(to: query)
    }
  }

  /// The vector of the user in `slot`, to be written.
  package func vector(_ slot: Int) -> UnsafeMutablePointer<Element> { vectors.pointer + slot * panels.vectorLength }

  /// One bit per item in panel order, to be set for items to leave out and for the fill of the last panel.
  package func excluded(_ slot: Int) -> UnsafeMutablePointer<UInt8> { bitmaps.pointer + slot * panels.bitmapBytes }

  /// Begins a request for the vector in `slot`, whose norm is `norm` or a little less, with an error of its scores that
  /// does not depend on the items.
  package func begin(_ slot: Int, norm: Double, error: Double) {
    let query = queries.pointer + slot
    (query.pointee.norm, query.pointee.error) = (norm, error)
    (query.pointee.held, query.pointee.count) = (0, 0)
  }

  /// Finds the candidates of the users in the first `count` slots, which have begun a request.
  ///
  /// - Complexity: O(`count`·items·k) at worst; norms that fall make it a small part of that.
  package func run(_ count: Int) {
    for slot in 0..<count { (order.pointer + slot).initialize(to: queries.pointer + slot) }
    var state = ScanState(
      code: als_top_scan(items: panels.code, queries: order.pointer, query_count: count, active: count, panel: 0))
    while !Element.scan(&state, instructions: instructions) {
      for slot in 0..<count { growIfCrowded(slot) }
    }
  }

  /// The positions in the panels of what was found for the user in `slot`, in no particular order.
  package func positions(_ slot: Int) -> [Int32] { candidates(slot).map(\.position) }

  /// The scores that belong to ``positions(_:)``, as the scan computed them.
  package func scores(_ slot: Int) -> [Double] { candidates(slot).map(\.score) }

  private func candidates(_ slot: Int) -> UnsafeBufferPointer<als_top_candidate> {
    UnsafeBufferPointer(start: lists[slot].pointer, count: queries.pointer[slot].count)
  }

  /// Doubles a list that the scan found too full to go on.
  private func growIfCrowded(_ slot: Int) {
    let query = queries.pointer + slot
    guard query.pointee.capacity < 4 * query.pointee.count + 512 else { return }
    let larger = Buffer<als_top_candidate>(uninitialized: 8 * query.pointee.count + 1024)
    larger.pointer.update(from: lists[slot].pointer, count: query.pointee.count)
    lists[slot] = larger
    query.pointee.candidates = larger.pointer
    query.pointee.capacity = larger.count
  }
}

/// How far a ``TopItemScan`` has come.
package struct ScanState {
  var code: als_top_scan
}
