import ALSFiles
import ALSFuzzing
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

@Suite struct CompiledShardTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func compiled(_ lines: [String]) throws -> String {
    let source = try scratch.write(lines.joined(separator: "\n").utf8, to: "lines.csv")
    _ = try CompiledInteractions.compile(source, to: scratch.path("compiled"), memory: 1 << 28)
    return scratch.path("compiled")
  }

  @Test(arguments: [1, 2, 3, 9], ["", "u"])
  func shardsAreTheWhole(ranks: Int, prefix: String) throws {
    let path = try compiled((0..<400).map { "\(prefix)\($0 * $0 % 97),i\($0 % 13),\($0 % 5 + 1)" })
    let whole = try CompiledInteractions(contentsOf: path).interactions()
    let shards = try LocalRanks.run(ranks) { communicator in
      try CompiledInteractions(contentsOf: path, sharedBy: communicator, threads: 2)
        .shard(of: communicator)
    }
    #expect(shards.map(\.users.count).reduce(0, +) == whole.users.count)
    for (rank, shard) in shards.enumerated() {
      let expected = whole.shard(rank: rank, of: ranks)
      #expect(shard.users == expected.users && shard.userCount == expected.userCount)
      #expect(Array(shard.byUser.rowStarts.elements) == Array(expected.byUser.rowStarts.elements))
      #expect(Array(shard.byUser.columns.elements) == Array(expected.byUser.columns.elements))
      #expect(shard.byUser.values.map { Array($0.elements) } == expected.byUser.values.map { Array($0.elements) })
      #expect(shard.users.allSatisfy { shard.nameOfUser($0) == whole.users[$0] })
      #expect(whole.items.indices.allSatisfy { shard.nameOfItem($0) == whole.items[$0] })
    }
    let names = try CompiledInteractions(unverified: path).identifiers()
    #expect(names.users == whole.users && names.items == whole.items)
  }

  /// What is behind right checksums is looked at by the rank whose users have it.
  @Test(arguments: [1, 2, 4]) func brokenRowsEndAllRanks(ranks: Int) throws {
    _ = try compiled((0..<3_000).map { "\($0 % 701),\($0 % 97)" })
    let column = withUnsafeBytes(of: Int32(97).littleEndian) { Array($0) }
    let broken = try SealedCompiledFile(scratch.read("compiled")).replacingEnd(of: "user_columns", with: column)
    let path = try scratch.write(broken, to: "broken")
    let errors = try LocalRanks.run(ranks) { communicator in
      let file = try CompiledInteractions(contentsOf: path, sharedBy: communicator, threads: 1)
      return #expect(throws: ALSError.self) { try file.shard(of: communicator) }
    }
    let message = try #require(errors.first??.message)
    #expect(errors.allSatisfy { $0?.message == message })
    #expect(message.hasPrefix("\(path): the compiled file is damaged or cut short: by user, "), "\(message)")
    #expect(message.hasSuffix(" Rank \(ranks - 1) has found that.") == (ranks > 1))
  }

  /// Damage in what a rank reads is found by all, wherever it is.
  @Test func damageIsFoundByAllRanks() throws {
    _ = try compiled((0..<3_000).map { "\($0 % 701),\($0 % 97),\($0 % 5)" })
    let whole = try scratch.read("compiled")
    struct Header: Decodable {
      struct Section: Decodable { let name: String, offset: Int }
      let sections: [Section]
    }
    let header = try JSONDecoder().decode(Header.self, from: Data(whole[24..<4_096]))
    for section in [Header.Section(name: "header", offset: 100)] + header.sections {
      var damaged = whole
      damaged[section.offset] ^= 0x10
      let copy = try scratch.write(damaged, to: "damaged")
      let isRead = !["item_starts", "item_columns", "item_values"].contains(section.name)
      let open = { try LocalRanks.run(3) { try CompiledInteractions(contentsOf: copy, sharedBy: $0, threads: 1) } }
      // What the file has by item is not read.
      if isRead { #expect(throws: ALSError.self) { try open() } } else { _ = try open() }
    }
    let cut = try scratch.write(whole.dropLast(100), to: "cut")
    #expect(throws: ALSError.self) {
      try LocalRanks.run(2) { try CompiledInteractions(contentsOf: cut, sharedBy: $0, threads: 1) }
    }
  }
}
