// swift-tools-version: 6.2
import PackageDescription

/// Every file says which imports reach its public interface.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "swift-als",
  products: [
    // MARK: Public API
    .library(name: "ALS", targets: ["ALS"]),
    .library(name: "ALSFiles", targets: ["ALSFiles"]),
    .library(name: "ALSEvaluation", targets: ["ALSEvaluation"]),
    .library(name: "ALSTuning", targets: ["ALSTuning"]),
    .executable(name: "als", targets: ["ALSTool"]),
    // For the package in Distributed/ alone; it may change at any time.
    .library(name: "ALSDistributedSupport", targets: ["ALSDistributedTraining", "ALSPlatform"]),
    .library(name: "ALSDistributedCommand", targets: ["ALSCommandLine"]),
  ],
  // Who links the library alone leaves it out, and resolves neither of the packages below.
  traits: [
    .trait(name: "CommandLine", description: "The program als, with its argument parser and logger."),
    .default(enabledTraits: ["CommandLine"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    // MARK: Libraries, in the order of their dependencies
    .systemLibrary(
      name: "COpenBLAS",
      pkgConfig: "openblas lapacke",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"]), .brew(["openblas"])]
    ),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    // Assertions are for debug builds.
    .target(name: "CALSKernels", cSettings: [.define("NDEBUG", .when(configuration: .release))]),
    .target(name: "ALSPlatform", dependencies: ["CZlib"], swiftSettings: settings),
    .target(name: "ALSArrays", dependencies: ["ALSPlatform"], swiftSettings: settings),
    .target(name: "ALSDense", dependencies: ["ALSPlatform", "COpenBLAS", "CALSKernels"], swiftSettings: settings),
    .target(name: "ALSSparse", dependencies: ["ALSPlatform"], swiftSettings: settings),
    .target(
      name: "ALS", dependencies: ["ALSDense", "ALSSparse", "ALSArrays", "ALSPlatform"], swiftSettings: settings),
    .target(name: "ALSFiles", dependencies: ["ALSArrays", "ALSSparse", "ALSPlatform"], swiftSettings: settings),
    .target(name: "ALSEvaluation", dependencies: ["ALS", "ALSSparse", "ALSPlatform"], swiftSettings: settings),

    .target(
      name: "ALSTuning", dependencies: ["ALSEvaluation", "ALS", "ALSSparse", "ALSPlatform"], swiftSettings: settings),

    .target(
      name: "ALSDistributedTraining", dependencies: ["ALS", "ALSFiles", "ALSEvaluation", "ALSSparse", "ALSPlatform"],
      swiftSettings: settings),

    // MARK: Command line
    .target(
      name: "ALSCommandLine",
      dependencies: [
        "ALS", "ALSFiles", "ALSEvaluation", "ALSTuning", "ALSDistributedTraining", "ALSDense", "ALSSparse",
        "ALSPlatform",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["CommandLine"])),
        .product(name: "Logging", package: "swift-log", condition: .when(traits: ["CommandLine"])),
      ],
      resources: ["css", "html", "js"].map { .embedInCode("Report/report.\($0)") },
      swiftSettings: settings
    ),
    .executableTarget(name: "ALSTool", dependencies: ["ALSCommandLine"], swiftSettings: settings),

    // MARK: Tests
    .target(
      name: "ALSTestSupport", dependencies: ["ALSPlatform"], path: "Tests/ALSTestSupport", swiftSettings: settings),
    .target(
      name: "ALSFuzzing", dependencies: ["ALS", "ALSFiles", "ALSArrays", "ALSSparse", "ALSPlatform", "ALSTestSupport"],
      path: "Tests/ALSFuzzing", swiftSettings: settings),
    .executableTarget(
      name: "FuzzReaders", dependencies: ["ALSFuzzing"], path: "Tests/FuzzReaders", swiftSettings: settings),
    .testTarget(name: "ALSKernelsTests", dependencies: ["ALSDense", "ALSPlatform"], swiftSettings: settings),
    .testTarget(
      name: "ALSTests",
      dependencies: ["ALS", "ALSArrays", "ALSDense", "ALSSparse", "ALSPlatform", "ALSTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ALSDocumentationTests", dependencies: ["ALS", "ALSFiles", "ALSArrays", "ALSPlatform", "ALSTestSupport"],
      swiftSettings: settings),
    .testTarget(name: "ALSDenseTests", dependencies: ["ALSDense", "ALSPlatform"], swiftSettings: settings),
    .testTarget(
      name: "ALSCommandLineTests",
      dependencies: [
        "ALSTool", "ALSCommandLine", "ALSDistributedTraining", "ALS", "ALSFiles", "ALSEvaluation", "ALSSparse",
        "ALSPlatform", "ALSTestSupport", "ALSFuzzing",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["CommandLine"])),
      ],
      resources: [.copy("Golden")],
      swiftSettings: settings),
    .testTarget(
      name: "ALSEvaluationTests", dependencies: ["ALSEvaluation", "ALS", "ALSSparse", "ALSPlatform", "ALSTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ALSTuningTests", dependencies: ["ALSTuning", "ALSEvaluation", "ALS", "ALSSparse", "ALSPlatform"],
      swiftSettings: settings),
    .testTarget(
      name: "ALSSparseTests", dependencies: ["ALSSparse", "ALSPlatform", "ALSTestSupport"], swiftSettings: settings),
    .testTarget(
      name: "ALSArraysTests", dependencies: ["ALSArrays", "ALSPlatform", "ALSTestSupport"], swiftSettings: settings),
    .testTarget(
      name: "ALSFilesTests",
      dependencies: ["ALSFiles", "ALSArrays", "ALSSparse", "ALSPlatform", "ALSTestSupport", "ALSFuzzing"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
