import ALSFuzzing
import ALSTestSupport
import Foundation
import Testing

/// Files whose checksums are right and whose contents are not.
@Suite struct AlteredContentsTests {
  private let folder: Scratch

  init() throws { folder = try Scratch() }

  @Test(arguments: [ContentsFuzzer.Kind.compiled, .model]) func areUsedOrRefusedInOneLine(kind: ContentsFuzzer.Kind)
    throws
  {
    let fuzzer = try ContentsFuzzer()
    var refused = 0
    for seed in 0..<12 as Range<UInt64> {
      let path = folder.path("altered-\(seed)")
      try Data(fuzzer.bytes(of: kind, seed: seed)).write(to: URL(filePath: path))
      let commands =
        kind == .compiled
        ? [["train", path, "--output", folder.path("m"), "--iterations", "1", "--factors", "2"], ["info", path]]
        : [["recommend", path, "--all", "--format", "json"], ["info", path, "--format", "json"]]
      for command in commands {
        let result = try Program.run(command)
        #expect(result.status == 0 || result.status == 65, "\(command): \(result.errors)")
        if result.status == 0 {
          for line in result.outputLines where kind == .model && !line.isEmpty {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
          }
        } else {
          refused += 1
          #expect(result.errorLines.count == 1 && result.errors.contains(path), "\(result.errors)")
        }
      }
    }
    #expect(refused > 4)
  }

  /// Factors whose scores would not be numbers.
  @Test func hugeFactorsAreRefusedByName() throws {
    func array(_ numbers: [Float]) -> Data {
      var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
      header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      return Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8))
        + numbers.withUnsafeBytes { Data($0) }
    }
    let (users, items) = (folder.path("users.npy"), folder.path("items.npy"))
    try array([1, 2, 3, 4]).write(to: URL(filePath: items))
    for number: Float in [3e38, -3e38, .infinity, .nan] {
      try array([1, 2, 3, number]).write(to: URL(filePath: users))
      let result = try Program.run(
        "import", "--user-factors", users, "--item-factors", items, "--output", folder.path("model.safetensors"))
      #expect(result.status == 65 && result.errors.contains("row 1 has the number"), "\(result.errors)")
    }
    try array([1, 2, 3, 4]).write(to: URL(filePath: users))
    let result = try Program.run(
      "import", "--user-factors", users, "--item-factors", items, "--output", folder.path("model.safetensors"))
    #expect(result.status == 0, "\(result.errors)")
  }
}
