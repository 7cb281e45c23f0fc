import ALS
import Foundation

/// A loss written down cell by cell, with everything that weighs entries, cells and rows: the slow obvious twin.
///
/// It knows the published formulas and what a configuration says, and shares no code with the engine.
struct WeightedLoss {
  /// An observation.
  struct Entry {
    let value: Double
    let weight: Double
  }

  let configuration: ModelConfiguration
  /// users × items; `nil` where nothing was observed.
  let cells: [[Entry?]]
  let itemCount: Int
  let mean: Double
  /// Units of degrees in the first `unitUsers` users, as a training has found them.
  private let units: (user: Double, item: Double)
  private let meanTotal: Double
  /// The number of users of the training who have anything.
  private let trained: Double

  /// The loss of a training on all `cells`; users beyond the first `trained` have come since.
  init(_ configuration: ModelConfiguration, cells: [[Entry?]], itemCount: Int, trained: Int? = nil) {
    (self.configuration, self.itemCount) = (configuration, itemCount)
    self.cells = cells
    let known = Array(cells.prefix(trained ?? cells.count))
    let observed = known.joined().compactMap(\.self)
    let total = observed.reduce(0) { $0 + $1.weight }
    var mean = 0.0
    if let loss = ExplicitLoss(configuration.loss), loss.mean {
      mean = observed.reduce(0) { $0 + $1.weight * $1.value } / total
    }
    self.mean = mean
    let users = known.filter { $0.contains { $0 != nil } }
    meanTotal = users.reduce(0) { $0 + Self.total($1) } / Double(users.count)
    self.trained = Double(users.count)
    units = Self.units(ImplicitLoss(configuration.loss), known, itemCount)
  }

  private static func counts(_ loss: ImplicitLoss?, _ row: [Entry?]) -> Int {
    row.compactMap(\.self).count { loss == nil || $0.value > 0 }
  }

  private static func units(_ loss: ImplicitLoss?, _ cells: [[Entry?]], _ itemCount: Int) -> (Double, Double) {
    guard let loss else { return (1, 1) }
    let users = cells.map { counts(loss, $0) }.filter { $0 > 0 }.map(Double.init)
    let items = (0..<itemCount).map { item in counts(loss, cells.map { $0[item] }) }.filter { $0 > 0 }.map(Double.init)
    func overEntries(_ degrees: [Double], _ exponent: Double) -> Double {
      if exponent == 0 { return 1 }
      let mean = degrees.reduce(0) { $0 + $1 * pow($1, -exponent) } / degrees.reduce(0, +)
      return pow(mean, -1 / exponent)
    }
    let popularity = loss.unobservedPopularityExponent ?? 0
    if popularity > 0 { return (1, overEntries(items, -popularity)) }
    return (overEntries(users, loss.userDegreeExponent ?? 0), overEntries(items, loss.itemDegreeExponent ?? 0))
  }

  /// Σ w·r of what a user likes, and its mean.
  private func total(_ user: Int) -> Double { Self.total(cells[user]) }
  private static func total(_ row: [Entry?]) -> Double {
    row.compactMap(\.self).reduce(0) { $0 + max($1.value, 0) * $1.weight }
  }

  private var implicit: ImplicitLoss? { ImplicitLoss(configuration.loss) }
  var hasBiases: Bool { ExplicitLoss(configuration.loss)?.biases ?? false }

  func degree(ofUser user: Int) -> Int { Self.counts(implicit, cells[user]) }
  func degree(ofItem item: Int) -> Int { Self.counts(implicit, cells.map { $0[item] }) }

  private func userDensity(_ user: Int) -> Double {
    guard let exponent = implicit?.userDegreeExponent, exponent > 0 else { return 1 }
    return pow(Double(max(degree(ofUser: user), 1)) / units.user, -exponent)
  }

  private func itemDensity(_ item: Int) -> Double {
    guard let exponent = implicit?.itemDegreeExponent, exponent > 0 else { return 1 }
    return pow(Double(max(degree(ofItem: item), 1)) / units.item, -exponent)
  }

  /// What multiplies α0 in the cells of an item.
  private func unobservedShare(_ item: Int) -> Double {
    guard let exponent = implicit?.unobservedPopularityExponent, exponent > 0 else { return 1 }
    return pow(Double(max(degree(ofItem: item), 1)) / units.item, exponent)
  }

  /// λ of a row's factors and of its bias, and μ of its factors.
  private typealias Lambda = (factors: Double, bias: Double, l1: Double)

  private func regularization(ofUser user: Int) -> Lambda {
    regularization(
      configuration.userRegularization, configuration.userRegularizationExponent, degree(ofUser: user), itemCount,
      userDensity(user))
  }

  private func regularization(ofItem item: Int) -> Lambda {
    regularization(
      configuration.itemRegularization, configuration.itemRegularizationExponent, degree(ofItem: item), cells.count,
      itemDensity(item))
  }

  private func regularization(
    _ own: Double?, _ ownExponent: Double?, _ count: Int, _ others: Int, _ density: Double
  ) -> Lambda {
    let lambda = own ?? configuration.regularization ?? 0
    let cells = implicit.map { $0.regularizationBasis == .cells ? ($0.unobservedWeight ?? 0) * Double(others) : 0 } ?? 0
    let scale = density * pow(Double(count) + cells, ownExponent ?? configuration.regularizationExponent)
    return (
      lambda * scale, (ExplicitLoss(configuration.loss)?.biasRegularization ?? lambda) * scale,
      configuration.l1Regularization * scale
    )
  }

  /// The squared errors of the score that a cell adds to the loss.
  func terms(_ user: Int, _ item: Int) -> [(weight: Double, target: Double)] {
    let entry = cells[user][item]
    guard let loss = implicit else { return entry.map { [($0.weight, $0.value - mean)] } ?? [] }
    let density = userDensity(user) * itemDensity(item)
    let unobserved = (loss.unobservedWeight ?? 0) * unobservedShare(item)
    let rest: (weight: Double, target: Double) = (density * unobserved, 0)
    guard let entry, entry.value != 0, entry.value > 0 || loss.dislikes == .zero else { return [rest] }
    let size = abs(entry.value)
    let gain =
      switch loss.confidence {
      case .binary, nil: loss.alpha * entry.weight
      case .linear: loss.alpha * size * entry.weight
      case .log: loss.alpha * log(1 + size * entry.weight / loss.confidenceScale)
      case .bm25:
        loss.alpha * (loss.bm25K1 + 1) * size * entry.weight
          / (loss.bm25K1 * (1 - loss.bm25B + loss.bm25B * total(user) / meanTotal) + size * entry.weight)
          * log(1 + max(trained - Double(degree(ofItem: item)) + 0.5, 0) / (Double(degree(ofItem: item)) + 0.5))
      case .tfIDF:
        loss.alpha * (size * entry.weight).squareRoot()
          * (1 + log((1 + trained) / (1 + Double(degree(ofItem: item)))))
      }
    let target = entry.value > 0 ? 1.0 : 0.0
    switch loss.objective {
    case .ials: return [(density * gain, target), rest]
    case .hkv: return [(density * (1 + gain), target)]
    }
  }

  /// Rows are factors and, with biases, a bias.
  func score(_ x: [Double], _ y: [Double]) -> Double {
    let k = configuration.factorCount
    return (0..<k).reduce(0) { $0 + x[$1] * y[$1] } + (hasBiases ? x[k] + y[k] : 0)
  }

  func value(_ users: [[Double]], _ items: [[Double]]) -> Double {
    var sum = 0.0
    for user in users.indices {
      for item in items.indices {
        let score = score(users[user], items[item])
        for term in terms(user, item) { sum += term.weight * (term.target - score) * (term.target - score) }
      }
    }
    for (user, x) in users.enumerated() { sum += penalty(x, regularization(ofUser: user)) }
    for (item, y) in items.enumerated() { sum += penalty(y, regularization(ofItem: item)) }
    return sum
  }

  private func lambda(_ lambda: Lambda, ofCoordinate c: Int) -> Double {
    if c == configuration.factorCount { return lambda.bias }
    return lambda.factors * (c == 0 ? ExplicitLoss(configuration.loss)?.firstFactorShare ?? 1 : 1)
  }

  private func penalty(_ x: [Double], _ lambda: Lambda) -> Double {
    x.enumerated().reduce(0) { $0 + self.lambda(lambda, ofCoordinate: $1.0) * $1.1 * $1.1 }
      + lambda.l1 * x.prefix(configuration.factorCount).reduce(0) { $0 + abs($1) }
  }

  /// The largest coordinate of the gradient in a user's row as far as it leads to something less, relative to the largest sum of the sizes of its terms.
  func slope(ofUser user: Int, _ x: [Double], items: [[Double]]) -> Double {
    slope(x, regularization(ofUser: user), items.enumerated().map { ($0.1, terms(user, $0.0)) })
  }

  /// The same in an item's row.
  func slope(ofItem item: Int, _ y: [Double], users: [[Double]]) -> Double {
    slope(y, regularization(ofItem: item), users.enumerated().map { ($0.1, terms($0.0, item)) })
  }

  private func slope(
    _ x: [Double], _ lambda: Lambda,
    _ others: [(row: [Double], terms: [(weight: Double, target: Double)])]
  ) -> Double {
    let k = configuration.factorCount
    var (value, size) = ([Double](repeating: 0, count: x.count), [Double](repeating: 1e-300, count: x.count))
    func add(_ amount: Double, _ c: Int) {
      value[c] += amount
      size[c] += abs(amount)
    }
    for (other, terms) in others {
      let score = score(x, other)
      for term in terms {
        for c in x.indices { add(term.weight * (score - term.target) * (c < k ? other[c] : 1), c) }
      }
    }
    for c in x.indices { add(self.lambda(lambda, ofCoordinate: c) * x[c], c) }
    // Karush, Kuhn and Tucker.
    for c in 0..<k {
      if x[c] == 0 {
        let (up, down) = (min(0, value[c] + lambda.l1 / 2), max(0, value[c] - lambda.l1 / 2))
        value[c] = configuration.nonnegative || -up > down ? up : down
      } else {
        if configuration.nonnegative && x[c] < 0 { return .infinity }
        value[c] += x[c] > 0 ? lambda.l1 / 2 : -lambda.l1 / 2
      }
    }
    return (value.map(abs).max() ?? 0) / (size.max() ?? 1)
  }
}
