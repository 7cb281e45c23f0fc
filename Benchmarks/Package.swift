// swift-tools-version: 6.2
import PackageDescription

/// A package of its own, so that nobody who links ALS needs the benchmark harness.
let package = Package(
  name: "als-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "swift-als", path: "../"),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
  ],
  targets: [
    // MARK: What is compared with, and what both are judged by
    .target(name: "PlainALS"),
    .target(
      name: "BenchmarkData",
      dependencies: [
        "PlainALS", .product(name: "ALS", package: "swift-als"), .product(name: "ALSFiles", package: "swift-als"),
        .product(name: "ALSEvaluation", package: "swift-als"),
      ]),
    .testTarget(name: "PlainALSTests", dependencies: ["PlainALS", "BenchmarkData"]),

    // MARK: Benchmarks
    .benchmark("TrainingBenchmarks"),
    .benchmark("RecommendingBenchmarks"),
    .benchmark("FileBenchmarks"),

    // MARK: For scripts/compare-peers
    .executableTarget(
      name: "recommend-timing",
      dependencies: [
        .product(name: "ALS", package: "swift-als"), .product(name: "ALSFiles", package: "swift-als"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/RecommendTiming"),

    // MARK: A client without flags
    .executableTarget(
      name: "training-timing",
      dependencies: [
        .product(name: "ALS", package: "swift-als"), .product(name: "ALSFiles", package: "swift-als"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/TrainingTiming"),
  ],
  swiftLanguageModes: [.v6]
)

extension Target {
  /// A suite in `Benchmarks/NAME`.
  static func benchmark(_ name: String) -> Target {
    .executableTarget(
      name: name,
      dependencies: [
        "BenchmarkData", "PlainALS", .product(name: "ALS", package: "swift-als"),
        .product(name: "ALSFiles", package: "swift-als"), .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/\(name)", plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  }
}
