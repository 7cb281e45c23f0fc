import ALS
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Testing

/// Where weights go besides the matrix.
@Suite struct WeightedDataTests {
  private static let users = [1, 1, 2, 1, 2, 3, 3, 1, 3, 2], items = [5, 5, 5, 5, 6, 6, 7, 8, 6, 5]
  private static let values: [Float] = [5, 4, 2, 3, 1, 4, 2.5, 1, 0.5, 4.5]
  private static let weights: [Float] = [1, 0.5, 2, 0.25, 1, 4, 1, 0.5, 2, 8]

  private static func data(_ duplicates: Duplicates? = nil, weights: [Float]? = Self.weights) throws -> Interactions {
    try Interactions(users: users, items: items, values: values, weights: weights, duplicates: duplicates)
  }

  @Test func fingerprintsTellWeights() throws {
    let plain = try Self.data(.last, weights: nil).fingerprint()
    #expect(try Self.data(.last, weights: Self.weights.map { _ in 1 }).fingerprint() == plain)
    #expect(try Self.data(.last).fingerprint() != plain)
    #expect(try Self.data(.last).fingerprint() != Self.data(.max).fingerprint())
  }

  @Test(arguments: [1, 2, 3]) func ranksHaveTheSameFingerprint(ranks: Int) throws {
    for weights in [Self.weights, nil] {
      let data = try Self.data(.last, weights: weights)
      let fingerprints = try LocalRanks.run(ranks) { communicator in
        try DistributedRun(
          .explicit(ExplicitALS(factors: 2, iterations: 1, solver: .cholesky)),
          on: data.shard(rank: communicator.rank, of: communicator.count),
          identifiers: { (data.users, data.items) }, over: communicator, threads: 1
        ).fingerprint
      }
      #expect(fingerprints.allSatisfy { $0 == data.fingerprint() })
    }
  }

  /// What a history is read as, either way, is what the interactions were.
  @Test func historiesHaveThem() throws {
    for duplicates in [Duplicates.sum, .last] {
      let (open, decided) = (try Self.data(), try Self.data(duplicates))
      for user in 0..<3 {
        let (events, pairs) = (History(ofUserAt: user, in: open), History(ofUserAt: user, in: decided))
        let merged = try Interactions(
          users: events.identifiers.map { _ in user }, items: events.identifiers.map(\.description),
          values: events.values, weights: events.weights, duplicates: duplicates)
        for (position, item) in pairs.identifiers.enumerated() {
          let column = try #require(merged.items.index(of: item))
          #expect(merged.value(userAt: 0, itemAt: column) == pairs.values?[position])
          #expect(merged.weight(userAt: 0, itemAt: column) == pairs.weights?[position])
        }
        #expect(merged.count == pairs.count)
      }
    }
    #expect(History(ofItemAt: 0, in: try Self.data(.last)).weights == [0.25, 8])
    #expect(History(ofUserAt: 0, in: try Self.data(weights: nil)).weights == nil)
  }

  @Test func historiesCheckThem() throws {
    #expect(
      try History([1, 2, 3], values: [4, 5, 6], weights: [1, 0, 2])
        == History([1, 3], values: [4, 6], weights: [1, 2]))
    #expect(try History([1, 2], weights: [1, 1]).weights == nil)
    #expect(throws: ALSError.self) { try History([1, 2], weights: [1]) }
    for weight in [-1, Float.nan, .infinity] {
      let error = #expect(throws: ALSError.self) { try History([1, 2], weights: [1, weight]) }
      #expect(error?.message.contains("history, 2: weight") == true)
    }
  }

  /// A model with its identifiers in another order.
  @Test func alignedInteractionsHaveThem() throws {
    let data = try Self.data(.last)
    let other = try Interactions(
      users: ["3", "2", "1", "x"], items: ["8", "7", "6", "5"], values: [1, 2, 3, 4], duplicates: .last)
    let model = try ExplicitALS(factors: 2, iterations: 1).fit(other)
    let aligned = AlignedInteractions(data, with: model)
    for (name, user) in data.users.enumerated().map({ ($1, $0) }) {
      let row = try #require(model.users.index(of: name))
      for entry in aligned.byUser.entries(ofRow: row) {
        let item = try #require(data.items.index(of: model.items[Int(aligned.byUser.columns[entry])]))
        #expect(aligned.byUser.weights?[entry] == data.weight(userAt: user, itemAt: item))
        #expect(aligned.byUser.values?[entry] == data.value(userAt: user, itemAt: item))
      }
    }
    #expect(aligned.byUser.entryCount == data.count)
  }
}
