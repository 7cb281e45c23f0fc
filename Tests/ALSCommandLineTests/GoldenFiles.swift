import ALS
import ALSPlatform
import ALSTestSupport
import Foundation
import Testing

/// A copy of the files that a version wrote, or an empty folder for others.
final class GoldenFiles {
  let url: URL
  private let folder: Scratch

  static let part = "sharded-checkpoint.iteration-4.part-0-of-2"

  private static func source(_ version: String) -> URL { Bundle.module.bundleURL.appending(path: "Golden/\(version)") }

  init(_ version: String? = nil) throws {
    folder = try Scratch()
    url = folder.url
    for name in try version.map({ try FileManager.default.contentsOfDirectory(atPath: Self.source($0).path) }) ?? [] {
      try copy(name, of: version ?? "")
    }
  }

  func copy(_ name: String, of version: String) throws {
    try FileManager.default.copyItem(
      at: Self.source(version).appending(path: name), to: url.appending(path: name))
  }

  func path(_ name: String) -> String { folder.path(name) }
  func text(_ name: String) throws -> String { try folder.text(name) }
  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path(name)))) }
  var files: [String] { get throws { try folder.files } }

  func alter(_ name: String, _ change: ([UInt8]) throws -> [UInt8]) throws {
    try Data(change(Array(Data(contentsOf: URL(filePath: path(name)))))).write(to: URL(filePath: path(name)))
  }

  /// Runs `als` in the folder and expects its exit code.
  @discardableResult
  func run(_ arguments: [String], status: Int32 = 0) throws -> Program.Result {
    let result = try Program.shell(#"cd "$1"; shift; exec "$0" "$@""#, [url.path] + arguments)
    #expect(result.status == status, "\(arguments): \(result.errors)")
    return result
  }

  @discardableResult func run(_ arguments: String...) throws -> Program.Result { try run(arguments) }

  func model(_ name: String) throws -> FactorModel { try FactorModel(contentsOf: path(name)) }

  func train(_ options: [String], on data: String = "purchases.csv") throws -> FactorModel {
    try run(["train", data, "--output", "trained"] + options)
    return try model("trained")
  }

  private static func numbers(_ model: FactorModel) -> [Double] {
    model.users.indices.flatMap { model.userFactors(at: $0) + [model.userBias(at: $0)] }
      + model.items.indices.flatMap { model.itemFactors(at: $0) + [model.itemBias(at: $0)] }
  }

  /// Of all factors and biases, to the bit.
  static func checksum(_ model: FactorModel) -> String {
    var checksum = Checksum()
    numbers(model).withUnsafeBytes { checksum.update($0) }
    return checksum.hexadecimal
  }

  /// The largest difference of two factors or biases.
  static func distance(_ first: FactorModel, _ second: FactorModel) -> Double {
    let (first, second) = (numbers(first), numbers(second))
    return first.count == second.count ? zip(first, second).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }

  /// The largest difference of two scores: factors themselves may turn where directions are about as strong.
  static func scoreDistance(_ first: FactorModel, _ second: FactorModel) -> Double {
    func scores(_ model: FactorModel) -> [Double] {
      let items = model.items.indices.map(model.itemFactors(at:))
      return model.users.indices.map(model.userFactors(at:)).flatMap { user in
        items.map { zip(user, $0).reduce(0) { $0 + $1.0 * $1.1 } }
      }
    }
    let (first, second) = (scores(first), scores(second))
    return first.count == second.count ? zip(first, second).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }

  /// The names and types of what a file holds.
  func form(of name: String) throws -> [String] {
    let bytes = Array(try Data(contentsOf: URL(filePath: path(name))))
    if name.hasSuffix(".csv") { return [] }
    if name.hasSuffix(".jsonl") {
      return try bytes.split(separator: 0x0A).prefix(2).map { try Self.form($0) }
    }
    if name.hasSuffix(".compiled") { return ["\(bytes[..<16])", try Self.form(bytes[24..<4096])] }
    if bytes[0] == UInt8(ascii: "{") { return [try Self.form(bytes)] }
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    return [try Self.form(bytes[8..<8 + length])]
  }

  private static func form(_ json: some Collection<UInt8>) throws -> String {
    func form(_ value: Any) -> String {
      switch value {
      case let object as [String: Any]:
        return "{" + object.keys.sorted().map { "\($0): \(form(object[$0] ?? ""))" }.joined(separator: ", ") + "}"
      case let array as [Any]:
        return "[" + array.map(form).reduce(into: []) { if $0.last != $1 { $0.append($1) } }.joined(separator: ", ")
          + "]"
      case let text as String:
        // JSON in JSON.
        guard let inner = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else { return "text" }
        return form(inner)
      default: return "number"
      }
    }
    return form(try JSONSerialization.jsonObject(with: Data(json)))
  }
}
