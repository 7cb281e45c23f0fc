import ALSPlatform
package import ALSSparse

extension Interactions {
  /// The same interactions without those of value zero.
  ///
  /// - Throws: `ALSError` that names the first negative value.
  /// - Complexity: O(entries).
  func positive() throws -> Interactions {
    guard let values = byUser.values else { return self }
    var (least, first): (Float, Int?) = (.infinity, nil)
    values.forEachPart { part in
      for value in part { least = min(least, value) }
      if least < 0, first == nil { first = values.elements.firstIndex { $0 < 0 } }
    }
    if let first {
      let user = byUser.row(ofEntry: first)
      throw ALSError(
        .data,
        "user \(users[user]), item \(items[Int(byUser.columns.pointer[first])]): value \(values.pointer[first]) is "
          + "negative, but implicit feedback has weights of 0 or more. Remove it, or train with explicit feedback.")
    }
    if least > 0 { return self }
    let kept = byUser.filtered { $0 > 0 }
    return Interactions(users: users, items: items, byUser: kept, byItem: kept.transposed(threads: availableProcessors))
  }

  /// A checksum of identifiers, structure and values, as 16 hexadecimal digits.
  package func fingerprint() -> String {
    var checksum = Checksum()
    for table in [users, items] {
      switch table.storage {
      case .integers(let values): checksum.update(values.bytes)
      case .strings(let bytes, let offsets):
        checksum.update(offsets.bytes)
        checksum.update(bytes.bytes)
      }
    }
    checksum.update(byUser.rowStarts.bytes)
    byUser.columns.forEachPart { checksum.update(UnsafeRawBufferPointer($0)) }
    byUser.values?.forEachPart { checksum.update(UnsafeRawBufferPointer($0)) }
    return checksum.hexadecimal
  }
}
