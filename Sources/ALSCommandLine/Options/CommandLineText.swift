import ALS
import ALSFiles

/// The `als train` command that trains a configuration, as one types it.
struct CommandLineText {
  let arguments: [String]

  init(of configuration: ModelConfiguration, inputs: [String], output: String, reading options: InputOptions) {
    arguments =
      ["als", "train"] + inputs + options.arguments + Self.options(of: configuration) + ["--output", output]
  }

  /// Quoted for a shell where needed.
  var text: String { arguments.map(Self.quoted).joined(separator: " ") }

  /// The parameters that matter or differ from the defaults.
  private static func options(of configuration: ModelConfiguration) -> [String] {
    let defaults = ModelConfiguration(AnyLoss(configuration.loss.feedback))
    let usual = Dictionary(uniqueKeysWithValues: defaults.optionTexts.map { ($0.name, $0.value) })
    // Those that a search chooses are always told, so that the command holds when defaults change.
    let always: Set = [
      "factors", "iterations", "regularization", "regularization-exponent", "unobserved-weight", "alpha", "confidence",
    ]
    return configuration.optionTexts.flatMap { name, value -> [String] in
      switch (name, value) {
      case ("feedback", "implicit"): []
      case (_, "true"): usual[name] == nil ? ["--\(name)"] : []
      case (_, "false"): ["--no-\(name)"]
      case ("feedback", _): ["--feedback", value]
      default: always.contains(name) || usual[name] != value ? ["--\(name)", value] : []
      }
    }
  }

  private static func quoted(_ argument: String) -> String {
    let safe = argument.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@%".contains($0)) }
    if safe && !argument.isEmpty { return argument }
    return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }
}

extension InputOptions {
  /// The options as they were given.
  var arguments: [String] {
    let columns: [(String, Column?)] = [
      ("--user-column", userColumn), ("--item-column", itemColumn), ("--value-column", valueColumn),
      ("--time-column", timeColumn), ("--weight-column", weightColumn), ("--event-column", eventColumn),
    ]
    var result = columns.flatMap { name, column in column.map { [name, $0.argument] } ?? [] }
    let texts = [
      ("--event-weights", eventWeights?.argument), ("--half-life", halfLife?.argument), ("--as-of", asOf?.argument),
    ]
    result += texts.flatMap { name, text in text.map { [name, $0] } ?? [] }
    if let delimiter { result += ["--delimiter", delimiter == "\t" ? "tab" : delimiter] }
    if let header { result.append(header ? "--header" : "--no-header") }
    if let form { result += ["--form", form.rawValue] }
    if let duplicates { result += ["--duplicates", duplicates.rawValue] }
    if let minimumValue { result += ["--minimum-value", "\(minimumValue)"] }
    return result
  }
}

extension Column {
  /// As ``init(argument:)`` reads it.
  fileprivate var argument: String {
    switch self {
    case .name(let name): name
    case .number(let number): String(number)
    }
  }
}
