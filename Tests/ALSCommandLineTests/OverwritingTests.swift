import ALSTestSupport
import Foundation
import Testing

/// No output of a command is one of its inputs, or another output, by whatever name.
@Suite struct OverwritingTests {
  let folder: Scratch, data: String, model: String

  init() throws {
    (folder, data, model) = try purchases("g.csv", model: "g.st")
    #expect(try Program.run("train", data, "-o", model, "--factors", "3", "--iterations", "2").status == 0)
    for (link, target) in [("link", "g.csv"), ("nowhere", "new")] {
      try FileManager.default.createSymbolicLink(atPath: folder.path(link), withDestinationPath: target)
    }
    try FileManager.default.linkItem(atPath: data, toPath: folder.path("hard"))
    for name in ["users", "items"] { _ = try folder.write(name, "") }
  }

  private func contents() throws -> [String: Data] {
    try Dictionary(
      uniqueKeysWithValues: folder.files.map { ($0, try Data(contentsOf: URL(filePath: folder.path($0)))) })
  }

  /// Runs a command in the folder, with `=` before the names of its files, and expects that it writes nothing.
  private func expectRefusal(_ words: String, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    try FileManager.default.removeItem(atPath: folder.path("nowhere"))
    let before = try contents()
    try FileManager.default.createSymbolicLink(atPath: folder.path("nowhere"), withDestinationPath: "new")
    let run = try Program.shell("cd \(folder.url.path) && exec \"$0\" \(words)", [])
    #expect(run.status == 64, "\(words): \(run.errors)", sourceLocation: sourceLocation)
    #expect(run.errorLines.count == 1 && run.output.isEmpty, "\(run.errors)", sourceLocation: sourceLocation)
    for part in parts { #expect(run.errors.contains(part), "\(run.errors)", sourceLocation: sourceLocation) }
    try FileManager.default.removeItem(atPath: folder.path("nowhere"))
    #expect(try contents() == before, sourceLocation: sourceLocation)
    try FileManager.default.createSymbolicLink(atPath: folder.path("nowhere"), withDestinationPath: "new")
  }

  @Test func trainings() throws {
    try expectRefusal("train g.csv -o g.csv", "als: g.csv: --output would overwrite the input, which is the same file")
    for name in ["./g.csv", "link", "hard", folder.path("g.csv"), "../\(folder.url.lastPathComponent)/g.csv"] {
      try expectRefusal("train g.csv -o \(name)", "als: \(name): --output would overwrite the input g.csv")
    }
    try expectRefusal("train - -o g.csv < g.csv", "g.csv: --output would overwrite the input")
    try expectRefusal("train /dev/stdin -o g.csv < g.csv", "g.csv: --output would overwrite the input /dev/stdin")
    try expectRefusal("train g.csv -o x.st --log g.csv", "g.csv: --log would overwrite the input")
    try expectRefusal("train g.csv -o x.st --validation 0.1 --report g.csv", "--report would overwrite the input")
    try expectRefusal("train g.csv -o x.st --checkpoint link --resume", "link: --checkpoint would overwrite the input")
    try expectRefusal("train hard -o x.st --validation g.csv --log g.csv", "--log would overwrite the input hard")
    try expectRefusal("train users -o x.st --validation g.csv --log link", "--log would overwrite --validation g.csv")
    try expectRefusal("train g.csv -o x.st --checkpoint x.st", "x.st: --checkpoint would overwrite --output, which")
    try expectRefusal("train g.csv -o x.st --checkpoint ./x.st", "./x.st: --checkpoint would overwrite --output x.st")
    try expectRefusal("train g.csv -o new --log nowhere", "nowhere: --log would overwrite --output new")
    try expectRefusal("train g.csv -o c.refit --checkpoint c", "c.refit: --checkpoint, for --refit, would overwrite")
    try FileManager.default.copyItem(atPath: data, toPath: folder.path("c.refit"))
    try expectRefusal(
      "train c.refit -o x --checkpoint c --resume", "--checkpoint, for --refit, would overwrite the input")
    _ = try folder.write("job.json", #"{"input": "g.csv", "output": "./job.json"}"#)
    try expectRefusal("train --config job.json", "./job.json: --output would overwrite --config job.json")
    try expectRefusal("train g.csv -o x.st --dry-run >> g.csv --log x.st", "--log would overwrite --output")
  }

  @Test func otherCommands() throws {
    try expectRefusal("tune g.csv --trials 1 -o ./g.csv", "--output would overwrite the input")
    try expectRefusal("tune g.csv --trials 1 --log t --report t", "--report would overwrite --log")
    try expectRefusal("tune g.csv --trials 1 --log g.csv --resume", "--log would overwrite the input")
    try expectRefusal("recommend g.st --user 101 -o g.st", "g.st: --output would overwrite the model")
    try expectRefusal("recommend g.st --users users -o users", "--output would overwrite --users")
    for option in ["exclude", "exclude-items", "titles", "candidates"] {
      try expectRefusal("recommend g.st --all --\(option) g.csv -o hard", "--output would overwrite --\(option) g.csv")
    }
    try expectRefusal("similar g.st --item P1 --candidates items -o items", "--output would overwrite --candidates")
    try expectRefusal("similar g.st --item P1 --titles items -o items", "--output would overwrite --titles")
    try expectRefusal("explain g.st --user 101 --item P1 --interactions g.csv -o g.csv", "overwrite --interactions")
    try expectRefusal("evaluate g.st g.csv -o g.csv", "--output would overwrite the file of held-out interactions")
    try expectRefusal("evaluate g.st users --exclude g.csv -o link", "--output would overwrite --exclude g.csv")
    try expectRefusal("evaluate g.st users --fold-in g.csv -o link", "--output would overwrite --fold-in g.csv")
    try expectRefusal("compare g.st g.st g.csv -o g.csv", "--output would overwrite the file of held-out interactions")
    try expectRefusal("compare g.st hard users --exclude g.csv -o hard", "--output would overwrite the other model")
    try expectRefusal("score g.st g.csv -o link", "--output would overwrite the file of pairs g.csv")
    try expectRefusal("score g.st users --interactions g.csv -o hard", "--output would overwrite --interactions g.csv")
    try expectRefusal("recommend g.st --history g.csv -o hard", "--output would overwrite --history g.csv")
    try expectRefusal("update g.st g.csv -o g.st", "g.st: --output would overwrite the model, which is the same file")
    try expectRefusal("update g.st users --previous g.csv -o link", "--output would overwrite --previous g.csv")
    try expectRefusal("info g.csv -o g.csv", "--output would overwrite the file")
    try expectRefusal("info g.csv >> g.csv", "standard output: standard output would overwrite the file g.csv")
    try expectRefusal("convert g.csv -o link", "link: --output would overwrite the input g.csv")
    try expectRefusal("convert g.csv -o x.als --user-ids x.als", "--user-ids would overwrite --output")
    try expectRefusal("convert g.csv -o x.als --item-ids link", "--item-ids would overwrite the input g.csv")
    try expectRefusal("export g.st --items a.npy --item-ids g.st", "--item-ids would overwrite the model")
    try expectRefusal("export g.st --items a.npy --users ./a.npy", "--users would overwrite --items a.npy")
    try expectRefusal("import --user-factors users --item-factors items -o users", "overwrite --user-factors")
    try expectRefusal("import g.csv --item-ids items -o items", "--output would overwrite --item-ids")
    try expectRefusal("split g.csv --training o.csv --test ./o.csv", "./o.csv: --test would overwrite --training o.csv")
    try expectRefusal("split g.csv --training link --test t.csv", "link: --training would overwrite the input g.csv")
    try expectRefusal(
      "split g.csv --method users --training a --test b --fold-in b", "--fold-in would overwrite --test")
    try FileManager.default.copyItem(atPath: data, toPath: folder.path("t-2.csv"))
    try expectRefusal(
      "split t-2.csv --method folds --training t.csv --test u.csv", "t-2.csv: --training would overwrite")
    try expectRefusal(
      "evaluate g.st - --exclude - < g.csv", "standard input is both the file of held-out interactions and")
    try expectRefusal("split g.csv --training - --test /dev/stdout", "standard output is both --training and --test")
  }

  @Test func devicesMayHaveSeveralUses() throws {
    for words in [
      "split g.csv --training /dev/null --test /dev/null", "export g.st --item-ids /dev/null --user-ids /dev/null",
      "train g.csv -o /dev/null --log /dev/null --factors 3 --iterations 2",
      "evaluate g.st g.csv --fold-in g.csv --groups 0 --exclude hard -o /dev/null; test $? = 65",
      "recommend g.st --all --exclude g.csv -o - > out 2>&1",
      "recommend g.st --users - -o /dev/stdout <<< 101", "train g.csv -o x --log /dev/stderr --iterations 2 > out 2>&1",
    ] {
      let run = try Program.shell("cd \(folder.url.path) && \"$0\" \(words)", [])
      #expect(run.status == 0, "\(words): \(run.errors)")
    }
  }

  @Test func aJobMayGoOnFromWhatItWrites() throws {
    for _ in 0..<2 {
      let search = try Program.run(
        "tune", data, "--trials", "1", "--iterations", "2", "--factors", "3", "--log", folder.path("t"), "--resume")
      #expect(search.status == 0, "\(search.errors)")
      let training = try Program.run(
        "train", data, "-o", "/dev/full", "--factors", "3", "--checkpoint", folder.path("c"), "--resume")
      #expect(training.status == 74, "\(training.errors)")
    }
  }
}
