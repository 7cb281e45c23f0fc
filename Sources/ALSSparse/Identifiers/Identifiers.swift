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

  /// The table, without what has been appended.
  let table: Storage
  /// Positions in ascending order of their identifiers, or `nil` when the table itself is sorted.
  let sortedOrder: Buffer<Int32>?
  /// What follows the table; `nil` in nearly all.
  let appended: AppendedIdentifiers?
  private let tableFingerprint: LazyValue<UInt64>

  private init(
    table: Storage, sortedOrder: Buffer<Int32>?, appended: AppendedIdentifiers? = nil,
    fingerprint: LazyValue<UInt64> = LazyValue()
  ) {
    self.table = table
    self.sortedOrder = sortedOrder
    self.appended = appended
    tableFingerprint = fingerprint
  }

  /// A table in any order, from memory that may hold anything; throws when it is no table, or has an identifier twice.
  ///
  /// - Complexity: O(bytes) when sorted, O(`count` log `count`) otherwise.
  package init(_ storage: Storage) throws {
    if let problem = storage.brokenInvariant() {
      throw ALSError(.data, "\(problem). Write the file again, or correct it.")
    }
    if storage.isStrictlyAscending {
      self.init(table: storage, sortedOrder: nil)
      return
    }
    let order = (0..<Int32(storage.count)).sorted { storage.order(Int($0), Int($1)) < 0 }
    for (a, b) in zip(order, order.dropFirst()) where storage.order(Int(a), Int(b)) == 0 {
      throw ALSError(
        .data, "identifier \(storage[Int(a)]) is in the table twice, at \(a) and \(b). Make them distinct.")
    }
    self.init(table: storage, sortedOrder: Buffer(order))
  }

  /// A table whose maker knows it to be in strictly ascending order.
  package init(ascending storage: Storage) {
    assert(storage.isStrictlyAscending)
    self.init(table: storage, sortedOrder: nil)
  }

  /// The numbers from `first` on, for things that are called by their positions.
  package init(positions count: Int, from first: Int = 0) {
    let numbers = Buffer<Int64>(uninitialized: count)
    for index in 0..<count { numbers.pointer[index] = Int64(first + index) }
    self.init(ascending: .integers(numbers))
  }

  /// The position of `identifier`, or `nil` when it is not in the table.
  ///
  /// An integer and its canonical text are the same identifier, whichever way the table stores it.
  ///
  /// - Complexity: O(log `count`).
  public func index(of identifier: Identifier) -> Int? {
    tableIndex(of: identifier) ?? appended?.place(of: identifier).map { table.count + $0 }
  }

  /// The same for whatever names a user or an item; without the other one, the collection's deprecated search is preferred.
  @inlinable
  public func index(of key: some IdentifierKey) -> Int? { index(of: key.identifier) }

  private func tableIndex(of identifier: Identifier) -> Int? {
    switch (table, identifier) {
    case (.integers(let values), .integer(let number)):
      return search { values.pointer[$0] < number ? -1 : values.pointer[$0] == number ? 0 : 1 }
    case (.integers, .string(let text)):
      if case .integer(let number) = Identifier(text) { return tableIndex(of: .integer(number)) }
      return nil
    case (.strings, _):
      var text = identifier.description
      return text.withUTF8 { wanted in search { table.order($0, wanted) } }
    }
  }

  private func search(_ order: (Int) -> Int) -> Int? {
    func position(_ place: Int) -> Int { sortedOrder.map { Int($0.pointer[place]) } ?? place }
    let place = (0..<table.count).partitioningIndex { order(position($0)) >= 0 }
    return place < table.count && order(position(place)) == 0 ? position(place) : nil
  }
}

extension Identifiers: RandomAccessCollection {
  /// 0.
  public var startIndex: Int { 0 }
  /// The number of identifiers.
  public var endIndex: Int { table.count + (appended?.count ?? 0) }
  /// The identifier at `index`.
  public subscript(index: Int) -> Identifier {
    precondition(index >= 0 && index < count, "index \(index) is outside 0..<\(count)")
    return index < table.count ? table[index] : appended.map { $0[index - table.count] } ?? table[index]
  }
}

extension Identifiers {
  /// All identifiers in one table.
  ///
  /// - Complexity: O(1), or O(`count`) when some have been appended.
  package var storage: Storage {
    appended.map { names in Self.storage(of: table, and: (0..<names.count).map { names[$0] }) } ?? table
  }

  /// A number that tells tables apart; see ``Storage/fingerprint``.
  ///
  /// - Complexity: O(`count`) once for a table and all copies of it, then O(1).
  package var fingerprint: UInt64 {
    tableFingerprint.value { table.fingerprint } &+ (appended?.fingerprint ?? 0)
  }

  /// Whether both list the same identifiers in the same order, as far as fingerprints tell.
  ///
  /// - Complexity: O(1) for copies of one table; otherwise that of ``fingerprint``.
  package func isSame(as other: Identifiers) -> Bool {
    guard count == other.count else { return false }
    if appended == nil, other.appended == nil, table.isIdentical(to: other.table) { return true }
    return fingerprint == other.fingerprint
  }

  /// Whether these are `others` with some appended, perhaps none.
  ///
  /// - Complexity: O(1) when `others` are a copy of the table that was appended to, otherwise O(`count`).
  package func begins(with others: Identifiers) -> Bool {
    if others.count == count { return self == others }
    guard appended != nil, others.appended == nil, others.count == table.count else { return false }
    return Identifiers(table: table, sortedOrder: sortedOrder) == others
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
    guard a.appended == nil, b.appended == nil else { return a.count == b.count && a.elementsEqual(b) }
    return switch (a.table, b.table) {
    case (.integers(let x), .integers(let y)): x === y || x.elements.elementsEqual(y.elements)
    case (.strings(let x, let xs), .strings(let y, let ys)):
      (x === y && xs === ys) || (xs.elements.elementsEqual(ys.elements) && x.elements.elementsEqual(y.elements))
    default: a.count == b.count && zip(a, b).allSatisfy { $0 == $1 }
    }
  }
}

extension Identifiers {
  /// Where more than one identifier in so many is new, all are copied into one table.
  private static var appendedShare: Int { 8 }

  /// These identifiers, at the same positions, followed by those of `others` that are not among them; and where each of
  /// `others` is in the result.
  ///
  /// The table itself when nothing is new. A few new ones share the table with the old.
  ///
  /// - Complexity: One look-up for each of m others, and O(log n) for each that is new; when these are many, O(n + m log m)
  ///   for n identifiers here.
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
    var appended = appended ?? AppendedIdentifiers()
    if (appended.count + new.count) * Self.appendedShare <= table.count {
      for (offset, name) in new.enumerated() { appended.append(name, at: count + offset) }
      return (
        Identifiers(table: table, sortedOrder: sortedOrder, appended: appended, fingerprint: tableFingerprint),
        positions
      )
    }
    return (copied(with: (0..<appended.count).map { appended[$0] } + new), positions)
  }

  /// One table of the table's identifiers and `new` ones, which are not among them.
  private func copied(with new: [Identifier]) -> Identifiers {
    let joined = Self.storage(of: table, and: new)
    let newOrder = (Int32(table.count)..<Int32(joined.count)).sorted { joined.order(Int($0), Int($1)) < 0 }
    // Integers are in another order as text.
    let oldOrder: [Int32] =
      switch (table, joined) {
      case (.integers, .strings): (0..<Int32(table.count)).sorted { joined.order(Int($0), Int($1)) < 0 }
      default: sortedOrder.map { Array($0.elements) } ?? (0..<Int32(table.count)).map(\.self)
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
    let isSorted = order.enumerated().allSatisfy { $0.offset == Int($0.element) }
    return Identifiers(table: joined, sortedOrder: isSorted ? nil : Buffer(order))
  }

  private static func storage(of table: Storage, and new: [Identifier]) -> Storage {
    let integers = new.compactMap { if case .integer(let number) = $0 { number } else { nil } }
    if case .integers(let values) = table, integers.count == new.count {
      return .integers(Buffer(Array(values.elements) + integers))
    }
    var (bytes, offsets): ([UInt8], [Int64]) = ([], [0])
    if case .strings(let old, let oldOffsets) = table {
      (bytes, offsets) = (Array(old.elements), Array(oldOffsets.elements))
    } else {
      for position in 0..<table.count {
        bytes += table[position].description.utf8
        offsets.append(Int64(bytes.count))
      }
    }
    for identifier in new {
      bytes += identifier.description.utf8
      offsets.append(Int64(bytes.count))
    }
    return .strings(bytes: Buffer(bytes), offsets: Buffer(offsets))
  }
}
