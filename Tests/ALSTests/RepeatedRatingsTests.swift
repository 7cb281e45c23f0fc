import ALS
import ALSSparse
import Testing

/// Several values of a user and an item, of which nobody has said what becomes of them: added up as implicit feedback, and
/// the last one as a rating.
@Suite struct RepeatedRatingsTests {
  private static let users = [1, 1, 2, 1, 2, 3, 3, 1, 3, 2], items = [5, 5, 5, 5, 6, 6, 7, 8, 6, 5]
  private static let values: [Float] = [5, 4, 2, 3, 1, 4, 2.5, 1, 0.5, 4.5]

  private static func data(_ duplicates: Duplicates? = nil) throws -> Interactions {
    try Interactions(users: users, items: items, values: values, duplicates: duplicates)
  }

  /// Sums that were compared with a minimum are no ratings, whether any was left out or not.
  @Test(arguments: [0, 4] as [Float]) func minimaOfSums(minimum: Float) throws {
    let kept = try Self.data().removing(valuesBelow: minimum).interactions
    #expect(try ImplicitALS(factors: 2, iterations: 1).fit(kept).items.count == (minimum == 0 ? 4 : 2))
    let error = #expect(throws: ALSError.self) { try ExplicitALS(factors: 2, iterations: 1).fit(kept) }
    #expect(error?.message.contains("duplicates: .last") == true)
    let decided = try Self.data(.last).removing(valuesBelow: minimum).interactions
    #expect(try ExplicitALS(factors: 2, iterations: 1).fit(decided).users.count > 0)
  }

  @Test func trainings() throws {
    let (explicit, implicit) = (
      ExplicitALS(factors: 2, iterations: 3), ImplicitALS(.ials(confidence: .linear), factors: 2, iterations: 3)
    )
    #expect(try explicit.fit(Self.data()).factorBytes == explicit.fit(Self.data(.last)).factorBytes)
    #expect(try explicit.fit(Self.data()).globalMean == (3 + 4.5 + 1 + 0.5 + 2.5 + 1) / 6)
    #expect(try explicit.fit(Self.data()).dataFingerprint == explicit.fit(Self.data(.last)).dataFingerprint)
    #expect(try implicit.fit(Self.data()).factorBytes == implicit.fit(Self.data(.sum)).factorBytes)
    // What was asked for is done.
    #expect(try explicit.fit(Self.data(.sum)).globalMean == (12 + 6.5 + 1 + 4.5 + 2.5 + 1) / 6)
    #expect(try explicit.fit(Self.data(.max)).globalMean == (5 + 4.5 + 1 + 4 + 2.5 + 1) / 6)
    #expect(try Self.data().value(userAt: 0, itemAt: 0) == 12)
    let ones = try Interactions(users: Self.users, items: Self.items)
    #expect(try explicit.fit(ones).globalMean == 1)
    #expect(ones.value(userAt: 0, itemAt: 0) == 3)
  }

  @Test func modelsReadThemAlike() throws {
    for configuration in [
      ModelConfiguration.explicit(ExplicitALS(factors: 2, iterations: 3)),
      .implicit(ImplicitALS(.ials(confidence: .linear), factors: 2, iterations: 3)),
    ] {
      let policy: Duplicates = configuration.predictsRatings ? .last : .sum
      let (open, decided) = (try Self.data(), try Self.data(policy))
      let model = try configuration.fit(decided)
      let (users, expected) = (try model.foldIn(users: open), try model.foldIn(users: decided))
      let (items, expectedItems) = (try model.foldIn(items: open), try model.foldIn(items: decided))
      for index in 0..<users.count { #expect(users.factors(at: index) == expected.factors(at: index)) }
      for index in 0..<items.count { #expect(items.factors(at: index) == expectedItems.factors(at: index)) }
      for user in 0..<3 {
        #expect(
          try model.foldIn(user: History(ofUserAt: user, in: open))
            == model.foldIn(user: History(ofUserAt: user, in: decided)))
        let name = open.users[user]
        #expect(try model.explain(item: 5, user: name, in: open) == model.explain(item: 5, user: name, in: decided))
      }
      for item in 0..<4 {
        #expect(
          try model.foldIn(item: History(ofItemAt: item, in: open))
            == model.foldIn(item: History(ofItemAt: item, in: decided)))
      }
    }
  }

  /// The factors of models of another kind say something else.
  @Test func warmStartsFromAnotherKind() throws {
    let data = try Self.data()
    let implicit = ModelConfiguration.implicit(ImplicitALS(factors: 2, iterations: 1))
    let hkv = ModelConfiguration.implicit(ImplicitALS(.hkv(), factors: 2, iterations: 1, precision: .double))
    let biased = ModelConfiguration.explicit(ExplicitALS(factors: 2, iterations: 1))
    let plain = ModelConfiguration.explicit(ExplicitALS(ExplicitLoss(biases: false), factors: 2, iterations: 1))
    let kinds = [[implicit, hkv], [biased], [plain]]
    for (own, configurations) in kinds.enumerated() {
      for configuration in configurations {
        for (other, starts) in kinds.enumerated() {
          for start in try starts.map({ try $0.fit(data) }) {
            if own == other {
              #expect(throws: Never.self) { try configuration.fit(data, startingFrom: start) }
            } else {
              let error = #expect(throws: ALSError.self) { try configuration.fit(data, startingFrom: start) }
              #expect(error?.kind == .configuration && error?.message.contains("to start from") == true)
            }
          }
        }
      }
    }
    let three = try ImplicitALS(factors: 3, iterations: 1).fit(data)
    #expect(throws: ALSError.self) { try implicit.fit(data, startingFrom: three) }
  }
}
