import ALSDense
import ALSPlatform

/// One worker's scratch: a block of users, what they ask of ``RankedItems``, and what the scan finds for them.
final class QueryBlock<Element: Scalar> {
  private let ranked: RankedItems<Element>
  private let scan: TopItemScan<Element>
  /// One bit per item in panel order, set where no user may get it; a user's own are set for its scan alone.
  private let excludedEverywhere: Buffer<UInt8>

  /// Scratch for `capacity` users that want `count` items each, none of those in `everywhere`.
  init(
    _ ranked: RankedItems<Element>, users capacity: Int, count: Int, everywhere: [Int32], instructions: InstructionSet
  ) {
    let bytes = ranked.panels.bitmapBytes
    self.ranked = ranked
    scan = TopItemScan(
      ranked.panels, users: capacity, count: count, room: 2 * count + 512, instructions: instructions)
    excludedEverywhere = Buffer(repeating: 0, count: bytes)
    for item in everywhere { Self.setBit(Int(ranked.positions.pointer[Int(item)]), in: excludedEverywhere.pointer) }
    for fill in ranked.order.count..<bytes * 8 { Self.setBit(fill, in: excludedEverywhere.pointer) }
    for slot in 0..<capacity { scan.excluded(slot).update(from: excludedEverywhere.pointer, count: bytes) }
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
    tables.copyUser(user, scaledBy: scale, to: scan.vector(slot))
    scan.begin(
      slot, norm: RankedItems<Element>.bound(norm * scale, length: ranked.panels.vectorLength),
      // The canonical score adds three numbers more, each sum rounded once.
      error: 2 * Double.ulpOfOne * offset * scale * ranked.scale + ranked.absoluteError)
    let bits = scan.excluded(slot)
    exclusions.forEachItem(seenBy: user) { Self.setBit(Int(ranked.positions.pointer[$0]), in: bits) }
    return true
  }

  /// Takes a user's own exclusions back.
  func clear(_ slot: Int, of user: Int, excluding exclusions: Exclusions) {
    let bits = scan.excluded(slot)
    exclusions.forEachItem(seenBy: user) { item in
      let byte = Int(ranked.positions.pointer[item]) >> 3
      bits[byte] = excludedEverywhere.pointer[byte]
    }
  }

  /// Finds the candidates of the users in the first `count` slots.
  ///
  /// - Complexity: O(`count`·items·k) at worst; norms that fall make it a small part of that.
  func find(_ count: Int) { scan.run(count) }

  /// The items that may be among the best of the user in `slot`, in no particular order.
  func candidateItems(_ slot: Int) -> [Int32] {
    var items = scan.positions(slot)
    for index in items.indices { items[index] = ranked.order.pointer[Int(items[index])] }
    return items
  }
}
