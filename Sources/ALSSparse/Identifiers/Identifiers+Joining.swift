import ALSPlatform

extension Identifiers {
  /// The sorted table of all identifiers of `tables`, and the place in it of each of them, table by table.
  ///
  /// - Throws: `ALSError` when there are too many.
  /// - Complexity: O(n) hashing on all threads plus O(d log d) for d distinct ones of n.
  package static func joining(
    _ tables: [Identifiers], threads: Int
  ) throws -> (table: Identifiers, places: [Buffer<Int32>]) {
    let (table, places) = try indexing(tables.flatMap(Array.init), threads: threads)
    var first = 0
    let parts = tables.map { own in
      defer { first += own.count }
      return places.part(first..<first + own.count)
    }
    return (table, parts)
  }
}
