// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.enableUpcomingFeature("InternalImportsByDefault")]

/// A package of its own, so that nobody who links ALS needs a web server.
let package = Package(
  name: "recommendation-server",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "swift-als", path: "../.."),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
  ],
  targets: [
    .target(
      name: "RecommendationService",
      dependencies: [
        .product(name: "ALS", package: "swift-als"),
        .product(name: "ALSFiles", package: "swift-als"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      resources: [.embedInCode("Page/Resources")],
      swiftSettings: settings),
    .executableTarget(
      name: "recommendation-server",
      dependencies: [
        "RecommendationService",
        .product(name: "ALS", package: "swift-als"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/RecommendationServer",
      swiftSettings: settings),
    .testTarget(
      name: "RecommendationServiceTests",
      dependencies: [
        "RecommendationService", "recommendation-server",
        .product(name: "ALS", package: "swift-als"),
        .product(name: "ALSFiles", package: "swift-als"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
