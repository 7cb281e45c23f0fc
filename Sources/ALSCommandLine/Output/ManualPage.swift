import ALS
import ArgumentParser
import Foundation

/// The page of a command and its subcommands for `man`, from the text that `--help` shows.
struct ManualPage {
  private let command: CommandHelp

  init(of command: (some ParsableCommand).Type) throws {
    self.command = try JSONDecoder().decode(HelpTree.self, from: Data(command._dumpHelp().utf8)).command
  }

  /// The page, in the language of roff.
  var text: String {
    let name = command.commandName
    let subcommands = command.shown
    return """
      .\\" Made by \(name) manual.
      .TH \(name.uppercased()) 1 "" "\(name) \(ALSVersion.current)" "User Commands"
      .nh
      .ad l
      .SH NAME
      \(name) \\- \(roff(command.abstract ?? ""))
      .SH SYNOPSIS
      .B \(name)
      .I command
      .RI [ options ]
      .SH DESCRIPTION
      \(paragraphs(command.discussion ?? ""))
      .SH COMMANDS
      \(subcommands.map { ".TP\n.B \($0.commandName)\n\(roff($0.abstract ?? ""))" }.joined(separator: "\n"))

      """ + subcommands.map { section(of: $0, in: name) }.joined()
  }

  private func section(of command: CommandHelp, in name: String) -> String {
    let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
    let positional = arguments.filter { $0.kind == "positional" }
    var text = ".SH \(roff("\(name) \(command.commandName)").uppercased())\n\(roff(command.abstract ?? ""))\n.PP\n"
    text += ".B \(roff("\(name) \(command.commandName)"))\n.RI [ options ]\n"
    for argument in positional {
      text += ".I \(argument.isOptional ? "[" : "")\(roff(argument.label))\(argument.isOptional ? "]" : "")\n"
    }
    if let discussion = command.discussion, !discussion.isEmpty { text += ".PP\n\(paragraphs(discussion))\n" }
    var title: String?
    for argument in positional + arguments.filter({ $0.kind != "positional" }) {
      if argument.sectionTitle != title, let next = argument.sectionTitle { text += ".SS \(roff(next))\n" }
      title = argument.sectionTitle
      text += ".TP\n\(argument.heading)\n\(roff(argument.explanation))\n"
    }
    return text
  }

  /// Paragraphs, of which indented lines stay as they are.
  private func paragraphs(_ text: String) -> String {
    var (lines, isExample) = ([String](), false)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isIndented = line.hasPrefix("  ")
      if isIndented != isExample, !(line.isEmpty && isExample) {
        lines.append(isIndented ? ".PP\n.EX" : ".EE\n.PP")
        isExample = isIndented
      }
      lines.append(line.isEmpty ? (isExample ? "" : ".PP") : roff(String(line)))
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return (lines + (isExample ? [".EE"] : [])).joined(separator: "\n")
  }
}

/// What `--experimental-dump-help` of the argument parser tells.
private struct HelpTree: Decodable {
  let command: CommandHelp
}

private struct CommandHelp: Decodable {
  let commandName: String
  let abstract, discussion: String?
  let shouldDisplay: Bool
  let arguments: [ArgumentHelp]?
  let subcommands: [CommandHelp]?

  var shown: [CommandHelp] { (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" } }
}

private struct ArgumentHelp: Decodable {
  struct Name: Decodable {
    let kind, name: String

    var text: String { (kind == "long" ? "--" : "-") + name }
  }

  let kind: String
  let shouldDisplay, isOptional: Bool
  let sectionTitle, abstract, defaultValue, valueName: String?
  let names: [Name]?
  let allValueStrings: [String]?

  var label: String { valueName ?? "" }

  /// The names, and the value that an option takes.
  var heading: String {
    guard let names, kind != "positional" else { return ".I \(roff(label))" }
    let text = names.map { "\\fB\(roff($0.text))\\fR" }.joined(separator: ", ")
    return kind == "option" ? "\(text) \\fI\(roff(label))\\fR" : text
  }

  var explanation: String {
    (abstract ?? "") + (allValueStrings.map { " (values: \($0.joined(separator: ", ")))" } ?? "")
      + (defaultValue.map { " (default: \($0))" } ?? "")
  }
}

/// Text that roff takes as it is.
private func roff(_ text: String) -> String {
  let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
  return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
}
