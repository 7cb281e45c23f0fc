#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The gain of a relevant item in each position, and the largest possible sums of them.
package struct DiscountedGains: Sendable {
  /// 1 / log₂(rank + 2) for ranks from 0.
  package let gains: [Double]
  /// `ideal[n]` is the sum of the first n gains.
  package let ideal: [Double]

  package init(length: Int) {
    let gains = (0..<length).map { 1 / log2(Double($0) + 2) }
    var ideal = [0.0]
    for (rank, gain) in gains.enumerated() { ideal.append(ideal[rank] + gain) }
    self.gains = gains
    self.ideal = ideal
  }
}
