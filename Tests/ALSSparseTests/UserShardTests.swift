import ALSPlatform
import ALSSparse
import ALSTestSupport
import Testing

@Suite struct UserShardTests {
  @Test func shardsAreTheWholeInOrder() throws {
    var random = RandomGenerator(seed: 2)
    for count in [1, 2, 7, 300] {
      let pairs = (0..<count).map { _ in (random.nextIndex(below: count), random.nextIndex(below: 11)) }
      let interactions = try Interactions(
        users: pairs.map(\.0), items: pairs.map(\.1), values: pairs.map { Float($0.0 + $0.1 + 1) }, duplicates: .last)
      for ranks in [1, 2, 3, 8, 13] {
        let shards = (0..<ranks).map { interactions.shard(rank: $0, of: ranks) }
        #expect(shards.first?.users.lowerBound == 0 && shards.last?.users.upperBound == interactions.users.count)
        #expect(zip(shards, shards.dropFirst()).allSatisfy { $0.users.upperBound == $1.users.lowerBound })
        for shard in shards {
          shard.byUser.checkInvariants()
          for user in shard.users {
            let row = user - shard.users.lowerBound
            #expect(Array(shard.byUser.columns(ofRow: row)) == Array(interactions.byUser.columns(ofRow: user)))
            #expect(shard.nameOfUser(user) == interactions.users[user])
          }
          // No rank has more than its share and the row that crosses its end.
          let longest = shard.users.map { interactions.byUser.degree(ofRow: $0) }.max() ?? 0
          #expect(shard.byUser.entryCount <= interactions.count / ranks + 1 + longest)
        }
        #expect(
          shards.flatMap { $0.byUser.values.map { Array($0.elements) } ?? [] }
            == interactions.byUser.values.map { Array($0.elements) })
      }
    }
  }

  @Test func neededItemsAreThoseWithEntries() throws {
    let interactions = try Interactions(users: [1, 1, 2, 3], items: [1, 2, 2, 2])
    #expect((0..<4).map { interactions.shard(rank: $0, of: 4).neededItemCount() }.reduce(0, +) >= 2)
    #expect(interactions.shard(rank: 0, of: 1).neededItemCount() == 2)
  }
}

@Suite struct ReductionTests {
  @Test(arguments: [1, 2, 3, 7]) func sumsAreThoseOfTheOrderOfRanks(ranks: Int) throws {
    for count in [0, 1, 2, 5, 64, 101] {
      let values = (0..<ranks).map { rank in
        var random = RandomGenerator(seed: UInt64(rank))
        return (0..<count).map { _ in random.nextUniform() * 1e6 - 3e5 }
      }
      let expected = (0..<count).map { i in values.reduce(0) { $0 + $1[i] } }
      let sums = try LocalRanks.run(ranks) { try $0.sum(values[$0.rank]) }
      #expect(sums.allSatisfy { $0 == expected })
    }
  }

  @Test(arguments: [1, 2, 5]) func everyRankLearnsOfTheOthers(ranks: Int) throws {
    let results = try LocalRanks.run(ranks) { communicator in
      let rank = communicator.rank
      return (
        try communicator.gathered(rank * rank), try communicator.gathered(rank..<2 * rank),
        try communicator.exchanged((0..<ranks).map { rank * 100 + $0 }),
        try communicator.broadcasted([Double(rank), 7], from: ranks - 1),
        // Only the root knows how many there are.
        try communicator.broadcasted(bytes: rank == 0 ? [1, 2, 3] : [9]), try communicator.sum(rank)
      )
    }
    for (rank, result) in results.enumerated() {
      #expect(result.0 == (0..<ranks).map { $0 * $0 })
      #expect(result.1 == (0..<ranks).map { $0..<2 * $0 })
      #expect(result.2 == (0..<ranks).map { $0 * 100 + rank })
      #expect(result.3 == [Double(ranks - 1), 7])
      #expect(result.4 == [1, 2, 3])
      #expect(result.5 == ranks * (ranks - 1) / 2)
    }
  }

  @Test func checksumsGoOnElsewhere() {
    let bytes = (0..<200).map { UInt8($0) }
    for cut in [0, 1, 31, 32, 33, 64, 100, 199, 200] {
      var whole = Checksum()
      bytes.withUnsafeBytes { whole.update($0) }
      var first = Checksum()
      bytes[..<cut].withUnsafeBytes { first.update($0) }
      var second = Checksum(state: first.state)
      bytes[cut...].withUnsafeBytes { second.update($0) }
      #expect(second.value == whole.value)
    }
  }
}
