import ALS
import ALSDense
import ALSPlatform
import ALSSparse
import Testing

/// One objective with its parameters, in the engine's words and in the reference's.
enum ObjectiveCase: String, CaseIterable, Sendable {
  case ialsBinary, ialsLinear, ialsLog, ialsHalfExponent, hkv, hkvLog, hkvScaled, hkvLowUnobserved
  case explicitBiased, explicitPlain, explicitUnscaled

  func configurationOfImplicit(factors: Int) -> ImplicitALS? {
    switch self {
    case .ialsBinary:
      ImplicitALS(factors: factors, regularization: 0.02, unobservedWeight: 0.3, confidence: .binary)
    case .ialsLinear:
      ImplicitALS(factors: factors, regularization: 0.02, unobservedWeight: 0.1, alpha: 2, confidence: .linear)
    case .ialsLog:
      ImplicitALS(
        factors: factors, regularization: 0.05, unobservedWeight: 0.2, alpha: 3, confidence: .log, confidenceScale: 0.5)
    case .ialsHalfExponent:
      ImplicitALS(
        factors: factors, regularization: 0.5, regularizationExponent: 0.5, unobservedWeight: 0.3, confidence: .linear)
    case .hkv: ImplicitALS(objective: .hkv, factors: factors, regularization: 0.1, alpha: 5, confidence: .linear)
    case .hkvLog: ImplicitALS(objective: .hkv, factors: factors, regularization: 0.3, alpha: 4, confidence: .log)
    case .hkvScaled:
      ImplicitALS(
        objective: .hkv, factors: factors, regularization: 0.01, regularizationExponent: 1, alpha: 3,
        confidence: .linear)
    case .hkvLowUnobserved:
      ImplicitALS(
        objective: .hkv, factors: factors, regularization: 0.1, unobservedWeight: 0.25, alpha: 3, confidence: .binary)
    default: nil
    }
  }

  func configurationOfExplicit(factors: Int) -> ExplicitALS? {
    switch self {
    case .explicitBiased: ExplicitALS(factors: factors, regularization: 0.05)
    case .explicitPlain: ExplicitALS(factors: factors, regularization: 0.05, biases: false)
    case .explicitUnscaled: ExplicitALS(factors: factors, regularization: 0.4, regularizationExponent: 0)
    default: nil
    }
  }

  func training(on data: TestData, factors: Int, solver: Solver, steps: Int = 2) throws -> Training {
    if var implicit = configurationOfImplicit(factors: factors) {
      (implicit.solver, implicit.conjugateGradientSteps) = (solver, steps)
      return try implicit.training(on: data.interactions)
    }
    guard var explicit = configurationOfExplicit(factors: factors) else { fatalError("no configuration for \(self)") }
    (explicit.solver, explicit.conjugateGradientSteps) = (solver, steps)
    return try explicit.training(on: data.interactions)
  }

  /// A model of `data`.
  func model(of data: TestData, factors: Int, iterations: Int = 3, _ precision: Precision) throws -> FactorModel {
    if var implicit = configurationOfImplicit(factors: factors) {
      (implicit.iterations, implicit.precision) = (iterations, precision)
      return try implicit.fit(data.interactions)
    }
    guard var explicit = configurationOfExplicit(factors: factors) else { fatalError("no configuration for \(self)") }
    (explicit.iterations, explicit.precision) = (iterations, precision)
    return try explicit.fit(data.interactions)
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

  var hasBiases: Bool { if case .explicit(let explicit) = configuration { explicit.biases } else { false } }
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
