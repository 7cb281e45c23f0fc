// swift-tools-version: 6.2
import PackageDescription

/// The name that pkg-config knows the MPI library by: Debian's `mpi-c` is whichever of Open MPI and MPICH is chosen;
/// elsewhere, and to choose between them, set ALS_MPI to `ompi-c` or `mpich`.
let library = Context.environment["ALS_MPI"] ?? "mpi-c"

/// A package of its own, so that nobody who links ALS needs MPI.
let package = Package(
  name: "als-distributed",
  products: [
    .library(name: "ALSDistributed", targets: ["ALSDistributed"]),
    .executable(name: "als-mpi", targets: ["als-mpi"]),
  ],
  dependencies: [.package(name: "swift-als", path: "../")],
  targets: [
    .systemLibrary(name: "CMPI", pkgConfig: library, providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
    .target(
      name: "ALSDistributed", dependencies: ["CMPI", .product(name: "ALSDistributedSupport", package: "swift-als")]),
    .executableTarget(
      name: "als-mpi",
      dependencies: ["ALSDistributed", .product(name: "ALSDistributedCommand", package: "swift-als")]),
  ],
  swiftLanguageModes: [.v6]
)
