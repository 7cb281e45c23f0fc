import ALS
import ALSDense
import ALSPlatform
import ALSSparse

/// An objective with side features as it is written down, over all cells: the twin of a training.
struct FeatureTwin: Sendable {
  enum Kind: String, CaseIterable, Sendable { case ials, hkv, explicit, weighted, popular }

  let kind: Kind
  /// λ of the first factor of ratings, in units of λ.
  var firstFactorShare = 1.0
  let data: TestData
  /// Dense: entities × features.
  let features: Sides<[[Double]]>
  static let (lambda, share, factors, weight) = (0.3, 0.7, 3, 0.6)

  /// Some data with features that say something, of which some entities have none.
  init(_ kind: Kind, users: Int = 14, items: Int = 11, features count: Int = 4, seed: UInt64 = 5) throws {
    self.kind = kind
    data = try TestData("features", users: users, items: items, density: 0.4, seed: seed)
    var random = RandomGenerator(seed: seed + 1)
    func rows(_ entities: Int) -> [[Double]] {
      (0..<entities).map { row in
        (0..<count).map { _ in
          row % 5 == 4 || random.nextUniform() < 0.5 ? 0 : Double(Float(random.nextUniform() - 0.3))
        }
      }
    }
    features = Sides(users: rows(users), items: rows(items))
  }

  /// Those that the engine gets.
  func given(_ side: Side) -> Features {
    let rows = features[side]
    let names = try? Identifiers.indexing(Array(0..<rows.count)).table
    let columns = try? Identifiers.indexing((0..<rows[0].count).map { "f\($0)" }).table
    let entries = rows.map { row in row.indices.filter { row[$0] != 0 } }
    let ones = Buffer<Double>(repeating: 1, count: rows[0].count)
    return Features(
      entities: names ?? Identifiers(positions: rows.count),
      space: FeatureSpace(
        names: columns ?? Identifiers(positions: rows[0].count), shifts: Buffer(repeating: 0, count: rows[0].count),
        scales: ones),
      matrix: CSRMatrix(
        rowCount: rows.count, columnCount: rows[0].count,
        rowStarts: Buffer(entries.reduce(into: [Int64(0)]) { $0.append(($0.last ?? 0) + Int64($1.count)) }),
        columns: Buffer(entries.joined().map { Int32($0) }),
        values: Buffer(zip(rows, entries).flatMap { row, kept in kept.map { Float(row[$0]) } })))
  }

  func configuration(_ solver: Solver, _ precision: Precision, iterations: Int? = nil) -> ModelConfiguration {
    var configuration: ModelConfiguration =
      switch kind {
      case .ials:
        ImplicitALS(.ials(unobservedWeight: 0.2, confidence: .linear), regularization: Self.lambda).any
      case .hkv: ImplicitALS(.hkv(alpha: 3, confidence: .linear), regularization: 4 * Self.lambda).any
      case .explicit:
        ExplicitALS(
          ExplicitLoss(biasRegularization: 0.8, firstFactorShare: firstFactorShare), regularization: Self.lambda
        ).any
      case .weighted:
        ImplicitALS(
          ImplicitLoss(
            objective: .ials, unobservedWeight: 0.2, confidence: .binary, userDegreeExponent: 0.4,
            itemDegreeExponent: 0.3),
          regularization: Self.lambda
        ).any
      case .popular:
        ImplicitALS(
          ImplicitLoss(
            objective: .ials, unobservedWeight: 0.2, confidence: .binary, userDegreeExponent: 0, itemDegreeExponent: 0,
            unobservedPopularityExponent: 0.5),
          regularization: Self.lambda
        ).any
      }
    configuration.factors = Self.factors
    (configuration.solver, configuration.precision, configuration.iterations) = (solver, precision, iterations)
    (configuration.featureRegularization, configuration.featureWeight) = (Self.share, Self.weight)
    configuration.initialScale = 1
    return configuration
  }

  func training(_ solver: Solver, _ precision: Precision) throws -> Training {
    try configuration(solver, precision).training(on: data.interactions, with: Sides { given($0) })
  }

  func degree(_ side: Side, _ row: Int) -> Int {
    side == .users ? data.cells[row].count { $0 != nil } : data.cells.count { $0[row] != nil }
  }

  func density(_ training: Training, _ side: Side, _ row: Int) -> Double {
    kind == .weighted || kind == .popular
      ? training.objective.parameters(of: side, entryCount: degree(side, row), fixedCount: features[side.other].count)
        .density : 1
  }

  /// λ of a row's factors.
  func regularization(_ training: Training, _ side: Side, _ row: Int) -> Double {
    let (n, others) = (Double(degree(side, row)), Double(features[side.other].count))
    return switch kind {
    case .ials, .popular: Self.lambda * (n + 0.2 * others)
    case .hkv: 4 * Self.lambda
    case .explicit: Self.lambda * n.squareRoot()
    case .weighted: Self.lambda * (n + 0.2 * others) * density(training, side, row)
    }
  }

  /// λ_W.
  func featureRegularization(_ training: Training, _ side: Side) -> Double {
    let owners = features[side].indices.filter { row in features[side][row].contains { $0 != 0 } }
    return Self.weight * Self.share * owners.reduce(0) { $0 + regularization(training, side, $1) }
      / Double(owners.count)
  }

  /// What a coordinate's terms weigh beside those of others: λ_b/λ of a bias.
  func share(ofCoordinate c: Int) -> Double {
    kind == .explicit && c == Self.factors ? 0.8 / Self.lambda : c == 0 ? firstFactorShare : 1
  }

  /// The whole objective.
  func loss(_ training: Training, _ x: Sides<[[Double]]>, _ weights: Sides<[[Double]]>) -> Double {
    var sum = 0.0
    let mean = data.cells.joined().compactMap { $0 }.reduce(0, +) / Double(data.interactions.count)
    for (u, row) in data.cells.enumerated() {
      for (i, value) in row.enumerated() {
        let (a, b) = (x.users[u], x.items[i])
        var score = (0..<Self.factors).reduce(0) { $0 + a[$1] * b[$1] }
        if kind == .explicit { score += mean + a[Self.factors] + b[Self.factors] }
        switch (kind, value) {
        case (.ials, let value): sum += (value.map { $0 * (score - 1) * (score - 1) } ?? 0) + 0.2 * score * score
        case (.hkv, let value?): sum += (1 + 3 * value) * (1 - score) * (1 - score)
        case (.hkv, nil): sum += score * score
        case (.explicit, let value?): sum += (value - score) * (value - score)
        case (.explicit, nil): break
        case (.weighted, let value):
          sum +=
            density(training, .users, u) * density(training, .items, i)
            * ((value == nil ? 0 : (score - 1) * (score - 1)) + 0.2 * score * score)
        case (.popular, let value):
          sum +=
            (value == nil ? 0 : (score - 1) * (score - 1))
            + 0.2 * density(training, .users, u) * density(training, .items, i) * score * score
        }
      }
    }
    for side in Side.allCases {
      for (row, factors) in x[side].enumerated() {
        for c in factors.indices {
          let prior = features[side][row].enumerated().reduce(0) { $0 + $1.element * weights[side][$1.offset][c] }
          let difference = factors[c] - prior
          sum +=
            share(ofCoordinate: c) * regularization(training, side, row)
            * ((1 - Self.weight) * factors[c] * factors[c] + Self.weight * difference * difference)
        }
      }
      for row in weights[side] {
        for c in row.indices {
          sum += share(ofCoordinate: c) * featureRegularization(training, side) * row[c] * row[c]
        }
      }
    }
    return sum
  }

  /// The factors of a trainer as a model has them.
  func factors<Element: Scalar>(_ training: Training, _ trainer: Trainer<Element>) -> Sides<[[Double]]> {
    Sides { side in
      trainer.tables[side].rowsAsDoubles.enumerated().map { row, x in
        let root = kind == .weighted ? density(training, side, row).squareRoot() : 1
        return x.map { $0 / root }
      }
    }
  }
}
