import ALSDense
import ALSPlatform
import CALSTopItems

/// One worker's scratch: a block of users, what they ask of ``RankedItems``, and what the scan finds for them.
///
/// Memory for each user: k numbers, a bit per item, a heap of `count`, and a list of some hundred candidates that grows
/// where scores are too close to be told apart.
final class QueryBlock<Element: Scalar> {
  private let ranked: RankedItems<Element>
  private let path: als_top_path
  private let coordinates: Buffer<Element>
  private let heaps: Buffer<Double>
  /// For each user one bit per item in panel order, set where no user may get it; a user's own are set for its scan.
  private let excluded: Buffer<UInt8>
  private let excludedEverywhere: Buffer<UInt8>
  private var candidates: [Buffer<als_top_candidate>]
  private let queries: Buffer<als_top_query>
  private let active: Buffer<UnsafeMutablePointer<als_top_query>?>

  /// Scratch for `capacity` users that want `count` items each, none of those in `everywhere`.
  init(_ ranked: RankedItems<Element>, users capacity: Int, count: Int, everywhere: [Int32], path: als_top_path) {
    let (k, bytes) = (ranked.vectorLength, ranked.panelCount * RankedItems<Element>.lanes / 8)
    self.ranked = ranked
    self.path = path
    coordinates = Buffer(uninitialized: capacity * k)
    heaps = Buffer(uninitialized: capacity * count)
    excludedEverywhere = Buffer(repeating: 0, count: bytes)
    for item in everywhere { Self.setBit(Int(ranked.positions.pointer[Int(item)]), in: excludedEverywhere.pointer) }
    for fill in ranked.order.count..<bytes * 8 { Self.setBit(fill, in: excludedEverywhere.pointer) }
    excluded = Buffer(uninitialized: capacity * bytes)
    for slot in 0..<capacity {
      (excluded.pointer + slot * bytes).update(from: excludedEverywhere.pointer, count: bytes)
    }
    let room = 2 * count + 512
    candidates = (0..<capacity).map { _ in Buffer(uninitialized: room) }
    queries = Buffer(repeating: als_top_query(), count: capacity)
    active = Buffer(repeating: nil, count: capacity)
    for slot in 0..<capacity {
      let query = queries.pointer + slot
      query.pointee.coordinates = UnsafeRawPointer(coordinates.pointer + slot * k)
      query.pointee.excluded = UnsafePointer(excluded.pointer + slot * bytes)
      query.pointee.heap = heaps.pointer + slot * count
      query.pointee.wanted = count
      query.pointee.candidates = candidates[slot].pointer
      query.pointee.capacity = room
    }
  }

  private static func setBit(_ position: Int, in bits: UnsafeMutablePointer<UInt8>) {
    bits[position >> 3] |= 1 << UInt8(position & 7)
  }

  /// The user in `slot`: its vector, as ``FactorTables`` has it, and the items that it alone must not get.
  ///
  /// - Returns: Whether the vector has a norm that the scan can work with.
  func set(
    _ slot: Int, to user: Int, of tables: FactorTables<Element>, excluding exclusions: Exclusions, offset: Double
  ) -> Bool {
    let norm = tables.userNorm(user)
    guard RankedItems<Element>.safeNorms.contains(norm) else { return false }
    let scale = RankedItems<Element>.scale(for: norm)
    tables.copyUser(user, scaledBy: scale, to: coordinates.pointer + slot * ranked.vectorLength)
    let query = queries.pointer + slot
    query.pointee.norm = RankedItems<Element>.bound(norm * scale, length: ranked.vectorLength)
    // The canonical score adds three numbers more, each sum rounded once.
    query.pointee.error = 2 * Double.ulpOfOne * offset * scale * ranked.scale + ranked.absoluteError
    query.pointee.held = 0
    query.pointee.count = 0
    let bits = excluded.pointer + slot * excludedEverywhere.count
    exclusions.forEachItem(seenBy: user) { Self.setBit(Int(ranked.positions.pointer[$0]), in: bits) }
    return true
  }

  /// Takes a user's own exclusions back.
  func clear(_ slot: Int, of user: Int, excluding exclusions: Exclusions) {
    let bits = excluded.pointer + slot * excludedEverywhere.count
    exclusions.forEachItem(seenBy: user) { item in
      let byte = Int(ranked.positions.pointer[item]) >> 3
      bits[byte] = excludedEverywhere.pointer[byte]
    }
  }

  /// Finds the candidates of the users in the first `count` slots.
  ///
  /// - Complexity: O(`count`·items·k) at worst; norms that fall make it a small part of that.
  func scan(_ count: Int) {
    var items = als_top_items(
      panels: UnsafeRawPointer(ranked.panels.pointer), panel_count: ranked.panelCount,
      factors: ranked.vectorLength, norms: UnsafePointer(ranked.norms.pointer), error: ranked.relativeError,
      precision: Element.self == Float.self ? ALS_TOP_FLOAT : ALS_TOP_DOUBLE)
    for slot in 0..<count { active.pointer[slot] = queries.pointer + slot }
    var (remaining, panel) = (count, 0)
    while true {
      panel = als_top_scan(path, &items, active.pointer, &remaining, panel)
      if panel == ranked.panelCount { break }
      for slot in 0..<count { growIfCrowded(slot) }
    }
    for slot in 0..<count { als_top_compact(queries.pointer + slot, &items) }
  }

  /// The items that may be among the best of the user in `slot`, in no particular order.
  func candidateItems(_ slot: Int) -> [Int32] {
    let found = candidates[slot]
    return (0..<queries.pointer[slot].count).map { ranked.order.pointer[Int(found.pointer[$0].position)] }
  }

  /// Doubles a list that the scan found too full to go on.
  private func growIfCrowded(_ slot: Int) {
    let query = queries.pointer + slot
    guard query.pointee.capacity < 4 * query.pointee.count + 512 else { return }
    let larger = Buffer<als_top_candidate>(uninitialized: 8 * query.pointee.count + 1024)
    larger.pointer.update(from: candidates[slot].pointer, count: query.pointee.count)
    candidates[slot] = larger
    query.pointee.candidates = larger.pointer
    query.pointee.capacity = larger.count
  }
}
