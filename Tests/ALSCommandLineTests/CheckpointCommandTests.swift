import ALSTestSupport
import Foundation
import Testing

/// When a training is saved, and what is said of the file.
@Suite struct CheckpointCommandTests {
  let folder: Scratch, data: String

  init() throws { (folder, data, _) = try purchases() }

  /// Starts a long training, and asks for its checkpoint when it has come to iteration 40.
  private func saved(_ options: String) throws -> Int {
    let run = try Program.shell(
      """
      # What the last run said must be gone before it is looked for.
      : > "$2/err"
      "$0" train "$1" -o "$2/m" --factors 8 --iterations 1000000 --checkpoint "$2/c" \(options) 2> "$2/err" &
      while ! grep -q "^iteration 40/" "$2/err" && kill -0 $!; do sleep 0.05; done
      "$0" info "$2/c" --format csv; kill -KILL $!
      """, [data, folder.url.path])
    let line = run.outputLines.first { $0.hasPrefix("iterations behind it,") }
    return try #require(line.flatMap { Int($0.split(separator: ",")[1]) }, "\(run.output) \(run.errors)")
  }

  @Test func shortIterationsAreSavedByTime() throws {
    #expect(try saved("--checkpoint-seconds 1e6") == 1)
    try FileManager.default.removeItem(atPath: folder.path("c"))
    #expect(try saved("--checkpoint-seconds 1e6 --checkpoint-every 7") == 7)
    try FileManager.default.removeItem(atPath: folder.path("c"))
    #expect(try saved("--checkpoint-every 7") >= 35)
  }

  /// An interruption saves what was reached, whenever the last saving was.
  @Test(arguments: ["INT", "TERM"])
  func anInterruptionSaves(signal: String) throws {
    let run = try Program.shell(
      """
      "$0" train "$1" -o "$2/m" --factors 8 --iterations 1000000 --checkpoint "$2/c" --progress plain 2> "$2/err" &
      while ! grep -q "^iteration 200/" "$2/err" && kill -0 $!; do sleep 0.05; done
      kill -\(signal) $!; wait $!
      """, [data, folder.url.path])
    #expect(run.status == (signal == "INT" ? 130 : 143))
    let facts = try Program.run("info", folder.path("c"), "--format", "csv").output
    let reached = facts.split(separator: "\n").first { $0.hasPrefix("iterations behind it,") }?.split(separator: ",")[1]
    #expect((reached.flatMap { Int($0) } ?? 0) >= 200, "\(facts)")
  }

  @Test func whatACheckpointIsIsSaid() throws {
    let options = [
      "--factors", "3", "--iterations", "5", "--validation", "0.2", "--patience", "9", "--loss", "--checkpoint",
      folder.path("c"),
    ]
    #expect(try Program.run(["train", data, "-o", "/dev/full"] + options).status == 74)
    let facts = try Program.run("info", folder.path("c"), "--format", "csv")
    for line in [
      "kind,checkpoint of a training that has not ended", "users,24", "items,16", "iterations behind it,5", "factors,3",
      "iterations,5", "validation metric,ndcg@20",
    ] { #expect(facts.outputLines.contains(line), "\(line): \(facts.output) \(facts.errors)") }
    #expect(facts.output.contains("to go on,the same command with --checkpoint \(folder.path("c")) --resume"))
    let model = try Program.run("recommend", folder.path("c"), "--all")
    #expect(model.status == 65 && model.errors.contains("c: is the checkpoint of a training that has not ended"))
    let damaged = try Data(contentsOf: URL(filePath: folder.path("c"))).dropLast()
    try Data(damaged).write(to: URL(filePath: folder.path("d")))
    #expect(try Program.run("info", folder.path("d")).status == 65)
  }
}
