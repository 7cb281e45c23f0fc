import ALS
import ALSPlatform
import ALSTestSupport
import Foundation
import Testing

/// `--nonnegative` and `--l1`, through the program.
@Suite struct ConstrainedCommandTests {
  private let folder: Scratch
  private let input: String

  init() throws {
    folder = try Scratch()
    var random = RandomGenerator(seed: 5)
    let lines = (0..<600).map { _ in
      "u\(random.nextIndex(below: 50)),i\(random.nextIndex(below: 30)),\(1 + random.nextIndex(below: 5))"
    }
    input = try folder.write("data.csv", (["user,item,value"] + lines).joined(separator: "\n") + "\n")
  }

  private func run(_ arguments: [String], status: Int32 = 0) throws -> Program.Result {
    let result = try Program.run(arguments)
    #expect(result.status == status, "\(arguments): \(result.errors)")
    return result
  }

  /// The options reach the model, what is said of it, its file and the job that trains it again.
  @Test(arguments: [
    ["--nonnegative"], ["--l1", "0.01"], ["--nonnegative", "--feedback", "explicit", "--l1", "0.01"],
    ["--nonnegative", "--objective", "hkv", "--solver", "coordinateDescent"],
  ]) func optionsReachTheModel(_ options: [String]) throws {
    let model = folder.path("model")
    let options = options + ["--factors", "6", "--iterations", "3", "--choose", "formula"]
    let trained = try run(["train", input, "--output", model] + options)
    #expect(trained.errors.contains("of the items' are zero"))
    let info = try run(["info", model, "--format", "csv"]).output
    #expect(info.contains("solver,coordinateDescent") && info.contains("zeros among factors of users,0."))
    #expect(info.contains("nonnegative,true") == options.contains("--nonnegative"))
    #expect(info.contains("\nl1,0.") == options.contains("--l1"))
    let job = try folder.write("job.json", run(["info", model, "--config"]).output)
    _ = try run(["train", input, "--config", job, "--output", folder.path("again"), "--threads", "1"])
    let (first, second) = (try FactorModel(contentsOf: model), try FactorModel(contentsOf: folder.path("again")))
    #expect(first.userFactors(at: 3) == second.userFactors(at: 3) && first.configuration == second.configuration)
    #expect(first.configuration.nonnegative == false || first.userFactors(at: 3).allSatisfy { $0 >= 0 })
    _ = try run(["train", input, "--output", folder.path("plan"), "--dry-run"] + options)
  }

  @Test func plainModelsSayNothing() throws {
    let model = folder.path("model")
    let trained = try run(["train", input, "--factors", "3", "--iterations", "2", "--output", model])
    #expect(!trained.errors.contains("are zero"))
    let info = try run(["info", model]).output
    #expect(!info.contains("nonnegative") && !info.contains("zeros") && !info.contains("l1"))
  }

  @Test func otherSolversAreRefused() throws {
    for solver in ["cholesky", "conjugateGradient"] {
      let result = try run(
        ["train", input, "--nonnegative", "--solver", solver, "--output", folder.path("model")], status: 64)
      #expect(result.errors.contains("solver \(solver) finds factors of any sign"))
    }
    let result = try run(
      ["train", input, "--solver", "coordinateDescent", "--output", folder.path("model")], status: 64)
    #expect(result.errors.contains("solver coordinateDescent is for nonnegative or l1"))
  }

  /// A search keeps the domain and prints it.
  @Test func searchesKeepIt() throws {
    let model = folder.path("model")
    let result = try run([
      "tune", input, "--nonnegative", "--l1", "0.001", "--trials", "3", "--factors", "4:8", "--output", model,
    ])
    #expect((result.output + result.errors).contains("--nonnegative"))
    let configuration = try FactorModel(contentsOf: model).configuration
    #expect(configuration.nonnegative && configuration.l1Regularization == 0.001)
  }
}
