/// A map from 64-bit keys that is never changed, only copied with other entries: a copy shares all but a few nodes.
///
/// A trie over six bits of the key at a time, whose nodes hold the children that are there: Bagwell, "Ideal Hash Trees",
/// EPFL 2001. Keys should differ in their low bits.
package struct PersistentMap<Value: Sendable>: Sendable {
  private enum Slot: Sendable {
    case entry(key: UInt64, value: Value)
    case node(Node)
  }

  private final class Node: Sendable {
    /// Which of 64 children are there, and those, in order.
    let taken: UInt64
    let slots: [Slot]

    init(taken: UInt64, slots: [Slot]) { (self.taken, self.slots) = (taken, slots) }

    static func place(_ bit: UInt64, in taken: UInt64) -> Int { (taken & (bit &- 1)).nonzeroBitCount }
  }

  private var root: Node?
  /// The number of entries.
  package private(set) var count = 0

  /// An empty map.
  package init() {}

  private static func bit(_ key: UInt64, _ shift: UInt64) -> UInt64 { 1 << (key >> shift & 63) }

  /// The value of a key, if it has one.
  ///
  /// - Complexity: O(log `count`) to the base of 64.
  package subscript(key: UInt64) -> Value? {
    var (node, shift): (Node?, UInt64) = (root, 0)
    while let current = node {
      let bit = Self.bit(key, shift)
      guard current.taken & bit != 0 else { return nil }
      switch current.slots[Node.place(bit, in: current.taken)] {
      case .entry(let found, let value): return found == key ? value : nil
      case .node(let next): (node, shift) = (next, shift + 6)
      }
    }
    return nil
  }

  /// Gives a key another value; copies made before keep theirs.
  ///
  /// - Complexity: O(log `count`) nodes of up to 64 children.
  package mutating func set(_ value: Value, for key: UInt64) {
    var isNew = true
    root = Self.setting(value, for: key, in: root, shift: 0, isNew: &isNew)
    if isNew { count += 1 }
  }

  private static func setting(
    _ value: Value, for key: UInt64, in node: Node?, shift: UInt64, isNew: inout Bool
  ) -> Node {
    let bit = bit(key, shift)
    guard let node else { return Node(taken: bit, slots: [.entry(key: key, value: value)]) }
    let place = Node.place(bit, in: node.taken)
    var slots = node.slots
    guard node.taken & bit != 0 else {
      slots.insert(.entry(key: key, value: value), at: place)
      return Node(taken: node.taken | bit, slots: slots)
    }
    switch slots[place] {
    case .entry(let found, _) where found == key:
      isNew = false
      slots[place] = .entry(key: key, value: value)
    case .entry(let found, let other):
      var ignored = true
      let below = setting(other, for: found, in: nil, shift: shift + 6, isNew: &ignored)
      slots[place] = .node(setting(value, for: key, in: below, shift: shift + 6, isNew: &ignored))
    case .node(let next):
      slots[place] = .node(setting(value, for: key, in: next, shift: shift + 6, isNew: &isNew))
    }
    return Node(taken: node.taken, slots: slots)
  }

  /// Calls `body` with all entries, in an order that follows from the keys alone.
  package func forEach(_ body: (_ key: UInt64, _ value: Value) throws -> Void) rethrows {
    func visit(_ node: Node) throws {
      for slot in node.slots {
        switch slot {
        case .entry(let key, let value): try body(key, value)
        case .node(let next): try visit(next)
        }
      }
    }
    if let root { try visit(root) }
  }
}
