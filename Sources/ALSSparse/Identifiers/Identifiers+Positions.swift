package import ALSPlatform

extension Identifiers {
  /// Where each of these identifiers is in `others`; −1 for one that is not there.
  ///
  /// - Complexity: O(n + m) for n identifiers here and m there when both tables are sorted, otherwise a look-up for each,
  ///   on `threads` threads.
  package func positions(in others: Identifiers, threads: Int) -> Buffer<Int32> {
    let positions = Buffer<Int32>(repeating: -1, count: count)
    func lookUp(_ place: Int) {
      if let position = others.index(of: self[place]) { positions.pointer[place] = Int32(position) }
    }
    guard appended == nil, sortedOrder == nil, others.sortedOrder == nil, table.isOfSameKind(as: others.table) else {
      parallelForEachChunk(of: count, size: 1024, workers: threads) { places, _ in
        for place in places {
          if let position = others.index(of: self[place]) { positions.pointer[place] = Int32(position) }
        }
      }
      return positions
    }
    var (place, other) = (0, 0)
    while place < table.count {
      let order = other < others.table.count ? table.order(place, of: others.table, at: other) : -1
      if order == 0 { positions.pointer[place] = Int32(other) }
      if order < 0, others.appended != nil { lookUp(place) }
      if order <= 0 { place += 1 }
      if order >= 0 { other += 1 }
    }
    return positions
  }
}

extension Identifiers.Storage {
  /// Whether both hold integers, or both strings.
  func isOfSameKind(as other: Self) -> Bool {
    switch (self, other) {
    case (.integers, .integers), (.strings, .strings): true
    default: false
    }
  }

  /// How the identifier at `a` compares with the one of another table of the same kind at `b`.
  func order(_ a: Int, of other: Self, at b: Int) -> Int {
    switch (self, other) {
    case (.integers(let x), .integers(let y)):
      let (x, y) = (x.pointer[a], y.pointer[b])
      return x < y ? -1 : x == y ? 0 : 1
    default: return compareBytes(text(a), other.text(b))
    }
  }
}
