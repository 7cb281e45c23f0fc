import ALSPlatform

/// A stream of whole numbers that are Poisson distributed with mean 1.
///
/// Sixteen bits decide about each, by comparison with the cumulative distribution: probabilities are right to 1.5e-5,
/// and numbers above 7, of which one in 100,000 is, become 7.
package struct PoissonWeights {
  private var generator: RandomGenerator

  package init(seed: UInt64, replicate: Int) {
    generator = RandomGenerator(seed: seed, stream: UInt64(replicate))
  }

  /// Writes `count` weights, a multiple of 16.
  package mutating func fill(_ target: UnsafeMutablePointer<Double>, count: Int) {
    for start in stride(from: 0, to: count, by: 16) {
      let bits = SIMD4(generator.next(), generator.next(), generator.next(), generator.next())
      let drawn = unsafeBitCast(bits, to: SIMD16<Int16>.self)
      var weights = SIMD16<Int16>()
      for threshold in Self.thresholds {
        // A mask is −1 where it holds.
        weights &-= unsafeBitCast(drawn .>= threshold, to: SIMD16<Int16>.self)
      }
      for lane in 0..<16 { target[start + lane] = Double(weights[lane]) }
    }
  }

  /// Where the weights from 1 to 7 begin, counted from the least 16-bit number.
  private static let thresholds: [Int16] = {
    var (probability, cumulative) = (0.367_879_441_171_442_33, 0.0)
    return (1...7).map { weight in
      cumulative += probability
      probability /= Double(weight)
      return Int16(Int((cumulative * 65536).rounded()) - 32768)
    }
  }()
}
