import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

extension Solver {
  /// Those that find factors of any sign.
  static let ofAnySign: [Solver] = [.conjugateGradient, .cholesky, .subspace]
}

/// What rows may be, and how they are solved.
enum RowCase: String, CaseIterable, Sendable {
  case conjugateGradient, cholesky, subspace, nonnegative, sparse, sparseNonnegative

  static let constrained: [RowCase] = [.nonnegative, .sparse, .sparseNonnegative]

  func apply(to configuration: inout ModelConfiguration, l1: Double) {
    configuration.nonnegative = self == .nonnegative || self == .sparseNonnegative
    configuration.l1Regularization = self == .sparse || self == .sparseNonnegative ? l1 : 0
    if let solver = Solver(rawValue: rawValue) { configuration.solver = solver }
  }
}

/// One objective with its parameters, in the engine's words and in the reference's.
enum ObjectiveCase: String, CaseIterable, Sendable {
  case ialsBinary, ialsLinear, ialsLog, ialsHalfExponent, hkv, hkvLog, hkvScaled, hkvLowUnobserved
  case explicitBiased, explicitPlain, explicitUnscaled

  private func configurationOfImplicit(factors: Int) -> ImplicitALS? {
    switch self {
    case .ialsBinary:
      ImplicitALS(.ials(unobservedWeight: 0.3, confidence: .binary), factors: factors, regularization: 0.02)
    case .ialsLinear:
      ImplicitALS(.ials(unobservedWeight: 0.1, alpha: 2, confidence: .linear), factors: factors, regularization: 0.02)
    case .ialsLog:
      ImplicitALS(
        .ials(unobservedWeight: 0.2, alpha: 3, confidence: .log, confidenceScale: 0.5), factors: factors,
        regularization: 0.05)
    case .ialsHalfExponent:
      ImplicitALS(
        .ials(unobservedWeight: 0.3, confidence: .linear), factors: factors, regularization: 0.5,
        regularizationExponent: 0.5)
    case .hkv: ImplicitALS(.hkv(alpha: 5, confidence: .linear), factors: factors, regularization: 0.1)
    case .hkvLog: ImplicitALS(.hkv(alpha: 4, confidence: .log), factors: factors, regularization: 0.3)
    case .hkvScaled:
      ImplicitALS(
        .hkv(alpha: 3, confidence: .linear), factors: factors, regularization: 0.01, regularizationExponent: 1)
    case .hkvLowUnobserved:
      ImplicitALS(.hkv(unobservedWeight: 0.25, alpha: 3, confidence: .binary), factors: factors, regularization: 0.1)
    default: nil
    }
  }

  private func configurationOfExplicit(factors: Int) -> ExplicitALS? {
    switch self {
    case .explicitBiased: ExplicitALS(factors: factors, regularization: 0.05, regularizationExponent: 1)
    case .explicitPlain:
      ExplicitALS(
        ExplicitLoss(biases: false), factors: factors, regularization: 0.05, regularizationExponent: 1)
    case .explicitUnscaled: ExplicitALS(factors: factors, regularization: 0.4, regularizationExponent: 0)
    default: nil
    }
  }

  func configuration(factors: Int) -> ModelConfiguration {
    guard let any = configurationOfImplicit(factors: factors)?.any ?? configurationOfExplicit(factors: factors)?.any
    else {
      preconditionFailure("no configuration for \(self)")
    }
    return any
  }

  func training(on data: TestData, factors: Int, solver: Solver, steps: Int = 2) throws -> Training {
    var configuration = configuration(factors: factors)
    (configuration.solver, configuration.conjugateGradientSteps) = (solver, steps)
    return try configuration.training(on: data.interactions)
  }

  /// A model of `data`.
  func model(of data: TestData, factors: Int, iterations: Int = 3, _ precision: Precision) throws -> FactorModel {
    var configuration = configuration(factors: factors)
    (configuration.iterations, configuration.precision) = (iterations, precision)
    return try configuration.fit(data.interactions)
  }

  /// The reference for all of `data`, or for some rows of a model with a mean of its own.
  func reference(for data: TestData, mean: Double? = nil) -> DenseReference {
    /// ln(1 + x) as the engine stores it, rounded to 32 bits.
    func logarithm(_ x: Double) -> Double { Double(Float(referenceLog1p(x))) }
    let (loss, lambda, exponent, gain): (DenseReference.Loss, Double, Double, (Double) -> Double) =
      switch self {
      case .ialsBinary: (.ials(unobserved: 0.3), 0.02, 1, { _ in 1 })
      case .ialsLinear: (.ials(unobserved: 0.1), 0.02, 1, { 2 * $0 })
      case .ialsLog: (.ials(unobserved: 0.2), 0.05, 1, { 3 * logarithm($0 / 0.5) })
      case .ialsHalfExponent: (.ials(unobserved: 0.3), 0.5, 0.5, { $0 })
      case .hkv: (.hkv(unobserved: 1), 0.1, 0, { 5 * $0 })
      case .hkvLog: (.hkv(unobserved: 1), 0.3, 0, { 4 * logarithm($0) })
      case .hkvScaled: (.hkv(unobserved: 1), 0.01, 1, { 3 * $0 })
      case .hkvLowUnobserved: (.hkv(unobserved: 0.25), 0.1, 0, { _ in 3 })
      case .explicitBiased: (.explicit(biases: true), 0.05, 1, { $0 })
      case .explicitPlain: (.explicit(biases: false), 0.05, 1, { $0 })
      case .explicitUnscaled: (.explicit(biases: true), 0.4, 0, { $0 })
      }
    return DenseReference(
      loss: loss, lambda: lambda, exponent: exponent, cells: data.cells.map { $0.map { $0.map(gain) } },
      itemCount: data.itemCount, mean: mean)
  }
}

extension FactorModel {
  /// Rows as the reference has them: factors, and a bias where there is one.
  var userRows: [[Double]] {
    users.indices.map { userFactors(at: $0) + (hasBiases ? [userBias(at: $0)] : []) }
  }

  var itemRows: [[Double]] {
    items.indices.map { itemFactors(at: $0) + (hasBiases ? [itemBias(at: $0)] : []) }
  }

  var hasBiases: Bool { configuration.hasBiases }
}

/// ln(1 + x) by its series, after halving the argument's logarithm often enough: 2·artanh(x / (2 + x)).
func referenceLog1p(_ x: Double) -> Double {
  var (root, halvings) = (1 + x, 0)
  while root > 1.1 { (root, halvings) = (root.squareRoot(), halvings + 1) }
  let z = (root - 1) / (root + 1)
  var (term, sum) = (z, 0.0)
  for n in stride(from: 1.0, to: 30, by: 2) {
    sum += term / n
    term *= z * z
  }
  return 2 * sum * Double(1 << halvings)
}

/// A dense picture of some interactions, and the interactions themselves.
struct TestData: CustomTestStringConvertible, Sendable {
  let name: String
  let cells: [[Double?]]
  let itemCount: Int
  let interactions: Interactions

  var testDescription: String { name }

  /// Cells drawn at random; rows and columns listed as empty have none.
  init(
    _ name: String, users: Int, items: Int, density: Double, emptyUsers: Set<Int> = [], emptyItems: Set<Int> = [],
    seed: UInt64
  ) throws {
    var random = RandomGenerator(seed: seed)
    var cells = [[Double?]](repeating: Array(repeating: nil, count: items), count: users)
    for u in 0..<users where !emptyUsers.contains(u) {
      for i in 0..<items where !emptyItems.contains(i) {
        if random.nextUniform() <= density { cells[u][i] = Double(1 + random.nextIndex(below: 10)) / 2 }
      }
    }
    try self.init(name, cells: cells, itemCount: items)
  }

  /// Exactly these cells, every row and column known by its index even when it is empty.
  init(_ name: String, cells: [[Double?]], itemCount: Int) throws {
    self.name = name
    self.cells = cells
    self.itemCount = itemCount
    var (rows, columns, values): ([Int32], [Int32], [Float]) = ([], [], [])
    for (u, row) in cells.enumerated() {
      for (i, value) in row.enumerated() {
        guard let value else { continue }
        rows.append(Int32(u))
        columns.append(Int32(i))
        values.append(Float(value))
      }
    }
    interactions = try Interactions(
      Events(
        users: try Identifiers.indexing(Array(0..<cells.count)).table,
        items: try Identifiers.indexing(Array(0..<itemCount)).table,
        userIndices: Buffer(rows), itemIndices: Buffer(columns), values: Buffer(values), times: nil))
  }
}

extension Matrix {
  /// The rows as arrays of doubles.
  var rowsAsDoubles: [[Double]] {
    (0..<rowCount).map { row in (0..<columnCount).map { Double(self[row, $0]) } }
  }
}
