import ALSTestSupport
import Foundation
import Testing

/// An output that is a symbolic link is written where the link leads to.
@Suite struct LinkedOutputTests {
  let folder: Scratch, data: String

  init() throws {
    (folder, data, _) = try purchases()
    try FileManager.default.createDirectory(atPath: folder.path("elsewhere"), withIntermediateDirectories: false)
    for (link, target) in [("old", "elsewhere/old"), ("new", "elsewhere/new"), ("second", "old"), ("c", "elsewhere/c")]
    {
      try FileManager.default.createSymbolicLink(atPath: folder.path(link), withDestinationPath: target)
    }
    _ = try folder.write("elsewhere/old", "what was there")
  }

  private func isLink(_ name: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: folder.path(name))) != nil
  }

  @Test(arguments: [("old", "elsewhere/old"), ("new", "elsewhere/new"), ("second", "elsewhere/old")])
  func theLinkStays(link: String, target: String) throws {
    for command in [
      ["train", data, "--factors", "3", "--iterations", "2", "--output"],
      ["convert", data, "--to", "compiled", "--output"],
      ["convert", data, "--to", "csv", "--output"],
    ] {
      let run = try Program.run(command + [folder.path(link)])
      #expect(run.status == 0 && isLink(link), "\(run.errors)")
      #expect(!isLink(target) && !isLink(folder.path("old")))
      #expect(try Program.run("info", folder.path(target)).status == 0)
      #expect(run.errors.contains("\(folder.path(link)): "), "\(run.errors)")
    }
    let there = try FileManager.default.contentsOfDirectory(atPath: folder.path("elsewhere")).sorted()
    #expect(there == (link == "new" ? ["new", "old"] : ["old"]))
  }

  @Test func aCheckpointIsRemovedWhereItIs() throws {
    let options = ["--checkpoint", folder.path("c"), "--factors", "3", "--iterations", "5"]
    #expect(try Program.run(["train", data, "-o", "/dev/full"] + options).status == 74)
    #expect(isLink("c") && FileManager.default.fileExists(atPath: folder.path("elsewhere/c")))
    #expect(try Program.run(["train", data, "-o", folder.path("m"), "--resume"] + options).status == 0)
    #expect(isLink("c") && !FileManager.default.fileExists(atPath: folder.path("elsewhere/c")))
  }

  @Test func linksThatLeadNowhereAreAnError() throws {
    try FileManager.default.createSymbolicLink(atPath: folder.path("round"), withDestinationPath: "round")
    try FileManager.default.createSymbolicLink(atPath: folder.path("lost"), withDestinationPath: "none/m")
    for name in ["round", "lost"] {
      let run = try Program.run("train", data, "-o", folder.path(name))
      #expect(run.status == 73 && run.errorLines.count == 1, "\(run.errors)")
      #expect(run.errors.contains("\(folder.path(name)): cannot be "), "\(run.errors)")
    }
  }
}
