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

  /// The users of rank `rank` of `count`, with about as many entries as those of the others; their rows lie in the
  /// mapped file.
  ///
  /// - Complexity: O(users of the rank).
  package func shard(rank: Int, of count: Int, duplicates: Duplicates? = nil) throws -> UserShard {
    try requireDuplicates(duplicates)
    let byUser = try matrix("user", rows: summary.users, columns: summary.items)
    let starts = byUser.rowStarts.elements
    guard starts[0] == 0, starts[summary.users] == Int64(summary.interactions) else {
      throw CompiledHeader.damaged(path, "its users' rows do not cover its interactions")
    }
    let range = balancedShare(ofRank: rank, of: count, starts: starts)
    return UserShard(
      users: range, userCount: summary.users, byUser: byUser.rows(range), nameOfUser: try names("user", summary.users),
      nameOfItem: try names("item", summary.items))
  }

  /// The identifiers of users and items.
  ///
  /// - Complexity: O(users + items).
  package func identifiers() throws -> (users: Identifiers, items: Identifiers) {
    (try identifiers("user", count: summary.users), try identifiers("item", count: summary.items))
  }

  /// What looks up an identifier without reading the others.
  private func names(_ name: String, _ count: Int) throws -> @Sendable (Int) -> Identifier {
    if header.sections.contains(where: { $0.name == "\(name)_ids" }) {
      let ids = try section("\(name)_ids", Int64.self, count: count)
      return { .integer(ids[$0]) }
    }
    let offsets = try section("\(name)_id_offsets", Int64.self, count: count + 1)
    let bytes = try section("\(name)_id_bytes", UInt8.self, count: Int(offsets[count]))
    return { .string(String(decoding: bytes.elements[Int(offsets[$0])..<Int(offsets[$0 + 1])], as: UTF8.self)) }
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
