import ALSTestSupport
import Foundation
import Testing

/// Runs the `als` binary that was built with the tests.
struct Program {
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The lines of standard error.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
    var outputLines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
  }

  static let path = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "als").path

  /// `addressSpace` is a limit in kilobytes.
  static func run(_ arguments: [String], input: String = "", addressSpace: Int? = nil) throws -> Result {
    if let addressSpace {
      return try shell("ulimit -v \(addressSpace); exec \"$0\" \"$@\"", arguments, input: input)
    }
    return try run(path, arguments, input: input)
  }

  /// Runs a script of the shell to which the binary is `$0` and `arguments` are the others.
  static func shell(_ script: String, _ arguments: [String], input: String = "") throws -> Result {
    try run("/bin/bash", ["-c", script, path] + arguments, input: input)
  }

  private static func run(_ program: String, _ arguments: [String], input: String) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    // Files rather than pipes: nothing to drain while the program runs.
    let folder = try Scratch()
    defer { withExtendedLifetime(folder) {} }
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: folder.write("in", input)))
    let (out, err) = (try folder.write("out", ""), try folder.write("err", ""))
    process.standardOutput = FileHandle(forWritingAtPath: out)
    process.standardError = FileHandle(forWritingAtPath: err)
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: try String(contentsOfFile: out, encoding: .utf8),
      errors: try String(contentsOfFile: err, encoding: .utf8))
  }

  static func run(_ arguments: String...) throws -> Result { try run(arguments) }
}

extension Trait where Self == ConditionTrait {
  /// Of tests that limit the address space, of which the address sanitizer takes terabytes for itself.
  static var limitsAddressSpace: Self {
    .enabled(if: dlsym(nil, "__asan_init") == nil, "the address sanitizer cannot bear a limit")
  }
}

extension Scratch {
  func write(_ name: String, _ text: String) throws -> String { try write(text.utf8, to: name) }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
}

/// A folder with a file of the sample purchases, and where a model may be.
func purchases(
  _ data: String = "data.csv", model: String = "m.safetensors"
) throws -> (folder: Scratch, data: String, model: String) {
  let folder = try Scratch()
  return (folder, try folder.write(data, samplePurchases()), folder.path(model))
}

/// Purchases with two groups of tastes: 24 users, 16 items, three lines per pair at most.
func samplePurchases(header: Bool = true) -> String {
  var text = header ? "customer,product,quantity,timestamp\n" : ""
  for user in 0..<24 {
    for item in 0..<16 where user % 2 == item % 2 && (user * 5 + item * 3) % 7 != 0 {
      text += "\(100 + user),P\(item),\(1 + (user + item) % 4),\(1_600_000_000 + user * 1000 + (item * 37) % 16)\n"
    }
  }
  return text
}
