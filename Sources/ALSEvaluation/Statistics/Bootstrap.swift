import ALSPlatform

/// Confidence intervals from resampling users with replacement.
///
/// Each replicate gives every user a weight that is Poisson distributed with mean 1, and takes the weighted means: the
/// multinomial weights of Efron ("Bootstrap Methods", Ann. Stat. 1979) without their fixed sum, which the means divide
/// out. Chamandy, Muralidharan, Najmi and Naidu, "Estimating Uncertainty for Massive Data Streams", 2012; Hanley and
/// MacGibbon, "Creating Non-Parametric Bootstrap Samples Using Poisson Frequencies", 2006. Limits are percentiles. What
/// varies is who the users are: neither the training nor what was held out.
public struct Bootstrap: Sendable, Hashable {
  /// How often users are resampled.
  public var replicates: Int
  /// The probability that an interval covers, such as 0.95.
  public var level: Double
  /// Chooses the weights.
  public var seed: UInt64

  /// `replicates`, at least 1, and `level`, above 0 and below 1, are checked where intervals are asked for.
  public init(replicates: Int = 1000, level: Double = 0.95, seed: UInt64 = 0) {
    (self.replicates, self.level, self.seed) = (replicates, level, seed)
  }

  /// Throws an error that names the first parameter out of its range.
  public func validate() throws {
    if !(1...Self.mostReplicates).contains(replicates) {
      throw ALSError(
        .configuration, "replicates is \(replicates), but it must be between 1 and \(Self.mostReplicates).")
    }
    if !(level > 0 && level < 1) {
      throw ALSError(.configuration, "level is \(level), but it must be above 0 and below 1.")
    }
  }

  /// More say nothing more.
  private static var mostReplicates: Int { 1_000_000 }

  /// The weighted sum of every column in every replicate: `[column][replicate]`.
  ///
  /// Columns have one number per user. The same for every number of threads.
  ///
  /// - Complexity: O(replicates · users · columns).
  func sums(of columns: [[Double]], threads: Int) -> [[Double]] {
    let users = columns.first?.count ?? 0
    precondition(columns.allSatisfy { $0.count == users }, "columns differ in length")
    // Users are taken sixteen at a time; those that fill up count for nothing.
    let padded = (users + 15) / 16 * 16
    let table = Buffer<Double>(repeating: 0, count: columns.count * padded)
    for (index, column) in columns.enumerated() {
      for (user, value) in column.enumerated() { table.pointer[index * padded + user] = value }
    }
    let sums = Buffer<Double>(repeating: 0, count: columns.count * replicates)
    parallelForEachChunk(of: replicates, size: 1, workers: threads) { chunk, _ in
      let replicate = chunk.lowerBound
      var weights = PoissonWeights(seed: seed, replicate: replicate)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.block) { block in
        guard let drawn = block.baseAddress else { return }
        for start in stride(from: 0, to: padded, by: Self.block) {
          let count = min(Self.block, padded - start)
          weights.fill(drawn, count: count)
          for column in columns.indices {
            sums.pointer[column * replicates + replicate] += dot(
              drawn, table.pointer + column * padded + start, count)
          }
        }
      }
    }
    return columns.indices.map { column in
      Array(sums.elements[column * replicates..<(column + 1) * replicates])
    }
  }

  /// The limits between which the middle `level` of `values` lies, which are numbers or NaN; `nil` when all are NaN.
  func interval(_ values: [Double]) -> ClosedRange<Double>? {
    let sorted = values.filter { !$0.isNaN }.sorted()
    if sorted.isEmpty { return nil }
    func percentile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let lower = Int(place)
      let upper = min(lower + 1, sorted.count - 1)
      return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
    }
    return percentile((1 - level) / 2)...percentile((1 + level) / 2)
  }

  private static let block = 1024
}

/// Σ a_i b_i for a number of terms that sixteen divides.
private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  let (a, b) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
  var (first, second) = (SIMD8<Double>(), SIMD8<Double>())
  for offset in stride(from: 0, to: count * 8, by: 128) {
    first +=
      a.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
      * b.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
    second +=
      a.loadUnaligned(fromByteOffset: offset + 64, as: SIMD8<Double>.self)
      * b.loadUnaligned(fromByteOffset: offset + 64, as: SIMD8<Double>.self)
  }
  return (first + second).sum()
}
