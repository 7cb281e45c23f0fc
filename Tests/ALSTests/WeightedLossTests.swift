import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import ALSTestSupport
import Foundation
import Testing

/// One thing, or some together, that weighs entries, cells or rows.
enum WeightingCase: String, CaseIterable, Sendable {
  case weighted, weightedLinear, weightedLog, weightedHKV, explicitWeighted, explicitPlainWeighted
  case dislikes, dislikesLinear, dislikesHKV, ignoredDislikes, spark
  case userDegrees, itemDegrees, bothDegrees, degreesHKV, unobservedPopularity
  case sides, exponents, biases, noMean, alsWR, onlyWeights, everything
  case bm25, tfIDF, bm25Dislikes, firstFactor

  var loss: AnyLoss {
    switch self {
    case .weighted, .sides: .implicit(.ials(unobservedWeight: 0.2))
    case .weightedLinear: .implicit(.ials(unobservedWeight: 0.2, confidence: .linear))
    case .weightedLog: .implicit(.ials(unobservedWeight: 0.2, alpha: 3, confidence: .log, confidenceScale: 0.5))
    case .weightedHKV: .implicit(.hkv(alpha: 4, confidence: .linear))
    case .explicitWeighted, .exponents: .explicit(ExplicitLoss())
    case .explicitPlainWeighted: .explicit(ExplicitLoss(biases: false))
    case .dislikes: .implicit(ImplicitLoss(objective: .ials, unobservedWeight: 0.2, dislikes: .zero))
    case .dislikesLinear:
      .implicit(ImplicitLoss(objective: .ials, unobservedWeight: 0.1, alpha: 2, confidence: .linear, dislikes: .zero))
    case .dislikesHKV:
      .implicit(ImplicitLoss(objective: .hkv, unobservedWeight: 0.5, alpha: 3, confidence: .log, dislikes: .zero))
    case .ignoredDislikes:
      .implicit(ImplicitLoss(objective: .ials, unobservedWeight: 0.2, confidence: .linear, dislikes: .ignore))
    case .spark:
      .implicit(
        ImplicitLoss(
          objective: .hkv, alpha: 2, confidence: .linear, dislikes: .zero, regularizationBasis: .entries))
    case .userDegrees: .implicit(ImplicitLoss(objective: .ials, unobservedWeight: 0.2, userDegreeExponent: 0.5))
    case .itemDegrees:
      .implicit(ImplicitLoss(objective: .ials, unobservedWeight: 0.2, confidence: .linear, itemDegreeExponent: 1))
    case .bothDegrees:
      .implicit(
        ImplicitLoss(objective: .ials, unobservedWeight: 0.2, userDegreeExponent: 0.8, itemDegreeExponent: 1))
    case .degreesHKV:
      .implicit(
        ImplicitLoss(
          objective: .hkv, unobservedWeight: 0.7, alpha: 5, confidence: .linear, userDegreeExponent: 1,
          itemDegreeExponent: 0.25))
    case .unobservedPopularity:
      .implicit(ImplicitLoss(objective: .ials, unobservedWeight: 0.3, unobservedPopularityExponent: 0.75))
    case .biases: .explicit(ExplicitLoss(biasRegularization: 0.01))
    case .firstFactor: .explicit(ExplicitLoss(firstFactorShare: 0.3))
    case .noMean: .explicit(ExplicitLoss(mean: false))
    case .alsWR: .explicit(ExplicitLoss(biases: false, mean: false))
    case .onlyWeights: .implicit(ImplicitLoss(objective: .hkv, unobservedWeight: 0.4, alpha: 0))
    case .bm25: .implicit(ImplicitLoss(objective: .ials, unobservedWeight: 0.2, confidence: .bm25))
    case .tfIDF: .implicit(ImplicitLoss(objective: .hkv, alpha: 2, confidence: .tfIDF))
    case .bm25Dislikes:
      .implicit(
        ImplicitLoss(
          objective: .ials, unobservedWeight: 0.2, confidence: .bm25, bm25K1: 3, bm25B: 0.4, dislikes: .zero,
          itemDegreeExponent: 0.5))
    case .everything:
      .implicit(
        ImplicitLoss(
          objective: .ials, unobservedWeight: 0.2, alpha: 2, confidence: .log, dislikes: .zero,
          regularizationBasis: .entries,
          userDegreeExponent: 0.5, itemDegreeExponent: 0.75))
    }
  }

  func configuration(_ rows: RowCase, _ precision: Precision, factors: Int) -> ModelConfiguration {
    var configuration = ModelConfiguration(
      loss, factors: factors, iterations: 3, regularization: 0.05, precision: precision, initialScale: 0.5)
    rows.apply(to: &configuration, l1: 0.03)
    switch self {
    case .sides, .everything:
      (configuration.userRegularization, configuration.itemRegularization) = (0.02, 0.2)
      configuration.itemRegularizationExponent = 0.5
    case .exponents:
      (configuration.userRegularizationExponent, configuration.itemRegularizationExponent) = (0, 0.5)
    case .biases, .firstFactor: configuration.regularizationExponent = 1
    default: break
    }
    return configuration
  }

  private var hasWeights: Bool { ![.dislikes, .noMean, .alsWR, .onlyWeights, .userDegrees].contains(self) }

  private var hasNegative: Bool {
    if let loss = ImplicitLoss(loss) { return loss.dislikes != .error }
    return true
  }

  /// Users × items with a user who has nothing liked, an item with all users, and users with one item.
  func cells(users: Int, items: Int) -> [[WeightedLoss.Entry?]] {
    var random = RandomGenerator(seed: 3)
    return (0..<users).map { user in
      (0..<items).map { item in
        let draw = random.nextIndex(below: 100)
        let (value, weight) = (Double(1 + random.nextIndex(below: 4)), [0.25, 0.5, 1, 2][random.nextIndex(below: 4)])
        let isNegative = hasNegative && (random.nextIndex(below: 4) == 0 || user == 2)
        guard item == 1 || draw < (user % 5 == 0 ? 70 : 12) else { return nil }
        return .init(value: isNegative ? -value : value, weight: hasWeights ? weight : 1)
      }
    }
  }
}

/// Weights of entries, cells and rows against losses that are written down cell by cell.
@Suite struct WeightedLossTests {
  private static let (userCount, itemCount) = (27, 19)

  private static func interactions(_ cells: [[WeightedLoss.Entry?]], users: Range<Int>) throws -> Interactions {
    let pairs = users.flatMap { user in
      (0..<cells[user].count).compactMap { item in cells[user][item].map { (user, item, $0) } }
    }
    return try Interactions(
      users: pairs.map(\.0), items: pairs.map(\.1), values: pairs.map { Float($0.2.value) },
      weights: pairs.map { Float($0.2.weight) })
  }

  /// Users and items by their numbers, with biases if there are some; zeros for those that the model does not know.
  private static func tables(_ model: FactorModel, users: Int, items: Int) -> (users: [[Double]], items: [[Double]]) {
    func rows(_ names: Identifiers, _ count: Int, _ row: (Int) -> [Double]) -> [[Double]] {
      (0..<count).map { names.index(of: .integer(Int64($0))).map(row) ?? row(0).map { _ in 0 } }
    }
    let hasBiases = model.configuration.hasBiases
    return (
      rows(model.users, users) { model.userFactors(at: $0) + (hasBiases ? [model.userBias(at: $0)] : []) },
      rows(model.items, items) { model.itemFactors(at: $0) + (hasBiases ? [model.itemBias(at: $0)] : []) }
    )
  }

  private static func row(_ folded: FoldedRow, hasBiases: Bool) -> [Double] {
    folded.factors + (hasBiases ? [folded.bias] : [])
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { abs($0 - $1) }.max() ?? 0
  }

  /// Whatever the arithmetic, w and w·t of an entry come from numbers in single precision; a gradient is in proportion to
  /// errors, which are a fiftieth of the targets where a model fits well.
  private static let rounding = 128 * Double(Float.ulpOfOne)

  /// That, or the rounding of stored factors in a sum of some hundred terms.
  private static func tolerance(_ precision: Precision) -> Double { precision == .double ? rounding : 2e-4 }

  @Test(arguments: WeightingCase.allCases, RowCase.allCases)
  func modelsAreAtTheLeastLoss(_ weighting: WeightingCase, _ rows: RowCase) throws {
    for precision in Precision.allCases {
      for factors in [1, 6, 21] {
        let configuration = weighting.configuration(rows, precision, factors: factors)
        if weighting == .firstFactor, RowCase.constrained.contains(rows) {
          #expect(throws: ALSError.self) { try configuration.validate() }
        } else {
          try check(weighting, configuration)
        }
      }
    }
  }

  private func check(_ weighting: WeightingCase, _ configuration: ModelConfiguration) throws {
    let cells = weighting.cells(users: Self.userCount + 2, items: Self.itemCount)
    let data = try Self.interactions(cells, users: 0..<Self.userCount)
    let tolerance = Self.tolerance(configuration.precision)
    let model = try configuration.fit(data, threads: 2, computingLoss: true)
    let loss = WeightedLoss(configuration, cells: Array(cells.prefix(Self.userCount)), itemCount: Self.itemCount)
    let (users, items) = Self.tables(model, users: Self.userCount, items: Self.itemCount)
    let (found, expected) = (try #require(model.history.last?.loss), loss.value(users, items))
    #expect(abs(found - expected) <= tolerance * abs(expected), "\(configuration): \(found), \(expected)")
    #expect(abs(model.globalMean - loss.mean) < 1e-9)
    #expect(abs(try model.loss(on: data, threads: 3) - found) <= tolerance * abs(found))

    let scratch = try Scratch()
    try model.write(to: scratch.path("model"))
    let read = try FactorModel(contentsOf: scratch.path("model"))
    let all = try read.foldIn(users: data, threads: 2)
    let hasBiases = loss.hasBiases
    for user in 0..<Self.userCount where !cells[user].compactMap(\.self).isEmpty {
      let slope = loss.slope(ofUser: user, users[user], items: items)
      #expect(slope <= tolerance, "\(configuration): user \(user), \(slope)")
      let index = try #require(data.users.index(of: .integer(Int64(user))))
      let history = History(ofUserAt: index, in: data)
      let folded = Self.row(try model.foldIn(user: history), hasBiases: hasBiases)
      let size = folded.map(abs).max() ?? 0
      #expect(Self.distance(folded, users[user]) <= 100 * tolerance * (size + 1e-9), "\(configuration): user \(user)")
      #expect(loss.slope(ofUser: user, folded, items: items) <= Self.rounding)
      #expect(Self.distance(all.factors(at: index), folded) <= tolerance * (size + 1e-9))
      try checkParts(model, history, folded, size)
    }
    for item in 0..<Self.itemCount {
      guard let index = data.items.index(of: .integer(Int64(item))) else { continue }
      let folded = Self.row(try read.foldIn(item: History(ofItemAt: index, in: data)), hasBiases: hasBiases)
      let slope = loss.slope(ofItem: item, folded, users: users)
      #expect(slope <= Self.rounding, "\(configuration): item \(item), \(slope)")
    }
    try checkUpdate(model, cells)
  }

  /// Kept equations that come to the same history in parts, and what the parts add to a score.
  private func checkParts(_ model: FactorModel, _ history: History, _ folded: [Double], _ size: Double) throws {
    func part(_ range: Range<Int>) throws -> History {
      try History(
        Array(history.identifiers[range]), values: history.values.map { Array($0[range]) },
        weights: history.weights.map { Array($0[range]) })
    }
    let half = history.count / 2
    var system = try model.system(user: part(0..<half))
    try system.add(part(half..<history.count))
    #expect(Self.distance(system.row.factors, folded) <= 1e-6 * (size + 1e-9))
    let item = model.items[history.count % model.items.count]
    let why = try model.explain(item: item, history: history)
    let score = try model.score(user: model.foldIn(user: history), item: item)
    #expect(abs(why.score - score) <= 1e-6 * (1 + abs(score)))
    let parts = why.contributions.reduce(why.globalMean + why.userBias + why.itemBias) { $0 + $1.contribution }
    #expect(abs(parts - score) <= 1e-6 * (1 + abs(score)))
  }

  /// Users who come later are part of what items are folded in against.
  private func checkUpdate(_ model: FactorModel, _ cells: [[WeightedLoss.Entry?]]) throws {
    let later = try Self.interactions(cells, users: Self.userCount..<cells.count)
    let updated = try model.updating(users: later, threads: 1)
    let loss = WeightedLoss(
      model.configuration, cells: cells, itemCount: Self.itemCount, trained: Self.userCount)
    let (users, _) = Self.tables(updated, users: cells.count, items: Self.itemCount)
    let everything = try Self.interactions(cells, users: 0..<cells.count)
    // Degrees of items are those of the training, so only an item that nobody has bought since has its old one.
    for item in 0..<Self.itemCount where later.items.index(of: .integer(Int64(item))) == nil {
      guard let index = everything.items.index(of: .integer(Int64(item))) else { continue }
      let folded = Self.row(
        try updated.foldIn(item: History(ofItemAt: index, in: everything)), hasBiases: loss.hasBiases)
      #expect(loss.slope(ofItem: item, folded, users: users) <= 1e-4, "\(model.configuration): item \(item)")
    }
  }

  /// Blocks of factors lower the loss, and stay where the exact solver is.
  @Test(arguments: WeightingCase.allCases, [1, 4]) func blocksStayAtTheExactSolution(
    _ weighting: WeightingCase, size: Int
  ) throws {
    let configuration = weighting.configuration(.cholesky, .double, factors: 6)
    let data = try Self.interactions(
      weighting.cells(users: Self.userCount, items: Self.itemCount), users: 0..<Self.userCount)
    let training = try configuration.training(on: data)
    let exact = training.trainer(Double.self, threads: 1)
    let blocks = training.trainer(Double.self, threads: 2, solver: SubspaceSolver(blockSize: size))
    func scores(_ trainer: Trainer<Double>) -> [Double] {
      let (users, items) = (trainer.tables.users.rowsAsDoubles, trainer.tables.items.rowsAsDoubles)
      return users.flatMap { user in items.map { item in zip(user, item).reduce(0) { $0 + $1.0 * $1.1 } } }
    }
    for side in [Side.users, .items, .users] {
      let start = scores(exact)
      _ = try exact.solve(side)
      var losses = [blocks.loss()]
      for _ in 0..<3 {
        #expect(try blocks.solve(side).rescuedRows == 0)
        losses.append(blocks.loss())
      }
      #expect(zip(losses, losses.dropFirst()).allSatisfy { $1 <= $0 * (1 + 1e-12) }, "\(losses)")
      #expect(losses[3] < losses[0])
      #expect(losses[3] >= exact.loss() * (1 - 1e-12))
      for side in Side.allCases {
        blocks.tables[side].buffer.pointer.update(
          from: exact.tables[side].buffer.pointer, count: exact.tables[side].buffer.count)
      }
      _ = try blocks.solve(side)
      let expected = scores(exact)
      let largest = expected.map(abs).max() ?? 0
      #expect(Self.distance(start, expected) > 1e-3 * largest, "nothing was to be solved")
      #expect(Self.distance(scores(blocks), expected) <= 1e-9 * largest, "\(weighting), blocks of \(size), \(side)")
    }
  }

  /// Ranks come to the same model.
  @Test(arguments: WeightingCase.allCases, RowCase.allCases)
  func ranksComeToTheSame(_ weighting: WeightingCase, _ rows: RowCase) throws {
    if weighting == .firstFactor, RowCase.constrained.contains(rows) { return }
    let configuration = weighting.configuration(rows, .double, factors: 5)
    let data = try Self.interactions(weighting.cells(users: 61, items: 23), users: 0..<61)
    let single = try configuration.fit(data, threads: 1, computingLoss: true)
    let (users, items) = Self.tables(single, users: 61, items: 23)
    for (ranks, needed) in [(1, false), (3, false), (3, true)] {
      let model = try RankTrainingTests.model(
        configuration, on: data, ranks: ranks,
        layout: DistributedLayout(blockBytes: 2000, holdsNeededItemsOnly: needed), in: Scratch())
      let other = Self.tables(model, users: 61, items: 23)
      let size = items.joined().map(abs).max() ?? 0
      for (a, b) in zip(users + items, other.users + other.items) {
        #expect(Self.distance(a, b) <= 1e-5 * size, "\(configuration), \(ranks)")
      }
      let (loss, expected) = (try #require(model.history.last?.loss), try #require(single.history.last?.loss))
      #expect(abs(loss - expected) <= 1e-6 * abs(expected), "\(configuration), \(ranks)")
      let history = History(ofUserAt: data.users.count / 2, in: data)
      let folded = (try model.foldIn(user: history).factors, try single.foldIn(user: history).factors)
      #expect(Self.distance(folded.0, folded.1) <= 1e-5 * size)
    }
  }

  /// A training that goes on, starts from a model, or stops early has the same losses.
  @Test(
    arguments: [WeightingCase.bothDegrees, .everything, .biases, .explicitWeighted, .firstFactor],
    [RowCase.conjugateGradient, .subspace, .sparse, .sparseNonnegative])
  func trainingsGoOn(_ weighting: WeightingCase, _ rows: RowCase) throws {
    if weighting == .firstFactor, RowCase.constrained.contains(rows) { return }
    var configuration = weighting.configuration(rows, .double, factors: 6)
    let data = try Self.interactions(weighting.cells(users: 27, items: 19), users: 0..<27)
    let scratch = try Scratch()
    configuration.iterations = 6
    let whole = try configuration.fit(data, threads: 2, computingLoss: true)
    struct Stop: Error {}
    let checkpointing = Checkpointing(path: scratch.path("checkpoint"), resumes: true)
    #expect(throws: Stop.self) {
      try configuration.fit(data, threads: 1, computingLoss: true, checkpointing: checkpointing) {
        if $0.iteration == 3 { throw Stop() }
      }
    }
    let resumed = try configuration.fit(data, threads: 1, computingLoss: true, checkpointing: checkpointing)
    #expect(RankTrainingTests.bits(resumed) == RankTrainingTests.bits(whole))
    configuration.iterations = 1
    let warm = try configuration.fit(data, startingFrom: whole, threads: 2, computingLoss: true)
    let (before, after) = (whole.history.last?.loss ?? 0, warm.history.last?.loss ?? .infinity)
    #expect(after <= before * (1 + 1e-9), "\(before) \(after)")
  }
}
