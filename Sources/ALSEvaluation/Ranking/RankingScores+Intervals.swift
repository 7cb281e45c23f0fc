import ALSPlatform

extension RankingScores {
  /// Confidence intervals of the means, from resampling the measured users.
  ///
  /// The same for every number of threads.
  ///
  /// - Parameters:
  ///   - bootstrap: How to resample.
  ///   - threads: All processors when `nil`.
  /// - Returns: The intervals of the metrics that users have values of; of no other.
  /// - Throws: `ALSError` when `threads` is less than 1 or a parameter of `bootstrap` out of its range.
  /// - Complexity: O(replicates · users · metrics).
  public func intervals(
    _ bootstrap: Bootstrap = Bootstrap(), threads: Int? = nil
  ) throws -> [RankingMetric: ClosedRange<Double>] {
    let threads = try threadCount(threads)
    try bootstrap.validate()
    let measured = metrics.compactMap { metric in perUser(metric).map { (metric, $0) } }
    if users.isEmpty || measured.isEmpty { return [:] }
    // Of users without a value neither the value nor the weight counts.
    var columns = [[Double](repeating: 1, count: users.count)]
    let places = measured.map { _, values in
      guard values.contains(where: \.isNaN) else {
        columns.append(values)
        return (sum: columns.count - 1, weight: 0)
      }
      columns.append(values.map { $0.isNaN ? 0 : $0 })
      columns.append(values.map { $0.isNaN ? 0 : 1 })
      return (sum: columns.count - 2, weight: columns.count - 1)
    }
    let sums = bootstrap.sums(of: columns, threads: threads)
    var result: [RankingMetric: ClosedRange<Double>] = [:]
    for ((metric, _), place) in zip(measured, places) {
      // 0 / 0, where nobody was drawn, is left out.
      result[metric] = bootstrap.interval(zip(sums[place.sum], sums[place.weight]).map { $0 / $1 })
    }
    return result
  }
}

extension RankingScores {
  /// The deviations of the users' values from `mean`.
  func samplingError(_ metric: RankingMetric, around mean: Double) -> SamplingError {
    SamplingError((perUser(metric) ?? []).lazy.filter { !$0.isNaN }.map { $0 - mean })
  }
}
