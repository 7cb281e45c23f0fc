import ALSTestSupport
import Foundation
import Testing

/// Trainings that gain next to nothing end.
@Suite struct MinImprovementTests {
  /// Ratings of rank 3 with noise, of which an explicit model learns a little for many iterations.
  private static func ratings() -> String {
    var state: UInt64 = 1
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / 0x1p31
    }
    func table(_ count: Int) -> [[Double]] { (0..<count).map { _ in (0..<3).map { _ in 2 * uniform() - 1 } } }
    let (users, items) = (table(120), table(50))
    var text = "user,item,rating\n"
    for (user, x) in users.enumerated() {
      for (item, y) in items.enumerated() where uniform() < 0.5 {
        let rating = 3 + zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } + 0.4 * (2 * uniform() - 1)
        text += "u\(user),i\(item),\(rating)\n"
      }
    }
    return text
  }

  private struct Event: Decodable {
    let event: String, validation: Double?, validationError: Double?, bestValue: Double?
  }

  @Test func explicitTrainingEnds() throws {
    let folder = try Scratch()
    defer { withExtendedLifetime(folder) {} }
    let data = try folder.write("data.csv", Self.ratings())
    func events(_ options: String...) throws -> [Event] {
      let result = try Program.run(
        [
          "train", data, "--feedback", "explicit", "--factors", "16", "--regularization", "0.03",
          "--regularization-exponent", "1", "--validation", "0.2",
          "-o", folder.path("m"), "--log", folder.path("l"),
        ] + options)
      #expect(result.status == 0, "\(result.errors)")
      return try folder.text("l").split(separator: "\n").map {
        try JSONDecoder().decode(Event.self, from: Data($0.utf8))
      }
    }
    let (usual, all) = (try events(), try events("--min-improvement", "0"))
    let (short, long) = (usual.filter { $0.event == "iteration" }, all.filter { $0.event == "iteration" })
    #expect(long.count == 50 && short.count < 40, "\(short.count)")
    #expect(zip(short, long).allSatisfy { $0.validation == $1.validation })
    // What was given up is far less than what is known of the error.
    let (best, most) = (try #require(usual.last?.bestValue), try #require(all.last?.bestValue))
    let error = try #require(short.last?.validationError)
    #expect(best >= most && best - most < error / 2, "\(best), \(most), \(error)")
    #expect(try events("--min-improvement", "0.1").count < usual.count)
  }

  @Test func wrongValuesAreRefused() throws {
    for options in [["--min-improvement", "-1", "--validation", "0.1"], ["--min-improvement", "0.1"]] {
      let result = try Program.run(["train", "no.csv", "-o", "m"] + options)
      #expect(result.status == 64 && result.errors.contains("--min-improvement"), "\(result.errors)")
    }
    #expect(try Program.run("tune", "no.csv", "--min-improvement", "nan").status == 64)
  }
}
