#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): small, seedable, and the same sequence on every platform.
package struct RandomGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// An independent stream for entity `index`: what a row draws does not depend on who else draws, or when.
  package init(seed: UInt64, stream index: UInt64) {
    var mixer = RandomGenerator(seed: seed ^ (index &* 0xD134_2543_DE82_EF95))
    state = mixer.next() ^ index
    _ = next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in (0, 1].
  package mutating func nextUniform() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }

  /// Uniform in `0..<bound`, without modulo bias (Lemire 2019).
  package mutating func nextIndex(below bound: Int) -> Int { Int(next(upperBound: UInt64(bound))) }

  /// Two independent standard normal values (Box and Muller 1958).
  package mutating func nextNormals() -> (Double, Double) {
    let radius = (-2 * log(nextUniform())).squareRoot()
    let angle = 2 * Double.pi * nextUniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// Fisher–Yates.
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, nextIndex(below: last + 1))
    }
  }
}
