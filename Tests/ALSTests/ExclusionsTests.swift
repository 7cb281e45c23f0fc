import ALS
import Testing

/// Exclusions that are united, and names that a model does not know.
@Suite struct ExclusionsTests {
  private static func model() throws -> FactorModel {
    let pairs = (0..<20).flatMap { user in (0..<12).filter { ($0 * 5 + user) % 3 != 0 }.map { (user, $0) } }
    return try ImplicitALS(factors: 3, iterations: 2)
      .fit(Interactions(users: pairs.map(\.0), items: pairs.map(\.1)))
  }

  private static func items(_ model: FactorModel, _ exclusions: Exclusions) throws -> Set<Int> {
    Set(try model.recommend(user: 4, count: 12, excluding: exclusions).map(\.index))
  }

  @Test func unitedExclusionsLeaveOutWhatEitherDoes() throws {
    let plain = try Self.model()
    let seen = try Interactions(users: [4, 4, 5], items: [1, 2, 3])
    let remembered = try plain.remembering(Interactions(users: [4], items: [7]))
    for model in [plain, remembered] {
      let parts = [
        Exclusions(seen: seen, remembered: false, for: model),
        try Exclusions(items: [2, 9], remembered: false, for: model), .none, .remembered,
      ]
      for a in parts {
        for b in parts {
          let both = try Self.items(model, a).intersection(Self.items(model, b))
          #expect(try Self.items(model, a.union(b)) == both)
        }
      }
    }
    let own = try Exclusions(items: [2], for: plain)
    let foreign = try Exclusions(items: [2], for: ImplicitALS(factors: 2).fit(seen))
    #expect(throws: ALSError.self) { try plain.recommend(user: 4, excluding: own.union(foreign)) }
    #expect(throws: ALSError.self) { try plain.recommend(user: 4, excluding: foreign.union(own)) }
    // What users have seen is of no use to others; what nobody should get is.
    let fewer = try plain.replacingUsers(with: plain.foldIn(users: seen))
    #expect(throws: Never.self) { try fewer.recommend(user: 4, excluding: own) }
    let ofUsers = own.union(Exclusions(seen: seen, for: plain))
    #expect(throws: ALSError.self) { try fewer.recommend(user: 4, excluding: ofUsers) }
  }

  @Test func unknownNamesAreErrorsOrListed() throws {
    let model = try Self.model()
    let names = ["3", "gone", "4", "new", "gone"]
    let error = #expect(throws: ALSError.self) { try Exclusions(items: names, for: model) }
    #expect(error?.kind == .unknownIdentifier && error?.message.contains("gone") == true)
    #expect(throws: ALSError.self) { try Selection(items: names, of: model) }
    let exclusions = try Exclusions(items: names, unknown: .ignore, for: model)
    let selection = try Selection(items: names, unknown: .ignore, of: model)
    #expect(exclusions.unknown == ["gone", "new"] && selection.unknown == ["gone", "new"])
    #expect(try exclusions.union(.remembered).unknown == ["gone", "new"] && Self.items(model, exclusions).count == 10)
    #expect(selection.count == 2 && selection.contains(3) && selection.intersection(selection).unknown.isEmpty)
  }
}
