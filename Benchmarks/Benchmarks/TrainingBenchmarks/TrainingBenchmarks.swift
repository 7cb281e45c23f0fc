import ALS
import Benchmark
import BenchmarkData
import PlainALS

/// Iterations at several numbers of factors with every solver, and the engine beside plain Swift.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .peakMemoryResident], maxDuration: .seconds(3), maxIterations: 20)

  for solver in [Solver.conjugateGradient, .subspace, .cholesky] {
    for factors in [32, 64, 128] {
      Benchmark("One iteration, \(solver), k = \(factors)") { benchmark in
        let engine = BenchmarkData.engine(factors: factors, iterations: 1, solver: solver)
        let data = BenchmarkData.shared.interactions
        benchmark.startMeasurement()
        blackHole(try engine.fit(data))
      }
    }
  }

  Benchmark("One iteration, double precision, k = 64") { benchmark in
    var engine = BenchmarkData.engine(factors: 64, iterations: 1)
    engine.precision = .double
    let data = BenchmarkData.shared.interactions
    benchmark.startMeasurement()
    blackHole(try engine.fit(data))
  }

  for factors in [32, 64, 128] {
    Benchmark(
      "Engine beside plain Swift, 3 iterations, k = \(factors)",
      configuration: .init(
        metrics: Comparison.metrics, units: Comparison.units, maxDuration: .seconds(5), maxIterations: 5)
    ) { benchmark in
      let comparison = try Comparison(factors: factors, iterations: 3, data: .shared)
      comparison.record(in: benchmark)
    }
  }
}
