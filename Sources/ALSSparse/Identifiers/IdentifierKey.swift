package import ALSPlatform

/// A type whose values can name users and items: `Int`, `Int64` or `String`.
public protocol IdentifierKey: Hashable, Comparable, Sendable {
  /// The identifier that this value stands for.
  var identifier: Identifier { get }
}

extension Int: IdentifierKey {
  /// An integer identifier.
  public var identifier: Identifier { .integer(Int64(self)) }
}

extension Int64: IdentifierKey {
  /// An integer identifier.
  public var identifier: Identifier { .integer(self) }
}

extension String: IdentifierKey {
  /// A string identifier, or an integer one when the text is a canonical integer.
  public var identifier: Identifier { Identifier(self) }
}

extension Identifiers {
  /// The sorted table of the distinct `keys`, and the index in it of each of them.
  ///
  /// - Complexity: O(n) hashing plus O(d log d) for d distinct ones; strings on all threads.
  package static func indexing<Key: IdentifierKey>(
    _ keys: [Key], threads: Int = availableProcessors
  ) throws -> (table: Identifiers, indices: Buffer<Int32>) {
    if let texts = keys as? [String] { return try indexing(texts: texts, threads: threads) }
    var codes: [Key: Int32] = [:]
    let first = keys.map { key -> Int32 in
      let next = Int32(codes.count)
      return codes[key]
        ?? {
          codes[key] = next; return next
        }()
    }
    let (table, rank) = ranking(Array(codes.sorted { $0.value < $1.value }.map(\.key.identifier)))
    return (table, Buffer(first.map { rank[Int($0)] }))
  }

  /// The same for strings, which are told apart by their bytes, as in files.
  private static func indexing(
    texts: [String], threads: Int
  ) throws -> (table: Identifiers, indices: Buffer<Int32>) {
    let parts = Swift.max(1, Swift.min(threads, texts.count / 4096))
    let boxes = Unchecked((0..<parts).map { _ in TokenTableBox() })
    let indices = Buffer<Int32>(uninitialized: texts.count)
    @Sendable func range(_ part: Int) -> Range<Int> { part * texts.count / parts..<(part + 1) * texts.count / parts }
    parallelForEachChunk(of: parts, size: 1, workers: parts) { chunk, _ in
      var table = TokenTable()
      for position in range(chunk.lowerBound) {
        // As a rule the bytes are where they are; then nothing is retained.
        let code = texts[position].utf8.withContiguousStorageIfAvailable { table.code(ofText: $0) }
        indices.pointer[position] =
          code ?? Array(texts[position].utf8).withUnsafeBufferPointer { table.code(ofText: $0) }
      }
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

  /// The sorted table of distinct identifiers, and the position in it of each of them.
  ///
  /// The table holds integers when all are integers, otherwise strings.
  package static func ranking(_ distinct: [Identifier]) -> (table: Identifiers, rank: [Int32]) {
    let integers = distinct.compactMap { if case .integer(let number) = $0 { number } else { nil } }
    var rank = [Int32](repeating: 0, count: distinct.count)
    if integers.count == distinct.count {
      let order = integers.indices.sorted { integers[$0] < integers[$1] }
      for (position, index) in order.enumerated() { rank[index] = Int32(position) }
      return (Identifiers(ascending: .integers(Buffer(order.map { integers[$0] }))), rank)
    }
    let texts = distinct.map { Array($0.description.utf8) }
    let order = texts.indices.sorted { a, b in
      texts[a].withUnsafeBufferPointer { x in texts[b].withUnsafeBufferPointer { compareBytes(x, $0) } } < 0
    }
    var (bytes, offsets): ([UInt8], [Int64]) = ([], [0])
    for (position, index) in order.enumerated() {
      rank[index] = Int32(position)
      bytes += texts[index]
      offsets.append(Int64(bytes.count))
    }
    return (Identifiers(ascending: .strings(bytes: Buffer(bytes), offsets: Buffer(offsets))), rank)
  }
}

/// Values of which each worker uses its own.
private struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
