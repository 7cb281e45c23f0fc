package import ALSPlatform

/// The identifiers of all users, or of all items, by index.
///
/// Tables made here are sorted (integers by value, strings by their UTF-8 bytes), so that an index does not depend on
/// the order of the input and a look-up needs nothing but the table itself, which may lie in a mapped file.
/// Tables from elsewhere may be in any order.
///
/// - Complexity: from identifier to index O(log `count`), from index to identifier O(1).
public struct Identifiers: Sendable {
  package enum Storage: Sendable {
    case integers(Buffer<Int64>)
    /// The UTF-8 bytes of string i are `bytes[offsets[i]..<offsets[i + 1]]`.
    case strings(bytes: Buffer<UInt8>, offsets: Buffer<Int64>)
  }

  package let storage: Storage
  /// Positions in ascending order of their identifiers, or `nil` when the table itself is sorted.
  private let sortedOrder: Buffer<Int32>?

  /// A table in any order, from memory that may hold anything; throws when it is no table, or has an identifier twice.
  ///
  /// - Complexity: O(bytes) when sorted, O(`count` log `count`) otherwise.
  package init(_ storage: Storage) throws {
    if let problem = storage.brokenInvariant() {
      throw ALSError(.data, "\(problem). Write the file again, or correct it.")
    }
    self.storage = storage
    if storage.isStrictlyAscending {
      sortedOrder = nil
      return
    }
    let order = (0..<Int32(storage.count)).sorted { storage.order(Int($0), Int($1)) < 0 }
    for (a, b) in zip(order, order.dropFirst()) where storage.order(Int(a), Int(b)) == 0 {
      throw ALSError(
        .data, "identifier \(storage[Int(a)]) is in the table twice, at \(a) and \(b). Make them distinct.")
    }
    sortedOrder = Buffer(order)
  }

  /// A table whose maker knows it to be in strictly ascending order.
  package init(ascending storage: Storage) {
    assert(storage.isStrictlyAscending)
    self.storage = storage
    sortedOrder = nil
  }

  /// The numbers from 0 on, for things that are called by their positions.
  package init(positions count: Int) { self.init(ascending: .integers(Buffer((0..<Int64(count)).map(\.self)))) }

  /// The position of `identifier`, or `nil` when it is not in the table.
  ///
  /// An integer and its canonical text are the same identifier, whichever way the table stores it.
  ///
  /// - Complexity: O(log `count`).
  public func index(of identifier: Identifier) -> Int? {
    switch (storage, identifier) {
    case (.integers(let values), .integer(let number)):
      return search { values.pointer[$0] < number ? -1 : values.pointer[$0] == number ? 0 : 1 }
    case (.integers, .string(let text)):
      if case .integer(let number) = Identifier(text) { return index(of: .integer(number)) }
      return nil
    case (.strings, _):
      var text = identifier.description
      return text.withUTF8 { wanted in search { storage.order($0, wanted) } }
    }
  }

  private func search(_ order: (Int) -> Int) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      let position = sortedOrder.map { Int($0.pointer[middle]) } ?? middle
      switch order(position) {
      case 0: return position
      case ..<0: low = middle + 1
      default: high = middle
      }
    }
    return nil
  }
}

extension Identifiers: RandomAccessCollection {
  /// 0.
  public var startIndex: Int { 0 }
  /// The number of identifiers.
  public var endIndex: Int { storage.count }
  /// The identifier at `index`.
  public subscript(index: Int) -> Identifier {
    precondition(index >= 0 && index < count, "index \(index) is outside 0..<\(count)")
    return storage[index]
  }
}

extension Identifiers {
  /// The identifiers at `positions`, in that order.
  ///
  /// - Throws: `ALSError` when a position is there twice.
  package func selecting(_ positions: [Int]) throws -> Identifiers {
    switch storage {
    case .integers(let values): return try Identifiers(.integers(Buffer(positions.map { values[$0] })))
    case .strings(let bytes, let offsets):
      var (text, ends): ([UInt8], [Int64]) = ([], [0])
      for position in positions {
        text += bytes.elements[Int(offsets[position])..<Int(offsets[position + 1])]
        ends.append(Int64(text.count))
      }
      return try Identifiers(.strings(bytes: Buffer(text), offsets: Buffer(ends)))
    }
  }
}

extension Identifiers: Equatable {
  /// Whether both list the same identifiers in the same order.
  public static func == (a: Identifiers, b: Identifiers) -> Bool {
    switch (a.storage, b.storage) {
    case (.integers(let x), .integers(let y)): x === y || x.elements.elementsEqual(y.elements)
    case (.strings(let x, let xs), .strings(let y, let ys)):
      (x === y && xs === ys) || (xs.elements.elementsEqual(ys.elements) && x.elements.elementsEqual(y.elements))
    default: a.count == b.count && zip(a, b).allSatisfy { $0 == $1 }
    }
  }
}

extension Identifiers {
  /// These identifiers, at the same positions, followed by those of `others` that are not among them; and where each of
  /// `others` is in the result.
  ///
  /// The table itself when nothing is new. It holds strings when some of its identifiers are no integers.
  ///
  /// - Complexity: O(n + m log m) for n identifiers here and m others, and one look-up for each of those.
  package func appending(_ others: some Sequence<Identifier>) -> (table: Identifiers, positions: [Int]) {
    var positions: [Int] = []
    var (new, newPositions): ([Identifier], [Identifier: Int]) = ([], [:])
    for other in others {
      if let position = index(of: other) ?? newPositions[other] {
        positions.append(position)
      } else {
        positions.append(count + new.count)
        newPositions[other] = count + new.count
        new.append(other)
      }
    }
    if new.isEmpty { return (self, positions) }
    let joined = Self.storage(of: self, and: new)
    let newOrder = (Int32(count)..<Int32(joined.count)).sorted { joined.order(Int($0), Int($1)) < 0 }
    // Integers are in another order as text.
    let oldOrder: [Int32] =
      switch (storage, joined) {
      case (.integers, .strings): (0..<Int32(count)).sorted { joined.order(Int($0), Int($1)) < 0 }
      default: sortedOrder.map { Array($0.elements) } ?? (0..<Int32(count)).map(\.self)
      }
    var (order, i, j): ([Int32], Int, Int) = ([], 0, 0)
    order.reserveCapacity(joined.count)
    while i < oldOrder.count || j < newOrder.count {
      if j == newOrder.count || (i < oldOrder.count && joined.order(Int(oldOrder[i]), Int(newOrder[j])) < 0) {
        order.append(oldOrder[i])
        i += 1
      } else {
        order.append(newOrder[j])
        j += 1
      }
    }
    return (Identifiers(joined, order: order), positions)
  }

  private static func storage(of table: Identifiers, and new: [Identifier]) -> Storage {
    let integers = new.compactMap { if case .integer(let number) = $0 { number } else { nil } }
    if case .integers(let values) = table.storage, integers.count == new.count {
      return .integers(Buffer(Array(values.elements) + integers))
    }
    var (bytes, offsets): ([UInt8], [Int64]) = ([], [0])
    if case .strings(let old, let oldOffsets) = table.storage {
      (bytes, offsets) = (Array(old.elements), Array(oldOffsets.elements))
    } else {
      for identifier in table {
        bytes += identifier.description.utf8
        offsets.append(Int64(bytes.count))
      }
    }
    for identifier in new {
      bytes += identifier.description.utf8
      offsets.append(Int64(bytes.count))
    }
    return .strings(bytes: Buffer(bytes), offsets: Buffer(offsets))
  }

  private init(_ storage: Storage, order: [Int32]) {
    self.storage = storage
    let isSorted = order.enumerated().allSatisfy { $0.offset == Int($0.element) }
    sortedOrder = isSorted ? nil : Buffer(order)
  }
}
