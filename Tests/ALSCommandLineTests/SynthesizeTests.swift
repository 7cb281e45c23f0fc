import Foundation
import Testing

@Suite struct SynthesizeTests {
  private let size = ["synthesize", "--users", "60", "--items", "90", "--interactions", "900"]

  @Test func fileAndStandardOutputAgree() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path("data.csv")
    let toFile = try Program.run(size + ["--output", path])
    #expect(toFile.status == 0, "\(toFile.errors)")
    #expect(toFile.output.isEmpty)
    let text = try folder.read("data.csv")
    #expect(text.hasPrefix("userId,itemId,rating,timestamp\n1,"))
    for options in [[], ["--output", "-"], ["--threads", "1"], ["--seed", "0"]] {
      #expect(try Program.run(size + options).output == text)
    }
    #expect(try Program.run(size + ["--seed", "1"]).output != text)
    let tabs = try Program.run(size + ["--format", "tsv"]).output
    #expect(tabs == text.replacingOccurrences(of: ",", with: "\t"))
  }

  @Test func otherCommandsReadIt() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let data = try folder.write("data.csv", try Program.run(size).output)
    let result = try Program.run("train", data, "--factors", "4", "--output", folder.path("m.safetensors"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("header, user=userId item=itemId value=rating"))
  }

  @Test func wrongSizesLeaveNoFile() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path("data.csv")
    let result = try Program.run(
      "synthesize", "--users", "60", "--items", "90", "--interactions", "5", "--output", path)
    #expect(result.status == 64)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("als: interactions is 5, but it must be between"))
    #expect(try folder.files.isEmpty)
  }
}
