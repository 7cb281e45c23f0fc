package import ALSPlatform
package import ALSSparse

extension CompiledInteractions {
  /// Opens a file whose users are divided over ranks, each of which verifies and reads its part of it.
  ///
  /// A rank computes the checksums of its share of the users' sections and learns the others' from the other ranks. What
  /// the file has by item is not read: a rank makes its own of its users.
  ///
  /// - Throws: `ALSError`, in every rank, when the file is damaged.
  /// - Complexity: O(size of the file / ranks), at memory speed.
  package init(contentsOf path: String, sharedBy communicator: any Communicator, threads: Int) throws {
    try self.init(unverified: path)
    let sections = header.sections.filter {
      !$0.name.hasPrefix("item_") && !$0.name.hasSuffix("_times") || $0.name.hasPrefix("item_id")
    }
    let chunks = chunks(of: sections)
    // Consecutive chunks of each section, so that they are about those that the rank's users lie in.
    var (first, own): (Int, Set<Int>) = (0, [])
    for section in sections {
      let count = self.chunks(of: [section]).count
      own.formUnion(communicator.share(of: count, rank: communicator.rank).map { first + $0 })
      first += count
    }
    let mine = own.sorted()
    var checksums = [UInt64](repeating: 0, count: chunks.count)
    for (chunk, checksum) in zip(mine, chunkChecksums(of: mine.map { chunks[$0] }, threads: threads)) {
      checksums[chunk] = checksum
    }
    try verify(sections, checksums: try communicator.merged(checksums))
  }

  /// The users of each of `ranks` of `count`, with about as many entries as those of the others; their rows, which lie in
  /// the mapped file, have been looked at.
  ///
  /// - Throws: `ALSError` when the file was made with other `duplicates`, or is no matrix.
  /// - Complexity: O(users + items + entries of `ranks`).
  package func shards(_ ranks: Range<Int>, of count: Int, duplicates: Duplicates? = nil) throws -> [UserShard] {
    try requireDuplicates(duplicates)
    let byUser = try startedMatrix("user", rows: summary.users, columns: summary.items)
    let (users, items) = try identifiers()
    return try ranks.map { rank in
      let range = balancedShare(ofRank: rank, of: count, starts: byUser.rowStarts.elements)
      let entries = Int(byUser.rowStarts[range.lowerBound])..<Int(byUser.rowStarts[range.upperBound])
      for start in stride(from: entries.lowerBound, to: entries.upperBound, by: 1 << 22) {
        let part = start..<min(start + 1 << 22, entries.upperBound)
        if byUser.cellSum(of: part, isTransposed: false) == nil {
          throw CompiledHeader.damaged(path, "by user, \(byUser.brokenEntry(of: part))")
        }
        byUser.columns.giveBack(part)
        byUser.values?.giveBack(part)
        byUser.weights?.giveBack(part)
      }
      return UserShard(
        users: range, userCount: summary.users, byUser: byUser.rows(range), nameOfUser: { users[$0] },
        nameOfItem: { items[$0] })
    }
  }

  /// The users of this rank, once all ranks have found theirs to be whole.
  ///
  /// - Throws: In every rank when it would in one; see ``shards(_:of:duplicates:)``.
  package func shard(of communicator: any Communicator, duplicates: Duplicates? = nil) throws -> UserShard {
    try communicator.agreeing {
      try shards(communicator.rank..<communicator.rank + 1, of: communicator.count, duplicates: duplicates)[0]
    }
  }

  /// The identifiers of users and items.
  ///
  /// - Complexity: O(users + items).
  package func identifiers() throws -> (users: Identifiers, items: Identifiers) {
    (try identifiers("user", count: summary.users), try identifiers("item", count: summary.items))
  }
}

extension Communicator {
  /// The numbers of all ranks, of which each is zero in all ranks but one.
  fileprivate func merged(_ numbers: [UInt64]) throws -> [UInt64] {
    var all = [UInt64](repeating: 0, count: numbers.count * count)
    try numbers.withUnsafeBytes { own in
      try all.withUnsafeMutableBytes { try gather(own, into: $0) }
    }
    return numbers.indices.map { i in (0..<count).reduce(0) { $0 | all[$1 * numbers.count + i] } }
  }
}
