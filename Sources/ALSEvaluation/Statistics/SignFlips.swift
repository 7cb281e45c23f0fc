import ALSPlatform

/// Fisher's randomisation test of paired differences: if two methods were alike, each difference would have either sign with the
/// same probability.
///
/// Fisher, "The Design of Experiments", 1935; for retrieval Smucker, Allan and Carterette, "A Comparison of Statistical
/// Significance Tests for Information Retrieval Evaluation", CIKM 2007.
package struct SignFlips: Sendable {
  /// How often signs are drawn.
  let replicates: Int
  let seed: UInt64

  package init(replicates: Int, seed: UInt64) { (self.replicates, self.seed) = (replicates, seed) }

  /// The share of draws whose sum is as far from 0 as that of `differences`, or farther, this one counted among them.
  ///
  /// The same for every number of threads.
  ///
  /// - Complexity: O(replicates · differences).
  package func probability(of differences: [Double], threads: Int) -> Double {
    let sum = differences.reduce(0, +)
    // Sums of the same numbers in another order are as far.
    let least = abs(sum) - 1e-12 * differences.reduce(0) { $0 + abs($1) }
    let isFar = Buffer<Bool>(repeating: false, count: replicates)
    parallelForEachChunk(of: replicates, size: 16, workers: threads) { chunk, _ in
      for replicate in chunk {
        // Another stream than that of the resampling with the same number.
        var generator = RandomGenerator(seed: seed, stream: UInt64(replicate) | 1 << 63)
        var (drawn, bits) = (0.0, UInt64(0))
        for (place, difference) in differences.enumerated() {
          if place % 64 == 0 { bits = generator.next() }
          drawn += Double(bitPattern: difference.bitPattern ^ (bits & 1 << 63))
          bits <<= 1
        }
        isFar.pointer[replicate] = abs(drawn) >= least
      }
    }
    return Double(1 + isFar.elements.count { $0 }) / Double(1 + replicates)
  }
}
