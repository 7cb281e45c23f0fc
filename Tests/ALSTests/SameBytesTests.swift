import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

/// The promise that factors depend on seed, data and configuration alone.
@Suite struct SameBytesTests {
  /// Degrees from nothing to past the length at which rows are cut into segments.
  static func unevenInteractions() throws -> Interactions {
    var random = RandomGenerator(seed: 11)
    let users = 40_000
    var (rows, columns, values): ([Int], [Int], [Float]) = ([], [], [])
    for user in 0..<users {
      for item in [0, 1 + random.nextIndex(below: 5), 6 + random.nextIndex(below: 90)] where user % 97 != 13 {
        rows.append(user)
        columns.append(item)
        values.append(Float(1 + random.nextIndex(below: 5)))
      }
    }
    return try Interactions(users: rows, items: columns, values: values, duplicates: .last)
  }

  @Test(arguments: Solver.ofAnySign)
  func sameFactorsForEveryThreadCount(_ solver: Solver) throws {
    let interactions = try Self.unevenInteractions()
    #expect(interactions.byItem.degree(ofRow: 0) > 32_768, "no row is heavy")
    for precision in Precision.allCases {
      let implicit = ImplicitALS(
        factors: 9, iterations: 2, solver: solver, blockSize: 4, precision: precision, seed: 3)
      let explicit = ExplicitALS(
        factors: 9, iterations: 2, solver: solver, blockSize: 4, precision: precision, seed: 3)
      // What the race chooses is `RaceTests`'.
      func trained<Loss>(_ configuration: ALSConfiguration<Loss>, threads: Int) throws -> FactorModel {
        try configuration.fit(interactions, choosing: .formula, threads: threads, computingLoss: true)
      }
      let expected = (try trained(implicit, threads: 1), try trained(explicit, threads: 1))
      for threads in [2, 3, 8] {
        let model = try trained(implicit, threads: threads)
        #expect(model.factorBytes == expected.0.factorBytes, "implicit, \(threads) threads")
        #expect(model.history.map(\.loss) == expected.0.history.map(\.loss))
        let ratings = try trained(explicit, threads: threads)
        #expect(ratings.factorBytes == expected.1.factorBytes, "explicit, \(threads) threads")
        #expect(ratings.history.map(\.loss) == expected.1.history.map(\.loss))
      }
    }
  }

  /// Long rows advance together over tiles of the fixed side; here the tiles are small, so that there are many.
  @Test func sameFactorsForEveryThreadCountInTiles() throws {
    let interactions = try Self.unevenInteractions()
    let training = try ImplicitALS(factors: 9, seed: 3).training(on: interactions)
    func factors(threads: Int, tileBytes: Int) throws -> [[UInt8]] {
      let trainer = training.trainer(Float.self, threads: threads, tileBytes: tileBytes)
      for _ in 0..<2 {
        _ = try trainer.solve(.users)
        _ = try trainer.solve(.items)
      }
      return [Array(trainer.tables.users.buffer.bytes), Array(trainer.tables.items.buffer.bytes)]
    }
    let expected = try factors(threads: 1, tileBytes: 16 << 10)
    for threads in [2, 3, 8] { #expect(try factors(threads: threads, tileBytes: 16 << 10) == expected) }
    // The tiles are really there: another size adds in another order.
    #expect(try factors(threads: 1, tileBytes: 1 << 30) != expected)
  }

  @Test func seedsGiveDifferentFactors() throws {
    let interactions = try TestData("random", users: 30, items: 20, density: 0.3, seed: 5).interactions
    let models = try [1, 2].map { try ImplicitALS(factors: 4, iterations: 1, seed: $0).fit(interactions) }
    #expect(models[0].factorBytes != models[1].factorBytes)
  }

  @Test func orderOfInputDoesNotMatter() throws {
    var random = RandomGenerator(seed: 8)
    var events = Array(Set((0..<500).map { _ in [random.nextIndex(below: 40), random.nextIndex(below: 30)] }))
    let configuration = ImplicitALS(factors: 5, iterations: 2)
    let expected = try configuration.fit(Interactions(users: events.map { $0[0] }, items: events.map { $0[1] }))
    random.shuffle(&events)
    let shuffled = try configuration.fit(Interactions(users: events.map { $0[0] }, items: events.map { $0[1] }))
    #expect(shuffled.factorBytes == expected.factorBytes)
    #expect(shuffled.dataFingerprint == expected.dataFingerprint)
  }

  /// The users' permutation permutes the users' factors and changes nothing else, up to the rounding of other sums.
  @Test func namesDoNotMatter() throws {
    let data = try TestData("random", users: 25, items: 18, density: 0.4, seed: 9)
    var (users, renamed, items): ([Int], [Int], [Int]) = ([], [], [])
    for (u, row) in data.cells.enumerated() {
      for (i, value) in row.enumerated() where value != nil {
        users.append(u)
        renamed.append(1000 - u)
        items.append(i)
      }
    }
    let configuration = ImplicitALS(factors: 6, iterations: 3, precision: .double)
    let model = try configuration.fit(Interactions(users: users, items: items))
    let other = try configuration.fit(Interactions(users: renamed, items: items))
    for user in model.users.indices {
      guard case .integer(let name) = model.users[user] else { continue }
      let twin = try other.index(user: 1000 - name)
      for (a, b) in zip(model.userFactors(at: user), other.userFactors(at: twin)) { #expect(abs(a - b) < 1e-9) }
    }
  }
}

extension FactorModel {
  /// Every number of the model, as bytes.
  var factorBytes: [[UInt8]] {
    func bytes<Element>(_ tables: FactorTables<Element>) -> [[UInt8]] {
      [
        Array(tables.users.matrix.buffer.bytes), Array(tables.items.matrix.buffer.bytes),
        tables.users.biases.map { Array($0.bytes) } ?? [], tables.items.biases.map { Array($0.bytes) } ?? [],
      ]
    }
    return switch tables {
    case .float(let tables): bytes(tables)
    case .double(let tables): bytes(tables)
    }
  }
}
