import ALS
import Benchmark
import BenchmarkData
import PlainALS

/// The engine and plain Swift on the same data, run in turn: microseconds per iteration, and the objective reached.
struct Comparison {
  private let engineMicroseconds: Double
  private let plainMicroseconds: Double
  private let engineObjective: Double
  private let plainObjective: Double

  private static let engineTime = BenchmarkMetric.custom("Engine, µs per iteration", polarity: .prefersSmaller)
  private static let plainTime = BenchmarkMetric.custom("Plain Swift, µs per iteration", polarity: .prefersSmaller)
  private static let ratio = BenchmarkMetric.custom("Plain Swift / engine, hundredths", polarity: .prefersLarger)
  private static let engineLoss = BenchmarkMetric.custom("Engine, objective", polarity: .prefersSmaller)
  private static let plainLoss = BenchmarkMetric.custom("Plain Swift, objective", polarity: .prefersSmaller)

  static let metrics = [engineTime, plainTime, ratio, engineLoss, plainLoss]
  /// Every figure in full: objectives are compared to the last digit.
  static var units: [BenchmarkMetric: BenchmarkUnits] {
    Dictionary(uniqueKeysWithValues: metrics.map { ($0, .count) })
  }

  init(factors: Int, iterations: Int, data: BenchmarkData) throws {
    let model = try BenchmarkData.engine(factors: factors, iterations: iterations).fit(data.interactions)
    let plain = PlainALS(factors: factors, iterations: iterations).fit(data.rows)
    engineMicroseconds = 1e6 * model.history.reduce(0) { $0 + $1.seconds } / Double(iterations)
    plainMicroseconds = 1e6 * plain.seconds.reduce(0, +) / Double(iterations)
    engineObjective = data.objective(of: model)
    plainObjective = data.objective(of: plain)
  }

  func record(in benchmark: Benchmark) {
    benchmark.measurement(Self.engineTime, Int(engineMicroseconds))
    benchmark.measurement(Self.plainTime, Int(plainMicroseconds))
    benchmark.measurement(Self.ratio, Int(100 * plainMicroseconds / engineMicroseconds))
    benchmark.measurement(Self.engineLoss, Int(engineObjective))
    benchmark.measurement(Self.plainLoss, Int(plainObjective))
  }
}
