import ALSPlatform
import ALSTuning
import Testing

@Suite struct BootstrapTests {
  /// The interval of a mean of many values is that of the normal distribution.
  @Test func intervalIsThatOfTheCentralLimit() throws {
    var random = RandomGenerator(seed: 2)
    let values = (0..<2000).map { _ in 5 + 2 * random.nextNormals().0 }
    let mean = values.reduce(0, +) / 2000
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000).squareRoot()
    let half = 1.96 * deviation / 2000.0.squareRoot()
    let interval = try #require(UserTerms(values: values).interval(threads: 2))
    // A quantile at 2.5 % of 1000 draws is itself uncertain by about 5 % of the half width.
    #expect(abs(interval.lower - (mean - half)) < 0.2 * half)
    #expect(abs(interval.upper - (mean + half)) < 0.2 * half)
    for threads in [1, 3] { #expect(UserTerms(values: values).interval(threads: threads) == interval) }
    #expect(UserTerms(values: values).interval(seed: 1, threads: 1) != interval)
  }

  @Test func weightsAndRootsAreUsed() throws {
    // Everybody has the same mean squared error, whatever their number of ratings.
    let same = try #require(UserTerms(values: [4, 8, 20], weights: [1, 2, 5], takesRoot: true).interval(threads: 1))
    #expect(same.lower == 2 && same.upper == 2)
    // Two users: all draws are one, the other, or both.
    let two = try #require(UserTerms(values: [0, 30], weights: [1, 3]).interval(threads: 1))
    #expect(two.lower == 0 && two.upper == 10)
    #expect(UserTerms(values: []).interval(threads: 1) == nil)
  }
}
