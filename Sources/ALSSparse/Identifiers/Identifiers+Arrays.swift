package import ALSPlatform

/// Files keep identifiers as arrays: `user_ids` when they are integers, otherwise the UTF-8 bytes of all as `user_id_bytes`,
/// with `user_id_offsets` of one more than there are identifiers; and the same for items.
extension Identifiers {
  /// Hands each array to whichever of both writes its elements, in the order of a file.
  package func writeArrays(
    named name: String, integers: (_ name: String, Buffer<Int64>) throws -> Void,
    bytes: (_ name: String, Buffer<UInt8>) throws -> Void
  ) rethrows {
    switch storage {
    case .integers(let values): try integers("\(name)_ids", values)
    case .strings(let text, let offsets):
      try integers("\(name)_id_offsets", offsets)
      try bytes("\(name)_id_bytes", text)
    }
  }

  /// The identifiers that a file has; `nil` when it has none.
  ///
  /// - Parameters:
  ///   - name: The beginning of the arrays' names.
  ///   - count: How many there must be; any number when `nil`.
  ///   - integers: The array of a name; `nil` when the file has none.
  ///   - bytes: The same.
  ///   - damaged: The error for what is wrong with them.
  /// - Throws: What is wrong with them, and what the three functions throw.
  package init?(
    arraysNamed name: String, count: Int? = nil, integers: (_ name: String) throws -> Buffer<Int64>?,
    bytes: (_ name: String) throws -> Buffer<UInt8>?, damaged: (_ reason: String) -> ALSError
  ) throws {
    let storage: Storage
    if let values = try integers("\(name)_ids") {
      storage = .integers(values)
    } else if let text = try bytes("\(name)_id_bytes") {
      guard let offsets = try integers("\(name)_id_offsets") else { throw damaged("it has no \(name)_id_offsets") }
      storage = .strings(bytes: text, offsets: offsets)
    } else {
      return nil
    }
    do {
      try self.init(storage)
    } catch let error as ALSError {
      // Without the point that ends it.
      throw damaged("of its \(name)s, \(error.message.dropLast())")
    }
    if let count, self.count != count { throw damaged("it has \(self.count) identifiers for \(count) \(name)s") }
  }
}
