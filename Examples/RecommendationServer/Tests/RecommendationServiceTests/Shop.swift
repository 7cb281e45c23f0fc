import ALS
import ALSFiles
import Foundation
import RecommendationService

/// A small shop in a directory of its own: purchases, titles and a model of them, as files; gone with its last reference.
final class Shop: Sendable {
  static let userCount = 60
  static let itemCount = 40
  let directory: URL
  let files: ServedFiles

  /// A shop; models with different numbers of factors can be told apart.
  init(factors: Int = 6, withInteractions: Bool = true) throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("shop-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let directory = directory
    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
    files = ServedFiles(
      model: path("model.safetensors"), interactions: withInteractions ? path("purchases.csv") : nil,
      titles: path("titles.csv"))
    var purchases = "customer,product,quantity\n"
    for user in 0..<Self.userCount {
      for item in 0..<Self.itemCount where (user * 7 + item * 11 + user * item) % 5 == 0 || item == user % 40 {
        purchases += "\(Self.user(user)),\(Self.item(item)),\(1 + (user + item) % 4)\n"
      }
    }
    try purchases.write(toFile: path("purchases.csv"), atomically: true, encoding: .utf8)
    let titles = (0..<Self.itemCount).map { "\(Self.item($0)),\"Thing \"\"\($0)\"\", boxed\"\n" }
    try ("product,title\n" + titles.joined()).write(toFile: path("titles.csv"), atomically: true, encoding: .utf8)
    try model(factors: factors).write(to: files.model)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  static func user(_ number: Int) -> String { number == 3 ? "Zoë/é 3" : "\(1000 + number)" }
  static func item(_ number: Int) -> String { number % 2 == 0 ? "\(number)A" : "\(20_000 + number)" }

  func model(factors: Int, seed: UInt64 = 1) throws -> FactorModel {
    try ImplicitALS(factors: factors, iterations: 4, seed: seed).fit(
      Interactions(contentsOf: directory.appendingPathComponent("purchases.csv").path))
  }

  /// The model as the library opens it.
  func opened() throws -> FactorModel { try FactorModel(contentsOf: files.model) }

  func interactions() throws -> Interactions {
    try Interactions(contentsOf: directory.appendingPathComponent("purchases.csv").path)
  }
}
