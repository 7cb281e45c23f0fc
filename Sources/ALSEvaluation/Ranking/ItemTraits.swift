import ALS
import ALSPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the metrics that describe lists need to know of the items.
package struct ItemTraits: Sendable {
  /// The number of users of each item in training.
  private let popularity: Buffer<Double>?
  /// log₂(U / popularity).
  private let novelty: Buffer<Double>?
  /// items × k: factors scaled to length 1, or 0 where there are none.
  private let directions: Buffer<Double>?
  private let factorCount: Int

  /// Nothing is known.
  package static let none = ItemTraits(popularity: nil, users: 0, directions: nil, factorCount: 0)

  /// - Parameters:
  ///   - popularity: The number of users of each item in training.
  ///   - users: The number of users in training.
  ///   - directions: items × `factorCount`, each of length 1 or 0.
  ///   - factorCount: The number of factors.
  package init(popularity: [Int]?, users: Int, directions: [Double]?, factorCount: Int) {
    self.popularity = popularity.map { Buffer($0.map(Double.init)) }
    novelty = popularity.map { Buffer($0.map { log2(Double(max(users, 1)) / Double(max($0, 1))) }) }
    self.directions = directions.map { Buffer($0) }
    self.factorCount = factorCount
  }

  /// What `metrics` need of a model's items, of which each has a `popularity` among so many users.
  init(for metrics: [RankingMetric], of model: FactorModel, popularity: [Int]?, users: Int) {
    let needsDirections = metrics.contains { $0.kind == .intraListSimilarity }
    self.init(
      popularity: metrics.contains(where: \.kind.needsPopularity) ? popularity : nil, users: users,
      directions: needsDirections ? model.itemDirections() : nil, factorCount: model.factorCount)
  }

  /// The value of a metric of one list without a look at what is relevant; `nil` when there is none.
  func value(_ kind: RankingMetric.Kind, of list: Slice<UnsafeBufferPointer<Int32>>) -> Double? {
    switch kind {
    case .meanPopularity: popularity.flatMap { mean(of: $0, over: list) }
    case .novelty: novelty.flatMap { mean(of: $0, over: list) }
    case .intraListSimilarity: meanSimilarity(of: list)
    default: nil
    }
  }

  private func mean(of values: Buffer<Double>, over list: Slice<UnsafeBufferPointer<Int32>>) -> Double? {
    if list.isEmpty { return nil }
    return list.reduce(0) { $0 + values.pointer[Int($1)] } / Double(list.count)
  }

  /// From the length of the sum: ‖Σ yᵢ‖² = Σ ‖yᵢ‖² + 2 Σ_{i < j} yᵢ·yⱼ, in O(l·k) rather than O(l²·k).
  private func meanSimilarity(of list: Slice<UnsafeBufferPointer<Int32>>) -> Double? {
    guard let directions, list.count > 1 else { return nil }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: factorCount) { sum in
      sum.initialize(repeating: 0)
      var ownSquares = 0.0
      for item in list {
        let direction = directions.pointer + Int(item) * factorCount
        for factor in 0..<factorCount {
          sum[factor] += direction[factor]
          ownSquares += direction[factor] * direction[factor]
        }
      }
      let square = sum.reduce(0) { $0 + $1 * $1 }
      return (square - ownSquares) / Double(list.count * (list.count - 1))
    }
  }
}

extension FactorModel {
  /// items × k, each row scaled to length 1; rows of zeros stay.
  fileprivate func itemDirections() -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(items.count * factorCount)
    for item in items.indices {
      let factors = itemFactors(at: item)
      let norm = factors.reduce(0) { $0 + $1 * $1 }.squareRoot()
      result.append(contentsOf: norm > 0 ? factors.map { $0 / norm } : factors)
    }
    return result
  }
}
