import ALSPlatform
package import ALSSparse

extension Interactions {
  /// The same interactions without those of value zero.
  ///
  /// - Throws: `ALSError` that names the first negative value.
  /// - Complexity: O(entries).
  func positive() throws -> Interactions {
    guard let values = byUser.values else { return self }
    var zeros = false
    for user in 0..<users.count {
      for entry in byUser.entries(ofRow: user) where values.pointer[entry] <= 0 {
        if values.pointer[entry] < 0 {
          throw ALSError(
            .data,
            "user \(users[user]), item \(items[Int(byUser.columns.pointer[entry])]): value \(values.pointer[entry]) is "
              + "negative, but implicit feedback has weights of 0 or more. Remove it, or train with explicit feedback.")
        }
        zeros = true
      }
    }
    if !zeros { return self }
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
    checksum.update(byUser.columns.bytes)
    if let values = byUser.values { checksum.update(values.bytes) }
    return checksum.hexadecimal
  }
}
