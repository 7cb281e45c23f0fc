import ALSPlatform
package import ALSSparse

extension Interactions {
  /// The same interactions without those of value zero.
  ///
  /// - Throws: `ALSError` that names the first negative value.
  /// - Complexity: O(entries).
  func positive() throws -> Interactions {
    let kept = try byUser.positive { "user \(users[$0]), item \(items[$1])" }
    if kept.entryCount == byUser.entryCount { return self }
    return Interactions(users: users, items: items, byUser: kept, byItem: kept.transposed(threads: availableProcessors))
  }

  /// A checksum of identifiers, structure, values and weights, as 16 hexadecimal digits.
  package func fingerprint() -> String {
    var checksum = Checksum()
    checksum.update(users)
    checksum.update(items)
    checksum.update(byUser.rowStarts.bytes)
    byUser.columns.forEachPart { checksum.update(UnsafeRawBufferPointer($0)) }
    byUser.values?.forEachPart { checksum.update(UnsafeRawBufferPointer($0)) }
    byUser.weights?.forEachPart { checksum.update(UnsafeRawBufferPointer($0)) }
    return checksum.hexadecimal
  }
}

extension ALSError {
  /// There are interactions, but none that says anything.
  static let onlyZeros = ALSError(
    .data,
    "all values are 0, so that there is nothing to learn from. Name the column of the ratings, counts or weights "
      + "(--value-column), or give none where every pair counts as 1.")
}

extension CSRMatrix where Value == Float {
  /// The same without zeros.
  ///
  /// - Throws: `ALSError` that names the first negative value by what `name` says of its row and column.
  func positive(naming name: (Int, Int) -> String) throws -> CSRMatrix {
    guard let values else { return self }
    var (least, first): (Float, Int?) = (.infinity, nil)
    values.forEachPart { part in
      for value in part { least = min(least, value) }
      if least < 0, first == nil { first = values.elements.firstIndex { $0 < 0 } }
    }
    if let first {
      throw ALSError(
        .data,
        "\(name(row(ofEntry: first), Int(columns.pointer[first]))): value \(values.pointer[first]) is negative, but "
          + "implicit feedback has weights of 0 or more. Remove it, or train with explicit feedback.")
    }
    return least > 0 ? self : filtered { $0 > 0 }
  }
}

extension Checksum {
  /// Goes on with the bytes of all identifiers.
  mutating func update(_ identifiers: Identifiers) {
    switch identifiers.storage {
    case .integers(let values): update(values.bytes)
    case .strings(let bytes, let offsets):
      update(offsets.bytes)
      update(bytes.bytes)
    }
  }
}
