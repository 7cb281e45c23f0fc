import ALSTestSupport
import Foundation
import Testing

/// What becomes of a job whose messages, or whose results, cannot be written.
@Suite struct StandardStreamTests {
  let folder: Scratch, data: String

  init() throws { (folder, data, _) = try purchases() }

  private var training: [String] { ["train", data, "-o", folder.path("m"), "--factors", "3", "--iterations", "2"] }

  /// A redirection of standard error that loses it: to a full disk, to nowhere, to a pipe that nobody reads.
  static let losses = ["2>/dev/full", "2>&-", "0<&- 1>&- 2>&-", "2> >(exec <&-)"]

  @Test(arguments: losses, [["--progress", "plain"], ["--progress", "bar"], ["--log-format", "json"]])
  func aTrainingNeedsNoMessages(loss: String, style: [String]) throws {
    // The pause has the reader of the pipe gone.
    let run = try Program.shell("(sleep 0.2; exec \"$0\" \"$@\") \(loss)", training + style)
    #expect(run.status == 0)
    #expect(try Program.run("info", folder.path("m")).status == 0)
  }

  @Test(arguments: losses)
  func theExitCodeNeedsNoMessages(loss: String) throws {
    func status(_ arguments: String...) throws -> Int32 {
      try Program.shell("(sleep 0.2; exec \"$0\" \"$@\") \(loss)", arguments).status
    }
    #expect(try status("train", folder.path("none"), "-o", folder.path("m")) == 66)
    #expect(try status("train", data, "-o", folder.path("m"), "--no-such-option") == 64)
    #expect(try status("train", data, "-o", folder.path("m"), "--factors", "0") == 64)
    #expect(try status("tune", data, "--trials", "1", "--patience", "0") == 64)
    #expect(try folder.files == ["data.csv"])
  }

  @Test func noFileTakesThePlaceOfAStreamThatIsClosed() throws {
    let run = try Program.shell(
      "exec \"$0\" \"$@\" <&- >&- 2>&-", training + ["--log", folder.path("log"), "--checkpoint", folder.path("c")])
    #expect(run.status == 0)
    for line in try folder.text("log").split(separator: "\n") {
      #expect(throws: Never.self, "\(line)") { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
  }

  @Test(arguments: [">/dev/full", ">&-"])
  func resultsThatCannotBeWrittenAreAnError(loss: String) throws {
    #expect(try Program.run(training).status == 0)
    let search = ["tune", data, "--trials", "1", "--iterations", "2", "--factors", "3", "-o", folder.path("tuned")]
    for arguments in [
      ["recommend", folder.path("m"), "--all"], ["info", folder.path("m")], ["--help"], ["train", "--help"],
      ["--version"], training + ["--dry-run"], ["synthesize", "--users", "9", "--items", "9", "--interactions", "20"],
      search,
    ] {
      let run = try Program.shell("exec \"$0\" \"$@\" \(loss)", arguments)
      #expect(run.status == 74, "\(arguments)")
      #expect(run.errorLines.last?.hasPrefix("als: standard output: writing failed: ") == true, "\(run.errors)")
    }
    // The search was not in vain.
    #expect(try Program.run("info", folder.path("tuned")).status == 0)
  }

  @Test func aLogThatCannotBeWrittenCostsNoModel() throws {
    let run = try Program.run(training + ["--log", "/dev/full"])
    #expect(run.status == 74 && run.errorLines.last?.hasPrefix("als: /dev/full: writing the log failed") == true)
    #expect(try Program.run("info", folder.path("m")).status == 0)
    #expect(try Program.shell("exec \"$0\" \"$@\" 2>/dev/full", training + ["--log", "/dev/stderr"]).status == 0)
    let both = try Program.run(training + ["--log", "/dev/stderr"])
    #expect(both.errors.contains("{\"") && both.errors.contains("\niteration 2/2") && both.errorLines.count > 5)
  }
}
