import ALSTestSupport
import Foundation
import Testing

/// The manual page and the scripts for shells say what `--help` says.
@Suite struct ManualTests {
  private static let commands = [
    "train", "tune", "evaluate", "compare", "recommend", "score", "similar", "explain", "update", "split", "convert",
    "info", "synthesize", "export", "import", "completions", "manual",
  ]

  /// The long options that the help of a command names.
  private static func options(_ command: String) throws -> Set<String> {
    let help = try Program.run(command, "--help").output
    return Set(
      help.matches(of: /(?m)^ +(?:-\w, )?(--[a-z0-9-]+)(?:\/(--[a-z-]+))?/).flatMap { [$0.1, $0.2 ?? $0.1] }.map(
        String.init))
  }

  @Test func manualHasAllCommandsAndOptions() throws {
    let manual = try Program.run("manual").output
    #expect(manual.contains(".SH NAME\nals \\- "))
    let sections = manual.components(separatedBy: ".SH ALS ")
    #expect(sections.count == Self.commands.count + 1)
    for (command, section) in zip(Self.commands, sections.dropFirst()) {
      #expect(section.hasPrefix(command.uppercased()))
      let options = try Self.options(command)
      #expect(!options.isEmpty)
      for option in options { #expect(section.contains(option.replacing("-", with: "\\-")), "\(command) \(option)") }
    }
    // roff takes lines that begin with a point for its own.
    let requests: Set = [".\\\"", ".TH", ".SH", ".SS", ".TP", ".PP", ".EX", ".EE", ".B", ".I", ".RI", ".nh", ".ad"]
    for line in manual.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(requests.contains(String(line.prefix { $0 != " " })), "\(line)")
    }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/groff"))) func manualIsTypeset() throws {
    let typeset = try Program.shell("\"$0\" manual | groff -man -Kutf8 -Tutf8 -ww", [])
    #expect(typeset.status == 0 && typeset.errors.isEmpty, "\(typeset.errors)")
    #expect(typeset.output.contains("Recommend items to users, or find"))
  }

  @Test func shellsCompleteCommandsOptionsAndFiles() throws {
    func completed(_ words: String...) throws -> [String] {
      let script = """
        source <("$0" completions bash)
        COMP_WORDS=(als \(words.joined(separator: " "))) COMP_CWORD=\(words.count) COMP_LINE="als \(words.joined(separator: " "))"
        COMP_POINT=${#COMP_LINE}
        _als als "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      return try Program.shell(script, []).output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(try Set(completed("re")) == ["recommend"] && Set(completed("co")) == ["compare", "convert", "completions"])
    #expect(try completed("score", "m", "--ra") == ["--rank"])
    #expect(try completed("train", "f", "--precision", "d") == ["double"])
    let bash = try Program.run("completions", "bash").output
    #expect(bash.contains("\ncomplete -o default -o filenames -F _als als"))
    let (zsh, fish) = (try Program.run("completions", "zsh").output, try Program.run("completions", "fish").output)
    #expect(zsh.hasPrefix("#compdef als") && zsh.contains(":titles:_files'\n") && !zsh.contains(":'\n"))
    #expect(fish.contains("-l 'titles'") && !fish.contains("-rfka ''"))
    let wrong = try Program.run("completions", "tcsh")
    #expect(wrong.status == 64 && wrong.output.isEmpty)
  }
}
