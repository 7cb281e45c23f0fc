import ALSTestSupport
import Foundation
import Testing

@Suite struct SynthesizeTests {
  private let folder: Scratch

  init() throws { folder = try Scratch() }

  private let size = ["synthesize", "--users", "60", "--items", "90", "--interactions", "900"]

  @Test func fileAndStandardOutputAgree() throws {
    let path = folder.path("data.csv")
    let toFile = try Program.run(size + ["--output", path])
    #expect(toFile.status == 0, "\(toFile.errors)")
    #expect(toFile.output.isEmpty)
    let text = try folder.text("data.csv")
    #expect(text.hasPrefix("userId,itemId,rating,timestamp\n1,"))
    for options in [[], ["--output", "-"], ["--threads", "1"], ["--seed", "0"]] {
      #expect(try Program.run(size + options).output == text)
    }
    #expect(try Program.run(size + ["--seed", "1"]).output != text)
    let tabs = try Program.run(size + ["--format", "tsv"]).output
    #expect(tabs == text.replacingOccurrences(of: ",", with: "\t"))
  }

  /// What `als convert` makes of the lines, to the byte.
  @Test(arguments: [[], ["--pairs"]])
  func compiledAtOnce(options: [String]) throws {
    let folder = try Scratch()
    defer { withExtendedLifetime(folder) {} }
    let size = ["synthesize", "--users", "70", "--items", "30", "--interactions", "500"] + options
    #expect(try Program.run(size + ["--output", folder.path("data.csv")]).status == 0)
    let times = options.isEmpty ? ["--time-column", "timestamp"] : []
    #expect(
      try Program.run(["convert", folder.path("data.csv"), "--output", folder.path("converted.als")] + times).status
        == 0
    )
    for threads in ["1", "3"] {
      let run = try Program.run(size + ["--output", folder.path("made.als"), "--threads", threads])
      #expect(run.status == 0 && run.errors.contains(" interactions"), "\(run.errors)")
      #expect(FileManager.default.contentsEqual(atPath: folder.path("converted.als"), andPath: folder.path("made.als")))
    }
    #expect(try folder.files == ["converted.als", "data.csv", "made.als"])
  }

  @Test func theCompiledFormNeedsAFileAndMemory() throws {
    #expect(try Program.run(size + ["--format", "compiled"]).status == 64)
    #expect(try Program.run(size + ["--memory", "1G"]).status == 64)
    let run = try Program.run(size + ["--output", folder.path("d.als"), "--memory", "1M"])
    #expect(run.status == 64 && run.errors.contains("need --memory"), "\(run.errors)")
    #expect(try folder.files.isEmpty)
  }

  @Test func otherCommandsReadIt() throws {
    let data = try folder.write("data.csv", try Program.run(size).output)
    let result = try Program.run("train", data, "--factors", "4", "--output", folder.path("m.safetensors"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("header, user=userId item=itemId value=rating"))
  }

  @Test func wrongSizesLeaveNoFile() throws {
    let path = folder.path("data.csv")
    let result = try Program.run(
      "synthesize", "--users", "60", "--items", "90", "--interactions", "5", "--output", path)
    #expect(result.status == 64)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("als: interactions is 5, but it must be between"))
    #expect(try folder.files.isEmpty)
  }
}
