import ALS
import ALSEvaluation
import ALSPlatform
import ALSTuning

/// Small data with something to find in them.
enum TuningData {
  /// Purchases with counts: four groups of taste, a few strays.
  static func purchases(seed: UInt64 = 3) throws -> Interactions {
    var random = RandomGenerator(seed: seed)
    var (users, items, values): ([Int], [Int], [Float]) = ([], [], [])
    for user in 0..<80 {
      for item in 0..<60 {
        let chance = user % 4 == item % 4 ? 0.5 : 0.04
        guard random.nextUniform() < chance else { continue }
        users.append(user)
        items.append(item)
        values.append(Float(1 + random.nextIndex(below: 6)))
      }
    }
    return try Interactions(users: users, items: items, values: values)
  }

  /// The noise of ``ratings()``, which no prediction can be better than for long.
  static let noise = 0.15

  /// Ratings x·y + noise of rank 2, of which a user has about 20 of 40.
  static func ratings(seed: UInt64 = 5) throws -> Interactions {
    var random = RandomGenerator(seed: seed)
    func tables(_ count: Int) -> [(Double, Double)] { (0..<count).map { _ in random.nextNormals() } }
    let (people, things) = (tables(70), tables(40))
    var (users, items, values): ([Int], [Int], [Float]) = ([], [], [])
    for (user, x) in people.enumerated() {
      for (item, y) in things.enumerated() where random.nextUniform() < 0.5 {
        users.append(user)
        items.append(item)
        values.append(Float(3 + x.0 * y.0 + x.1 * y.1 + noise * random.nextNormals().0))
      }
    }
    return try Interactions(users: users, items: items, values: values)
  }

  /// A search over ``ratings()``.
  static func ratingTuner(seed: UInt64 = 0, stateBytes: Int = 1 << 30) throws -> Tuner {
    let set = try ValidationSet(splitting: try ratings(), fraction: 0.2, metric: .rating(.rmse))
    var space = try SearchSpace(around: .explicit(ExplicitALS(factors: 8)), for: set.training)
    space.factors = 2...8
    return try Tuner(set, space: space, seed: seed, stateBytes: stateBytes)
  }

  /// A search over ``purchases()``.
  static func purchaseTuner(seed: UInt64 = 0) throws -> Tuner {
    let set = try ValidationSet(
      splitting: try purchases(), fraction: 0.2, metric: .ranking(RankingMetric(.ndcg, at: 10)))
    var space = try SearchSpace(around: .implicit(ImplicitALS(factors: 8, iterations: 8)), for: set.training)
    space.factors = 2...8
    return try Tuner(set, space: space, seed: seed)
  }
}

extension Trial {
  /// All that must be the same when a search is run again: not the time.
  var result: Trial {
    Trial(
      number: number, stage: stage, round: round, continues: continues, point: point, configuration: configuration,
      curve: curve, best: best, interval: interval, isConverged: isConverged, isCutOff: isCutOff,
      failure: failure, seconds: 0)
  }
}
