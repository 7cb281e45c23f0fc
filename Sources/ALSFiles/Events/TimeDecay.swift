import ALSPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Weights that fall with the age of events.
public struct TimeDecay: Hashable, Codable, Sendable {
  /// The seconds in which a weight falls to one half.
  public let halfLife: Double
  /// The moment that ages are counted to, in seconds since 1970.
  public let asOf: Double

  /// The weight at ``asOf`` of an event that had `weight` at its `time`; never 0 for one that had any.
  func weight(_ weight: Float, at time: Double) -> Float {
    weight == 0 ? 0 : max(Float(Double(weight) * exp2((time - asOf) / halfLife)), .leastNormalMagnitude)
  }
}

extension TimeDecay: CustomStringConvertible {
  /// One phrase, such as `half-life 90 d as of 2026-01-31`.
  public var description: String { "half-life \(Self.duration(halfLife)) as of \(dateText(asOf))" }

  /// Seconds in the largest unit of which they are a whole number.
  private static func duration(_ seconds: Double) -> String {
    let units = [("d", 86_400.0), ("h", 3_600), ("m", 60)]
    let unit = units.first { seconds.truncatingRemainder(dividingBy: $0.1) == 0 } ?? ("s", 1)
    return "\(decimal(seconds / unit.1)) \(unit.0)"
  }
}

/// What there is to know of many times.
struct TimeSpan: Sendable {
  private(set) var earliest = Double.infinity
  private(set) var latest = -Double.infinity
  /// How many are after a moment, if there is one.
  private(set) var laterCount = 0

  init() {}

  init(_ times: UnsafeBufferPointer<Double>, asOf: Double?) {
    for time in times {
      (earliest, latest) = (min(earliest, time), max(latest, time))
      if let asOf, time > asOf { laterCount += 1 }
    }
  }

  mutating func add(_ other: TimeSpan) {
    (earliest, latest) = (min(earliest, other.earliest), max(latest, other.latest))
    laterCount += other.laterCount
  }

  /// Whether some event is not as late as `decay` counts to.
  func isWeighted(by decay: TimeDecay?) -> Bool { decay.map { earliest < $0.asOf } ?? false }
}
