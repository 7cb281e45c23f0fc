public import Foundation

/// The Python that `ALS_PYTHON` names, or the one on the path.
public enum Python {
  static let executable = ProcessInfo.processInfo.environment["ALS_PYTHON"] ?? "python3"

  /// Whether it can import the packages that `names` lists, separated by commas.
  public static func has(_ names: String) -> Bool { (try? run("import \(names)")) != nil }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What the script prints.
  @discardableResult
  public static func run(_ script: String, _ arguments: String...) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [executable, "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure(description: "Python ended with \(process.terminationStatus)") }
    return data
  }
}
