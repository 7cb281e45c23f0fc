import ALS
import ALSFiles
import Benchmark
import BenchmarkData
import Foundation

/// A text file of the interactions and a model file, in a directory that goes with the last user.
private final class Files: Sendable {
  let text: String
  let model: String
  let trained: FactorModel
  private let directory: URL

  init() throws {
    let data = BenchmarkData.shared
    directory = FileManager.default.temporaryDirectory.appending(path: "als-benchmark-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    text = directory.appending(path: "interactions.csv").path
    model = directory.appending(path: "model.safetensors").path
    var lines = "userId,itemId,rating,timestamp\n"
    for user in 0..<data.rows.rowCount {
      for item in data.rows[user] {
        lines += "\(user + 1),\(item + 1),\(1 + (user + item) % 5).5,\(1_200_000_000 + item)\n"
      }
    }
    try lines.write(toFile: text, atomically: false, encoding: .utf8)
    trained = try BenchmarkData.engine(factors: 64, iterations: 1).fit(data.interactions)
    try trained.write(to: model)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }
}

/// Reading interactions, saving and loading models.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .cpuTotal, .peakMemoryResident], maxDuration: .seconds(3), maxIterations: 200)

  Benchmark("Read a CSV file into a matrix") { (benchmark: Benchmark, files: Files) in
    benchmark.startMeasurement()
    blackHole(try Interactions(contentsOf: files.text))
  } setup: {
    try Files()
  }

  Benchmark("Save a model, k = 64") { (benchmark: Benchmark, files: Files) in
    benchmark.startMeasurement()
    try files.trained.write(to: files.model)
  } setup: {
    try Files()
  }

  Benchmark("Load a model, k = 64") { (benchmark: Benchmark, files: Files) in
    benchmark.startMeasurement()
    blackHole(try FactorModel(contentsOf: files.model))
  } setup: {
    try Files()
  }
}
