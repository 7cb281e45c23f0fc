import ALSPlatform

/// A stream of whole numbers that are Poisson distributed with mean 1.
///
/// Sixteen bits decide about each, through a table of the distribution: probabilities are right to 1.5e-5, and numbers
/// above 7, of which one in 100,000 is, become 7.
package struct PoissonWeights {
  private var generator: RandomGenerator

  package init(seed: UInt64, replicate: Int) {
    generator = RandomGenerator(seed: seed, stream: UInt64(replicate))
  }

  /// Writes `count` weights, a multiple of 4.
  package mutating func fill(_ target: UnsafeMutablePointer<Double>, count: Int) {
    let table = Self.table.pointer
    for start in stride(from: 0, to: count, by: 4) {
      let bits = generator.next()
      target[start] = Double(table[Int(bits & 0xFFFF)])
      target[start + 1] = Double(table[Int(bits >> 16 & 0xFFFF)])
      target[start + 2] = Double(table[Int(bits >> 32 & 0xFFFF)])
      target[start + 3] = Double(table[Int(bits >> 48)])
    }
  }

  /// The weight that each number of sixteen bits stands for.
  private static let table: Buffer<UInt8> = {
    let table = Buffer<UInt8>(repeating: 7, count: 1 << 16)
    var (probability, cumulative, filled) = (0.367_879_441_171_442_33, 0.0, 0)
    for weight in 0..<7 {
      cumulative += probability
      probability /= Double(weight + 1)
      let end = Int((cumulative * 65536).rounded())
      for index in filled..<end { table.pointer[index] = UInt8(weight) }
      filled = end
    }
    return table
  }()
}
