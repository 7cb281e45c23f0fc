import ALSEvaluation
import ALSPlatform
import Testing

@Suite struct RatingErrorsTests {
  @Test func workedByHand() throws {
    // Errors 1, 0, −2: squares 1 + 0 + 4 = 5, magnitudes 1 + 0 + 2 = 3.
    let errors = try RatingErrors(predicted: [3, 4, 5], actual: [2, 4, 7])
    #expect(errors.count == 3)
    #expect(errors[.rmse] == (5.0 / 3).squareRoot())
    #expect(errors[.mae] == 1)
  }

  @Test func edges() throws {
    let none = try RatingErrors(predicted: [], actual: [])
    #expect(none.count == 0 && none[.rmse] == nil && none[.mae] == nil)
    #expect(throws: ALSError.self) { try RatingErrors(predicted: [1], actual: []) }
    // Nothing that is not a number is lost on the way.
    #expect(try RatingErrors(predicted: [1, .nan], actual: [1, 1])[.rmse]?.isNaN == true)
  }

  @Test func threadsDoNotMatter() {
    @Sendable func difference(_ index: Int) -> Double {
      var generator = RandomGenerator(seed: 5, stream: UInt64(index))
      return generator.nextNormals().0
    }
    let count = 100_001
    let expected = RatingErrors(count: count, threads: 1, difference: difference)
    for threads in [2, 3, 8] {
      #expect(RatingErrors(count: count, threads: threads, difference: difference) == expected)
    }
    let all = (0..<count).map(difference)
    let rmse = (all.map { $0 * $0 }.reduce(0, +) / Double(count)).squareRoot()
    #expect(abs((expected[.rmse] ?? 0) - rmse) < 1e-12)
    #expect(abs((expected[.mae] ?? 0) - all.map(abs).reduce(0, +) / Double(count)) < 1e-12)
  }

  @Test func manyErrorsLoseNoDigits() throws {
    // Adding 0.1 ten million times, one after another, is off by more than 1e-10.
    let errors = RatingErrors(count: 10_000_000, threads: 2) { _ in 0.1 }
    #expect(abs((errors[.mae] ?? 0) - 0.1) < 1e-13)
  }
}
