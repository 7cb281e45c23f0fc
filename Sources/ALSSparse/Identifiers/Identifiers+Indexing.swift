package import ALSPlatform

extension Identifiers {
  /// The sorted table of the distinct `keys`, and the index in it of each of them.
  ///
  /// Keys are told apart by the bytes of their identifiers, as in files. The table holds integers when all are integers,
  /// otherwise strings.
  ///
  /// - Complexity: O(n) hashing on all threads plus O(d log d) for d distinct ones.
  package static func indexing<Key: IdentifierKey>(
    _ keys: [Key], threads: Int = availableProcessors
  ) throws -> (table: Identifiers, indices: Buffer<Int32>) {
    // A module that knows the type of its keys calls this for any; here it is known for the usual ones.
    if let texts = keys as? [String] { return try indexing(texts.count, threads) { $1.code(ofText: texts[$0]) } }
    if let numbers = keys as? [Int] {
      return try indexing(numbers.count, threads) { $1.code(ofInteger: Int64(numbers[$0])) }
    }
    return try indexing(keys.count, threads) { position, table in
      switch keys[position].identifier {
      case .integer(let number): table.code(ofInteger: number)
      case .string(let text): table.code(ofText: text)
      }
    }
  }

  private static func indexing(
    _ count: Int, _ threads: Int, code: @Sendable (_ position: Int, _ table: inout TokenTable) -> Int32
  ) throws -> (table: Identifiers, indices: Buffer<Int32>) {
    let parts = Swift.max(1, Swift.min(threads, count / 4096))
    let boxes = Unchecked((0..<parts).map { _ in TokenTableBox() })
    let indices = Buffer<Int32>(uninitialized: count)
    @Sendable func range(_ part: Int) -> Range<Int> { part * count / parts..<(part + 1) * count / parts }
    parallelForEachChunk(of: parts, size: 1, workers: parts) { chunk, _ in
      var table = TokenTable()
      for position in range(chunk.lowerBound) { indices.pointer[position] = code(position, &table) }
      boxes.value[chunk.lowerBound].table = table
    }
    guard indices.elements.allSatisfy({ $0 >= 0 }), let merged = MergedTokens(boxes.value) else {
      throw ALSError(.data, "there are more than \(Int32.max) different identifiers. Use fewer, or split the data.")
    }
    parallelForEachChunk(of: parts, size: 1, workers: parts) { chunk, _ in
      let table = merged.indices[chunk.lowerBound].pointer
      for position in range(chunk.lowerBound) {
        indices.pointer[position] = table[Int(indices.pointer[position])]
      }
    }
    return (merged.identifiers, indices)
  }
}

extension TokenTable {
  /// The number of a string by its bytes.
  fileprivate mutating func code(ofText text: String) -> Int32 {
    // As a rule the bytes are where they are; then nothing is retained.
    if let code = text.utf8.withContiguousStorageIfAvailable({ code(ofText: $0) }) { return code }
    return Array(text.utf8).withUnsafeBufferPointer { code(ofText: $0) }
  }

  /// The number of an integer: that of its text.
  fileprivate mutating func code(ofInteger number: Int64) -> Int32 {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (first, rest) = (20, number.magnitude)
      repeat {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 {
        first -= 1
        digits[first] = UInt8(ascii: "-")
      }
      return code(ofText: UnsafeBufferPointer(rebasing: digits[first...]))
    }
  }
}

/// Values of which each worker uses its own.
private struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
