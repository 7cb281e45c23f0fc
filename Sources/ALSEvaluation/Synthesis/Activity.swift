import ALSPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many items each user has: a floor and a log-normal share of the rest, but never most of the catalogue.
struct Activity: Sendable {
  private let floor: Double
  private let ceiling: Double
  private let scale: Double
  private static let deviation = 1.1

  /// Scales the shares so that all users together have about `interactions` items.
  init(users: Int, items: Int, interactions: Int, seed: UInt64) {
    let mean = Double(interactions) / Double(users)
    let (floor, ceiling) = (mean > 20 ? 20.0 : 1.0, Double(max(1, items / 3)))
    // What the ceiling cuts off is given to the others; a few rounds settle it.
    let wanted = max(Double(interactions) - floor * Double(users), 0)
    var scale = mean
    for _ in 0..<50 {
      var total = 0.0
      for user in 0..<users {
        var random = RandomGenerator(seed: seed, stream: UInt64(user))
        total += min(scale * random.nextLogNormal(deviation: Self.deviation), ceiling - floor)
      }
      if wanted == 0 || total == 0 || abs(total - wanted) < 1e-3 * Double(interactions) { break }
      scale *= wanted / total
    }
    self.floor = floor
    self.ceiling = ceiling
    self.scale = wanted == 0 ? 0 : scale
  }

  /// The number of items of the user whose stream `random` is at the start of.
  func degree(using random: inout RandomGenerator) -> Int {
    let share = scale * random.nextLogNormal(deviation: Self.deviation)
    // Rounded at random, so that the mean stays.
    return Int(min(floor + share, ceiling) + random.nextUniform().nextDown)
  }
}

extension SyntheticInteractions {
  /// The weight of the item of a rank counted from 0.
  static func popularity(ofRank rank: Int) -> Double { pow(Double(rank + 21), -1.25) }
}
