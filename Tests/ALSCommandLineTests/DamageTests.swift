import ALSTestSupport
import Foundation
import Testing

/// The short form of what `scripts/check-interruption` does with 1,000 cases.
@Suite struct DamageTests {
  /// How many damaged files of each kind.
  private static var caseCount: Int {
    ProcessInfo.processInfo.environment["ALS_DAMAGE_CASES"].flatMap { Int($0) } ?? 25
  }

  enum Kind: String, CaseIterable {
    case compiled, checkpoint, model
  }

  /// A damaged file ends in an error that names it, or, where nothing that counts was hit, in the same result.
  @Test(arguments: Kind.allCases)
  func damagedFilesAreNoticed(kind: Kind) throws {
    let folder = try Scratch()
    defer { withExtendedLifetime(folder) {} }
    let data = try folder.write("purchases.csv", samplePurchases())
    let options = ["--factors", "6", "--iterations", "4", "--quiet"]
    #expect(try Program.run("convert", data, "--output", folder.path("compiled"), "-q").status == 0)
    #expect(try Program.run(["train", data, "-o", folder.path("model")] + options).status == 0)
    try saveCheckpoint(folder, data, options)
    func run(_ path: String) throws -> Program.Result {
      switch kind {
      case .compiled: try Program.run(["train", path, "-o", folder.path("result")] + options)
      case .checkpoint:
        try Program.run(
          ["train", data, "-o", folder.path("result"), "--checkpoint", path, "--resume"] + options)
      case .model: try Program.run("recommend", path, "--all", "--count", "3", "--format", "csv")
      }
    }
    let whole = try Data(contentsOf: URL(filePath: folder.path(kind.rawValue)))
    let damaged = URL(filePath: folder.path("damaged"))
    var random = Noise(state: UInt64(kind.rawValue.utf8.count))
    for number in 0..<Self.caseCount {
      var bytes = whole
      if random.below(3) == 0 {
        bytes.removeLast(1 + random.below(bytes.count))
      } else {
        for _ in 0...random.below(3) { bytes[random.below(bytes.count)] ^= UInt8(1 + random.below(255)) }
      }
      if bytes == whole { continue }
      try bytes.write(to: damaged)
      let result = try run(damaged.path)
      #expect((64...66).contains(result.status), "case \(number): exit code \(result.status), \(result.errors)")
      #expect(
        result.errorLines.count == 1 && result.errors.hasPrefix("als: \(damaged.path): "),
        "case \(number): \(result.errors)")
      #expect(result.output.isEmpty)
    }
    #expect(try !folder.files.contains("result"))
    try whole.write(to: damaged)
    #expect(try run(damaged.path).status == 0)
  }

  /// A checkpoint of a training whose model could not be written.
  private func saveCheckpoint(_ folder: Scratch, _ data: String, _ options: [String]) throws {
    let run = try Program.run(
      ["train", data, "-o", "/dev/full", "--checkpoint", folder.path("checkpoint")] + options)
    #expect(run.status == 74 && run.errors.contains("No space left on device"), "\(run.errors)")
  }
}

/// Seeded numbers.
private struct Noise {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}
