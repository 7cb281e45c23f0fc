import ALS
import ArgumentParser
import Foundation

/// Options from a file: a JSON object whose keys are the long names of options, and `input`.
///
/// What is given on the command line counts more. `true` sets a flag, `false` does not.
struct JobFile {
  /// The arguments of a `train` command, whose help is `helpText`, with those of the file that `--config` names put in.
  static func expanding(_ arguments: [String], helpText: @autoclosure () -> String) throws -> [String] {
    guard arguments.first == "train" else { return arguments }
    let options = Options(helpText: helpText())
    let given = options.scan(arguments.dropFirst())
    guard let path = given.values["config"] else { return arguments }
    return arguments + (try JobFile(path: path).arguments(options, given))
  }

  private let path: String
  private let values: [String: JSONValue]

  private init(path: String) throws {
    self.path = path
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ALSError(.unreadable, "cannot be read. Check the path and its permissions.", at: path)
    }
    do {
      values = try JSONDecoder().decode([String: JSONValue].self, from: data)
    } catch {
      throw ALSError(
        .data, "is not a JSON object of options, such as {\"factors\": 64, \"input\": \"purchases.csv\"}.", at: path)
    }
  }

  private func arguments(_ options: Options, _ given: Options.Given) throws -> [String] {
    var arguments: [String] = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      if name == "input" {
        if !given.hasInput { arguments.append(value.text) }
        continue
      }
      guard let takesValue = options.takesValue[name], name != "config", name != "help", name != "version" else {
        throw ALSError(.configuration, "there is no option \"\(name)\". als help train lists all of them.", at: path)
      }
      let opposite = name.hasPrefix("no-") ? String(name.dropFirst(3)) : "no-\(name)"
      if given.names.contains(name) || given.names.contains(opposite) { continue }
      if takesValue {
        guard !value.isFlag else {
          throw ALSError(.configuration, "\"\(name)\" needs a value, not \(value.text).", at: path)
        }
        arguments.append("--\(name)=\(value.text)")
      } else {
        guard case .flag(let isSet) = value else {
          throw ALSError(.configuration, "\"\(name)\" is either true or false, not \(value.text).", at: path)
        }
        if isSet { arguments.append("--\(name)") }
        if !isSet, options.takesValue["no-\(name)"] == false { arguments.append("--no-\(name)") }
      }
    }
    return arguments
  }

  /// The options of a command, by what its help says.
  private struct Options {
    /// By long name: whether a value follows.
    private(set) var takesValue: [String: Bool] = ["help": false, "version": false]
    private var short: [String: String] = [:]

    struct Given {
      var names: Set<String> = []
      var values: [String: String] = [:]
      var hasInput = false
    }

    init(helpText: String) {
      for line in helpText.split(separator: "\n") where line.hasPrefix("  -") {
        let head = line.trimmingCharacters(in: .whitespaces).components(separatedBy: "  ")[0]
        let words = head.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "/" }).map(String.init)
        let names = words.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
        for name in names { takesValue[name] = words.contains { $0.hasPrefix("<") } }
        if let letter = words.first(where: { $0.hasPrefix("-") && !$0.hasPrefix("--") }), let name = names.first {
          short[letter] = name
        }
      }
    }

    /// What the command line has.
    func scan(_ arguments: ArraySlice<String>) -> Given {
      var given = Given()
      var rest = arguments
      while let argument = rest.popFirst() {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        let name = argument.hasPrefix("--") ? String(parts[0].dropFirst(2)) : short[parts.first ?? ""]
        guard let name, argument.hasPrefix("-"), argument != "-" else {
          given.hasInput = true
          continue
        }
        given.names.insert(name)
        if parts.count == 2 {
          given.values[name] = parts[1]
        } else if takesValue[name] == true {
          given.values[name] = rest.popFirst()
        }
      }
      return given
    }
  }

  private enum JSONValue: Decodable {
    case flag(Bool)
    case other(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(UInt64.self) {
        self = .other(String(number))
      } else if let number = try? container.decode(Double.self) {
        self = .other(String(number))
      } else {
        self = .other(try container.decode(String.self))
      }
    }

    var isFlag: Bool { if case .flag = self { true } else { false } }
    var text: String {
      switch self {
      case .flag(let flag): String(flag)
      case .other(let text): text
      }
    }
  }
}

extension ModelConfiguration {
  /// The parameters as a file for `als train --config`.
  var jobFile: String {
    let usual = Set(ModelConfiguration(AnyLoss(loss.feedback)).optionTexts.map(\.name))
    let members = optionTexts.compactMap { name, value -> String? in
      if let isSet = Bool(value) {
        return usual.contains(name) ? "  \"no-\(name)\": \(!isSet)" : "  \(Cell.quoted(name)): \(isSet)"
      }
      if name == "unobserved-weight", Double(value) == nil { return nil }
      return "  \(Cell.quoted(name)): \(Double(value) == nil ? Cell.quoted(value) : value)"
    }
    return "{\n" + members.joined(separator: ",\n") + "\n}\n"
  }
}
