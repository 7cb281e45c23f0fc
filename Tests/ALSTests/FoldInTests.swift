import ALS
import ALSPlatform
import ALSSparse
import Testing

/// Folding in against the dense reference, which solves the same row by Gaussian elimination.
@Suite struct FoldInTests {
  static let factors = 11

  static func data() throws -> TestData {
    try TestData(
      "fold-in", users: 67, items: 53, density: 0.3, emptyUsers: [4], emptyItems: [7, 8], seed: 2026)
  }

  /// As many cells as `observed`, at random places of a row of `count`, with values as ratings and counts have them.
  static func row(of count: Int, observed: Int, seed: UInt64) -> [Double?] {
    var random = RandomGenerator(seed: seed)
    var places = Array(0..<count)
    random.shuffle(&places)
    var row = [Double?](repeating: nil, count: count)
    for place in places.prefix(observed) { row[place] = Double(1 + random.nextIndex(below: 10)) / 2 }
    return row
  }

  static func history(_ row: [Double?]) throws -> History {
    // In falling order, so that sorting matters.
    let known = row.indices.reversed().filter { row[$0] != nil }
    return try History(known, values: known.map { Float(row[$0] ?? 0) })
  }

  static func expectClose(_ folded: FoldedRow, _ expected: [Double], _ comment: Comment) {
    let found = folded.factors + (expected.count > folded.factors.count ? [folded.bias] : [])
    let size = expected.reduce(0) { max($0, abs($1)) }
    #expect(found.count == expected.count, comment)
    // Both are in double precision; the condition of these systems is below 10⁵.
    for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-10 * size, comment) }
  }

  @Test(arguments: ObjectiveCase.allCases, Precision.allCases)
  func equalsDenseSolution(objective: ObjectiveCase, precision: Precision) throws {
    let model = try objective.model(of: try Self.data(), factors: Self.factors, precision)
    let k = Self.factors
    for count in [0, 1, 2, k - 1, k, k + 1, 37, 53] {
      let row = Self.row(of: 53, observed: count, seed: UInt64(count))
      let cells = try TestData("user", cells: [row], itemCount: 53)
      let expected = objective.reference(for: cells, mean: model.globalMean)
        .solution(ofUser: 0, items: model.itemRows)
      let user = try model.foldIn(user: Self.history(row))
      Self.expectClose(user, expected, "\(objective), \(precision), user with \(count)")
      #expect(user.entries == row.indices.filter { row[$0] != nil })

      let column = Self.row(of: 67, observed: count, seed: UInt64(count) + 1000)
      let users = try TestData("item", cells: column.map { [$0] }, itemCount: 1)
      let item = objective.reference(for: users, mean: model.globalMean).solution(ofItem: 0, users: model.userRows)
      Self.expectClose(
        try model.foldIn(item: Self.history(column)), item, "\(objective), \(precision), item with \(count)")
    }
  }

  /// Many factors: several blocks of entries, and padding.
  @Test(arguments: [64, 67, 130]) func equalsDenseSolutionWithManyFactors(factors: Int) throws {
    let data = try TestData("wide", users: 40, items: 211, density: 0.2, seed: 5)
    for objective in [ObjectiveCase.hkv, .explicitBiased] {
      let model = try objective.model(of: data, factors: factors, iterations: 2, .float)
      for count in [1, factors - 1, factors, factors + 1, 211] {
        let row = Self.row(of: 211, observed: min(count, 211), seed: UInt64(count))
        let cells = try TestData("user", cells: [row], itemCount: 211)
        let expected = objective.reference(for: cells, mean: model.globalMean)
          .solution(ofUser: 0, items: model.itemRows)
        Self.expectClose(try model.foldIn(user: Self.history(row)), expected, "\(objective), \(factors), \(count)")
      }
    }
  }

  /// What training stores for a user is what folding the same user in gives.
  @Test(arguments: ObjectiveCase.allCases, Precision.allCases)
  func reproducesTrainedUsers(objective: ObjectiveCase, precision: Precision) throws {
    let data = try Self.data()
    let model = try objective.model(of: data, factors: Self.factors, precision)
    for (user, stored) in model.userRows.enumerated() {
      let folded = try model.foldIn(user: History(ofUserAt: user, in: data.interactions))
      let size = stored.reduce(0) { max($0, abs($1)) }
      for (a, b) in zip(folded.factors + [folded.bias], stored) { #expect(abs(a - b) <= 1e-4 * max(size, 1e-3)) }
    }
  }

  @Test(arguments: ObjectiveCase.allCases, Precision.allCases)
  func manyAtOnceEqualOneByOne(objective: ObjectiveCase, precision: Precision) throws {
    let data = try Self.data()
    let model = try objective.model(of: data, factors: Self.factors, precision)
    // Other identifiers in another order: 53 and more are unknown items, 67 and more unknown users.
    let others = try TestData("others", users: 90, items: 70, density: 0.2, emptyUsers: [3], seed: 9).interactions
    func rounded(_ x: Double) -> Double { precision == .float ? Double(Float(x)) : x }
    for threads in [1, 2, 3] {
      let users = try model.foldIn(users: others, threads: threads)
      let items = try model.foldIn(items: others, threads: threads)
      #expect(users.identifiers == others.users && items.identifiers == others.items)
      var unknown = (users: 0, items: 0)
      for user in others.users.indices {
        let alone = try model.foldIn(user: History(ofUserAt: user, in: others))
        #expect(users.factors(at: user) == alone.factors.map(rounded))
        #expect(users.bias(at: user) == rounded(alone.bias))
        #expect(users.entryCounts[user] == alone.entries.count)
        unknown.users += alone.unknown.count
      }
      for item in others.items.indices {
        let alone = try model.foldIn(item: History(ofItemAt: item, in: others))
        #expect(items.factors(at: item) == alone.factors.map(rounded))
        unknown.items += alone.unknown.count
      }
      #expect(users.unknownCount == unknown.users && items.unknownCount == unknown.items)
    }
  }

  @Test func unknownItemsAreReturned() throws {
    let model = try ObjectiveCase.hkv.model(of: try Self.data(), factors: 3, .float)
    let user = try model.foldIn(user: [5, 99, "x", 99, 3])
    #expect(user.unknown == [99, "x"])
    #expect(user.entries == [3, 5])
    #expect(try model.foldIn(user: [5, 3]).factors == user.factors)
    let nobody = try model.foldIn(user: ["x"])
    #expect(nobody.isEmpty && nobody.factors == [0, 0, 0])
  }

  @Test func repeatsAreMergedAndZerosAreAbsent() throws {
    let data = try Self.data()
    let counts = try ObjectiveCase.hkv.model(of: data, factors: 3, .float)
    #expect(try counts.foldIn(user: [5: 2, 3: 1, 5: 3, 9: 0]) == counts.foldIn(user: [3: 1, 5: 5]))
    let ratings = try ObjectiveCase.explicitBiased.model(of: data, factors: 3, .float)
    #expect(try ratings.foldIn(user: [5: 2, 3: 1, 5: 3]) == ratings.foldIn(user: [3: 1, 5: 3]))
    #expect(try ratings.foldIn(user: [5: 0]).entries == [5])
  }

  @Test func valuesThatTheObjectiveCannotReadAreErrors() throws {
    let model = try ObjectiveCase.hkv.model(of: try Self.data(), factors: 3, .float)
    let error = #expect(throws: ALSError.self) { try model.foldIn(user: [5: -1]) }
    #expect(error?.message.hasPrefix("history, 5: value -1.0 is negative") == true)
    #expect(throws: ALSError.self) { try History([1], values: [.nan]) }
    #expect(throws: ALSError.self) { try History([1, 2], values: [1]) }
    let negative = try Interactions(users: [1, 2], items: [5, 5], values: [1, -1])
    let batch = #expect(throws: ALSError.self) { try model.foldIn(users: negative) }
    #expect(batch?.message.hasPrefix("user 2: value -1.0 is negative") == true)
    #expect(throws: ALSError.self) { try model.foldIn(users: negative, threads: 0) }
  }

  /// Without regularisation and with fewer entries than factors, the solution of least norm is taken.
  @Test func singularRowsHaveTheLeastNorm() throws {
    let data = try Self.data()
    let model = try ExplicitALS(
      ExplicitLoss(biases: false), factors: 11, iterations: 2, regularization: 0, precision: .double
    )
    .fit(data.interactions)
    let row = Self.row(of: 53, observed: 4, seed: 3)
    let user = try model.foldIn(user: Self.history(row))
    for item in user.entries {
      let score = zip(user.factors, model.itemFactors(at: item)).reduce(model.globalMean) { $0 + $1.0 * $1.1 }
      #expect(abs(score - (row[item] ?? 0)) < 1e-6)
    }
  }
}
