import ALSPlatform

/// An interval that a value lies in with 95 % confidence.
public struct ConfidenceInterval: Hashable, Codable, Sendable {
  /// Its lower end.
  public let lower: Double
  /// Its upper end.
  public let upper: Double
}

/// What each user adds to a metric, which is a function of two sums: Σ values / Σ weights, or its root.
package struct UserTerms: Sendable {
  var values: [Double]
  /// One everywhere when `nil`.
  var weights: [Double]?
  var takesRoot: Bool

  package init(values: [Double], weights: [Double]? = nil, takesRoot: Bool = false) {
    self.values = values
    self.weights = weights
    self.takesRoot = takesRoot
  }

  /// The percentile bootstrap interval over users: Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993.
  ///
  /// Users are drawn with replacement, a thousand times, or less often when there are very many.
  ///
  /// - Complexity: O(users · draws).
  package func interval(seed: UInt64 = 0, threads: Int) -> ConfidenceInterval? {
    let users = values.count
    if users == 0 { return nil }
    let draws = min(1000, max(200, 20_000_000 / users))
    let results = Buffer<Double>(repeating: 0, count: draws)
    parallelForEachChunk(of: draws, size: 8, workers: threads) { chunk, _ in
      for draw in chunk {
        var random = RandomGenerator(seed: seed, stream: UInt64(draw))
        var (sum, weight) = (0.0, 0.0)
        for _ in 0..<users {
          // 32 bits are enough to choose a user without noticeable bias.
          let user = Int(((random.next() >> 32) &* UInt64(users)) >> 32)
          sum += values[user]
          weight += weights?[user] ?? 1
        }
        results.pointer[draw] = takesRoot ? (sum / weight).squareRoot() : sum / weight
      }
    }
    let sorted = results.elements.sorted()
    let tail = Int((0.025 * Double(draws)).rounded())
    return ConfidenceInterval(lower: sorted[tail], upper: sorted[draws - 1 - tail])
  }
}
