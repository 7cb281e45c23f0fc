import ALS
import ALSCommandLine
import ALSDistributedTraining
import ALSEvaluation
import ALSPlatform
import ALSTestSupport
import ArgumentParser
import Testing

/// What `als-mpi train` does over ranks, which are threads here, beside `als train`.
@Suite struct DistributedTrainingTests {
  private static let configuration = ModelConfiguration.implicit(ImplicitALS(factors: 3, iterations: 2))

  private func compiled(_ csv: String, in folder: Scratch) throws -> String {
    let result = try Program.run("convert", try folder.write("data.csv", csv), "--output", folder.path("compiled"))
    #expect(result.status == 0, "\(result.errors)")
    return folder.path("compiled")
  }

  private static func seen(_ model: FactorModel) -> [[Int]?] {
    model.users.indices.map { model.seenItems(ofUserAt: $0) }
  }

  @Test(arguments: [1, 2, 4]) func modelsRememberWhatUsersHave(ranks: Int) throws {
    let folder = try Scratch()
    defer { withExtendedLifetime(folder) {} }
    let data = try compiled(samplePurchases(), in: folder)
    let (one, many) = (folder.path("one"), folder.path("many"))
    for validation in [[], ["--validation", "0.3"], ["--validation", "0.3", "--refit"]] {
      let trained = try Program.run(
        ["train", data, "--factors", "3", "--iterations", "2", "--remember-seen", "--output", one] + validation)
      #expect(trained.status == 0, "\(trained.errors)")
      _ = try LocalRanks.run(ranks) { communicator in
        let training = try DistributedTraining(
          Self.configuration, on: data,
          validation: validation.isEmpty
            ? nil : DistributedValidation(on: .fraction(0.3, seed: 0), metric: .ranking(.auc)),
          over: communicator, threads: 1)
        try training.train()
        if validation.count > 2 { try training.refit() }
        try training.write(to: many, rememberingSeen: true)
      }
      let (model, expected) = (try FactorModel(contentsOf: many), try FactorModel(contentsOf: one))
      #expect(expected.remembersSeen && Self.seen(model) == Self.seen(expected))
    }
  }

  /// Also where each rank sees one value only, and none of them most of the scale.
  @Test(arguments: [1, 2, 4]) func unusedValuesAreSaid(ranks: Int) throws {
    func lines(_ value: (Int, Int) -> Float?) -> String {
      (0..<8).flatMap { user in
        (0..<6).map { item in "u\(user),i\(item)" + (value(user, item).map { ",\($0)" } ?? "") + "\n" }
      }.joined()
    }
    for (data, part) in [
      (lines { user, _ in [1, 2, 2, 4, 4, 5, 5, 5][user] }, "als convert --minimum-value 4 keeps those from 4 on"),
      (lines { user, item in (user + item) % 3 == 0 ? 2 : 1 }, "--confidence linear or log"),
      (lines { user, _ in user < 4 ? 0.25 : 9 }, "--confidence linear or log"), (lines { _, _ in 3 }, nil),
      (lines { _, _ in nil }, nil),
    ] {
      let folder = try Scratch()
      defer { withExtendedLifetime(folder) {} }
      let file = try compiled(data, in: folder)
      let single = try Program.run(
        "train", file, "--factors", "2", "--iterations", "1", "--output", folder.path("model"))
      let expected = single.errorLines.first { $0.hasPrefix("the values are not used") }
      let said = try LocalRanks.run(ranks) {
        try DistributedTraining(Self.configuration, on: file, over: $0, threads: 1).unusedValues()
      }
      #expect(said.allSatisfy { $0 == said[0] })
      #expect(said[0]?.replacing("als convert --minimum-value", with: "--minimum-value") == expected)
      #expect((said[0] == nil) == (part == nil) && said[0]?.contains(part ?? "") ?? true, "\(said)")
    }
    let folder = try Scratch()
    defer { withExtendedLifetime(folder) {} }
    let file = try compiled(lines { user, _ in Float(user + 1) }, in: folder)
    for configuration in [
      ModelConfiguration.implicit(ImplicitALS(.ials(confidence: .linear), factors: 2)),
      .explicit(ExplicitALS(factors: 2)),
    ] {
      let said = try LocalRanks.run(ranks) {
        try DistributedTraining(configuration, on: file, over: $0, threads: 1).unusedValues()
      }
      #expect(said == Array(repeating: nil, count: ranks))
    }
  }

  @Test func optionsThatAreOnlyForText() throws {
    for (options, remedy) in [
      (["--minimum-value", "4"], "--minimum-value is for `als convert`, which makes the file without such pairs."),
      (["--weight-column", "w"], "--weight-column is for `als convert`, which makes the file with such weights."),
      (
        ["--half-life", "9d", "--time-column", "t"],
        "--half-life is for `als convert`, which makes the file with such weights."
      ),
      (["--user-column", "1"], "compiled interactions have none"),
    ] {
      let error = try #require(throws: (any Error).self) {
        try DistributedCommand.parseAsRoot(["train", "data.compiled", "--output", "model"] + options)
      }
      #expect(DistributedCommand.message(for: error).contains(remedy))
    }
    #expect(throws: Never.self) {
      try DistributedCommand.parseAsRoot(["train", "data.compiled", "--output", "model", "--remember-seen"])
    }
  }
}
