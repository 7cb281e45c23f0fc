import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// A race chooses what is left open, the same for any number of threads, and nothing else.
@Suite struct RaceTests {
  /// Groups of taste, and strays: just enough of them for a race.
  private static func purchases(users: Int = 1600, values: Bool = false) throws -> Interactions {
    var random = RandomGenerator(seed: 11)
    var (rows, columns, counts): ([Int], [Int], [Float]) = ([], [], [])
    for user in 0..<users {
      for item in 0..<150 {
        let chance = user % 10 == item % 10 ? 0.6 : 0.13 * Double(item % 7) / 6
        guard random.nextUniform() < chance else { continue }
        rows.append(user)
        columns.append(item)
        counts.append(Float(1 + random.nextIndex(below: 5)))
      }
    }
    return try Interactions(users: rows, items: columns, values: values ? counts : nil)
  }

  @Test func everyNumberOfThreadsChoosesTheSame() throws {
    let interactions = try Self.purchases()
    let models = try [1, 2, 3].map {
      try ImplicitALS(seed: 4).fit(interactions, choosing: .race(mostFactors: 32), threads: $0)
    }
    #expect(models[0].choice != nil)
    for model in models.dropFirst() {
      #expect(model.configuration == models[0].configuration)
      #expect(model.choice == models[0].choice)
      #expect(model.factorBytes == models[0].factorBytes)
    }
  }

  /// What a race has found is what a training with those numbers gives.
  @Test func chosenNumbersGiveTheSameModel() throws {
    let interactions = try Self.purchases()
    let model = try ImplicitALS().fit(interactions, choosing: .race(mostFactors: 16), threads: 2)
    var configuration = model.configuration
    configuration.iterations = nil
    let again = try configuration.fit(interactions, choosing: .none, threads: 2)
    #expect(again.factorBytes == model.factorBytes)
    #expect(again.choice == nil)
  }

  /// NDCG@20 by its definition, from all scores of each user.
  @Test(arguments: [false, true]) func scoresAreThoseOfTheDefinition(_ hasValues: Bool) throws {
    let interactions = try Self.purchases(values: hasValues)
    let data = try #require(RaceData(of: interactions, seed: 3, threads: 2))
    #expect(data.training.count + data.heldOut.entryCount == interactions.count)
    let share = Double(data.heldOut.entryCount) / Double(interactions.count)
    // Six standard deviations of a binomial.
    #expect(abs(share - 0.1) < 6 * (0.09 / Double(interactions.count)).squareRoot())
    let model = try ImplicitALS(factors: 6, iterations: 3).fit(data.training, choosing: .formula)
    let scores = try data.scores(of: model, data.users.prefix(300), threads: 2)
    for (user, score) in zip(data.users, scores) {
      let seen = Set(data.training.byUser.columns(ofRow: user))
      let wanted = Set(data.heldOut.columns(ofRow: user))
      #expect(seen.isDisjoint(with: wanted))
      let ranked = (0..<Int32(interactions.items.count)).filter { !seen.contains($0) }
        .sorted { (model.score(userAt: user, itemAt: Int($0)), $1) > (model.score(userAt: user, itemAt: Int($1)), $0) }
      var (gain, ideal) = (0.0, 0.0)
      for (rank, item) in ranked.prefix(20).enumerated() where wanted.contains(item) {
        gain += 1 / log2(Double(rank + 2))
      }
      for rank in 0..<min(wanted.count, 20) { ideal += 1 / log2(Double(rank + 2)) }
      #expect(abs(score - gain / ideal) < 1e-12)
    }
  }

  /// The best of the race is never worse, on the part that it was judged on, than what it began with.
  @Test func whatIsChosenIsTheBest() throws {
    let interactions = try Self.purchases()
    let model = try ImplicitALS().fit(interactions, choosing: .race(mostFactors: 64), threads: 2)
    let choice = try #require(model.choice)
    #expect(choice.metric == "ndcg@20")
    #expect(choice.heats.count > 4)
    #expect(choice.heats[choice.best].value >= choice.heats[0].value)
    #expect(choice.heats[choice.best].factors == model.factorCount)
    #expect(choice.heats.allSatisfy { $0.factors <= 64 && $0.regularization > 0 })
  }

  @Test func whatIsGivenStays() throws {
    let interactions = try Self.purchases()
    let given = ImplicitALS(
      ImplicitLoss(objective: .ials, unobservedWeight: 0.2, userDegreeExponent: 0.25, itemDegreeExponent: 0.75),
      factors: 12)
    let (chosen, choice) = try given.chosen(for: interactions)
    #expect(choice != nil)
    #expect(chosen.factors == 12)
    #expect(chosen.unobservedWeight == 0.2)
    #expect(chosen.userDegreeExponent == 0.25 && chosen.itemDegreeExponent == 0.75)
    #expect(chosen.regularization != nil)
    let (whole, none) = try chosen.chosen(for: interactions)
    #expect(whole == chosen && none == nil)
  }

  /// Where large values are taste and small ones strays, they are read, and where they say nothing not.
  @Test func valuesCountWhereTheySaySomething() throws {
    var random = RandomGenerator(seed: 5)
    var (rows, columns, counts): ([Int], [Int], [Float]) = ([], [], [])
    for user in 0..<1200 {
      for item in 0..<200 {
        let isTaste = user % 10 == item % 10
        guard random.nextUniform() < (isTaste ? 0.5 : 0.15) else { continue }
        rows.append(user)
        columns.append(item)
        counts.append(isTaste ? 40 : 1)
      }
    }
    let telling = try Interactions(users: rows, items: columns, values: counts)
    let race = Choosing.race(mostFactors: 16)
    #expect(try ImplicitALS().chosen(for: telling, by: race).configuration.confidence == .log)
    counts.shuffle(using: &random)
    let misleading = try Interactions(users: rows, items: columns, values: counts)
    #expect(try ImplicitALS().chosen(for: misleading, by: race).configuration.confidence == .binary)
    let alike = try Interactions(users: rows, items: columns)
    let (chosen, choice) = try ImplicitALS().chosen(for: alike, by: race)
    #expect(chosen.confidence == .binary && choice?.heats.allSatisfy { $0.confidence == .binary } == true)
  }

  /// ρ and degree exponents exclude each other, whichever of them is given; with λ or α0 given, all cells weigh alike.
  @Test func cellWeightsFitTogether() throws {
    var weights = CellWeights()
    (weights.confidence, weights.unobservedPopularityExponent) = (.log, 0.25)
    weights.degreeExponents = Sides { _ in 0.5 }
    func filled(_ loss: ImplicitLoss) -> [Double?] {
      let loss = loss.filling(weights)
      return [loss.unobservedPopularityExponent, loss.userDegreeExponent, loss.itemDegreeExponent]
    }
    #expect(filled(ImplicitLoss(objective: .ials)) == [0, 0.5, 0.5])
    #expect(filled(ImplicitLoss(objective: .ials, unobservedPopularityExponent: 1)) == [1, 0, 0])
    #expect(filled(ImplicitLoss(objective: .ials, itemDegreeExponent: 1)) == [0, 0.5, 1])
    #expect(
      filled(ImplicitLoss(objective: .ials, userDegreeExponent: 0, itemDegreeExponent: 0)) == [0.25, 0, 0])
    #expect(ImplicitLoss(objective: .ials).filling(weights).confidence == .log)
    #expect(ImplicitLoss(objective: .ials, confidence: .linear).filling(weights).confidence == .linear)
    #expect(ImplicitLoss(objective: .hkv).filling(weights) == ImplicitLoss(objective: .hkv))
    let interactions = try Self.purchases(values: true)
    let (chosen, _) = try ImplicitALS(.ials(unobservedWeight: 0.2), factors: 12).chosen(for: interactions)
    #expect(chosen.confidence == .binary && chosen.unobservedPopularityExponent == 0)
  }

  @Test func fewDataAreLeftToTheRule() throws {
    let interactions = try Self.purchases(users: 60)
    for choosing in [Choosing.race(), .formula] {
      let (chosen, choice) = try ImplicitALS().chosen(for: interactions, by: choosing)
      #expect(choice == nil)
      #expect(chosen.factors == 64 && chosen.userDegreeExponent == 0 && chosen.itemDegreeExponent == 0)
      #expect(chosen == (try ImplicitALS().resolved(by: nil, for: interactions)))
    }
  }

  @Test func aRaceNeedsRoom() throws {
    let interactions = try Self.purchases(users: 30)
    #expect(RaceData.fits(interactions, factors: 64, copying: true))
    // Some terabytes.
    #expect(!RaceData.fits(interactions, factors: 1 << 31, copying: false))
  }

  @Test func nothingIsChosenWhereThatIsSaid() throws {
    let interactions = try Self.purchases(users: 30)
    #expect {
      try ImplicitALS(factors: 4).fit(interactions, choosing: .none)
    } throws: {
      "\($0)".contains("not all is given")
    }
    let whole = try ImplicitALS(factors: 4).resolved(by: nil, for: interactions)
    #expect(try whole.fit(interactions, choosing: .none).factorCount == 4)
  }

  @Test func ratingsAreLeftToTheRule() throws {
    let interactions = try Self.purchases(values: true)
    let (chosen, choice) = try ExplicitALS().chosen(for: interactions)
    #expect(choice == nil)
    #expect(chosen.factors == 64 && chosen.regularization != nil)
  }

  @Test func aModelSaysHowItWasChosen() throws {
    let model = try ImplicitALS().fit(Self.purchases(), choosing: .race(mostFactors: 8), threads: 2)
    let scratch = try Scratch()
    let path = scratch.path("chosen.safetensors")
    try model.write(to: path)
    #expect(try FactorModel(contentsOf: path).choice == model.choice)
  }

  @Test func aRaceEndsWhenItIsCancelled() async throws {
    let task = ImplicitALS().task(on: try Self.purchases(), threads: 1)
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.model }
    #expect(throws: CocoaError.self) {
      _ = try ImplicitALS().chosen(for: Self.purchases()) { _ in throw CocoaError(.userCancelled) }
    }
  }

  /// A model with more factors starts from the ones that are there, and from random numbers as large as the smallest of them.
  @Test(arguments: [0.0, 0.5]) func factorsGrow(_ exponent: Double) throws {
    let interactions = try Self.purchases(users: 200)
    func configuration(_ factors: Int) -> ImplicitALS {
      ImplicitALS(
        ImplicitLoss(
          objective: .ials, unobservedWeight: 0.1, userDegreeExponent: exponent, itemDegreeExponent: exponent),
        factors: factors, iterations: 4, regularization: 0.01)
    }
    let small = try configuration(5).fit(interactions)
    let trainer = try configuration(9).training(on: interactions).growing(from: small).trainer(Double.self, threads: 1)
    let unit = ImplicitLoss(small.configuration.loss)?.itemDegreeUnit ?? 1
    let items = trainer.tables.items
    var (squares, least) = ([Double](repeating: 0, count: 9), [Double](repeating: 0, count: 5))
    for item in 0..<items.rowCount {
      let degree = Double(interactions.byItem.degree(ofRow: item))
      let scale: Double = pow(degree / unit, -exponent / 2)
      for (c, factor) in small.itemFactors(at: item).enumerated() {
        let difference: Double = abs(items[item, c] - scale * factor)
        #expect(difference < 1e-6 * abs(factor) + 1e-12)
        least[c] += factor * factor
      }
      for c in 0..<9 { squares[c] += items[item, c] * items[item, c] }
    }
    let smallest = least.min() ?? 0
    for c in 5..<9 { #expect(squares[c] > smallest / 3 && squares[c] < 3 * smallest) }
  }
}
