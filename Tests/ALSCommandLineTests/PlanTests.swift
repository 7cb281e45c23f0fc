import ALSTestSupport
import Foundation
import Testing

@Suite struct PlanTests {
  let folder: Scratch, data: String

  init() throws { (folder, data, _) = try purchases() }

  private func plan(_ options: String..., input: String? = nil) throws -> Program.Result {
    try Program.run(["train", input ?? data, "-o", folder.path("m"), "--dry-run"] + options)
  }

  @Test func tellsWhatATrainingTakesAndTrainsNothing() throws {
    let run = try plan(
      "--factors", "32", "--checkpoint", folder.path("c"), "--checkpoint-every", "3", "--log", folder.path("log"))
    #expect(run.status == 0, "\(run.errors)")
    for part in [
      "memory\n", "interactions, both orientations", "factors of users and items",
      "copy of the factors for checkpoints",
      "at most, in all", "\ndisk\n", "checkpoint, twice", "are free in \(folder.url.path)",
    ] { #expect(run.output.contains(part), "\(part) is not in \(run.output)") }
    #expect(try folder.files == ["data.csv", "log"])
    let log = try JSONSerialization.jsonObject(with: Data(folder.text("log").utf8)) as? [String: Any]
    #expect(log?["event"] as? String == "plan" && (log?["peakBytes"] as? Int ?? 0) > 1 << 20)
  }

  @Test func filesAreAsLargeAsPlanned() throws {
    _ = try plan("--factors", "300", "--iterations", "1", "--log", folder.path("log"))
    let log = try JSONSerialization.jsonObject(with: Data(folder.text("log").utf8)) as? [String: Any]
    let planned = (log?["files"] as? [[String: Any]])?.first?["bytes"] as? Int ?? 0
    #expect(try Program.run("train", data, "-o", folder.path("m"), "--factors", "300", "--iterations", "1").status == 0)
    let size = try FileManager.default.attributesOfItem(atPath: folder.path("m"))[.size] as? Int ?? 0
    #expect(abs(planned - size) < size / 10, "\(planned) planned, \(size) written")
  }

  @Test(.limitsAddressSpace) func whatCannotFitIsRefusedWithWhatWould() throws {
    _ = try Program.run("convert", data, "--output", folder.path("d.als"))
    for (input, options) in [
      (data, ["--factors", "16000"]), (folder.path("d.als"), ["--factors", "16000", "--solver", "cholesky"]),
      (data, ["--factors", "16000", "--feedback", "explicit", "--precision", "double", "--loss"]),
    ] {
      func plan(_ options: [String], addressSpace: Int = 700_000) throws -> Program.Result {
        try Program.run(
          ["train", input, "-o", folder.path("m"), "--dry-run"] + options, addressSpace: addressSpace)
      }
      let run = try plan(options)
      #expect(run.status == 64 && run.output.contains("at most, in all"), "\(run.errors)")
      let message = run.errorLines.last ?? ""
      #expect(message.contains("als: the training needs") && message.contains("It would fit with"), "\(message)")
      #expect(message.contains("are left by `ulimit -v`"), "\(message)")
      let words = message.split(whereSeparator: { " .,".contains($0) })
      let position = try #require(words.lastIndex(of: "--factors"))
      let less = options.map { $0 == "16000" ? String(words[position + 1]) : $0 }
      // Threads that have begun take some of it, in one process more than in the next.
      #expect(try plan(less, addressSpace: 760_000).status == 0)
    }
  }

  @Test func otherFormsAndStandardInputArePlannedToo() throws {
    _ = try Program.run("convert", data, "--output", folder.path("d.mtx"))
    _ = try Program.run("convert", data, "--output", folder.path("d.npz"))
    for name in ["d.mtx", "d.npz"] { #expect(try plan(input: folder.path(name)).status == 0) }
    for text in [samplePurchases(), try folder.text("d.mtx")] {
      let run = try Program.run(["train", "-", "-o", folder.path("m"), "--dry-run"], input: text)
      #expect(run.status == 0 && run.errors.contains("24 users × 16 items"), "\(run.errors)")
    }
    #expect(try plan(input: try folder.write("bad.csv", "1,2\n1\n")).errors.contains("bad.csv"))
  }
}
