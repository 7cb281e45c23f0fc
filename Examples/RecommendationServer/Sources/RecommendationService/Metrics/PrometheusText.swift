/// Metrics in the text format that Prometheus reads.
struct PrometheusText {
  private(set) var lines = ""

  mutating func counter(_ name: String, _ help: String, _ value: Int) {
    header(name, help, "counter")
    sample(name, [], "\(value)")
  }

  mutating func gauge(_ name: String, _ help: String, _ value: Int) {
    header(name, help, "gauge")
    sample(name, [], "\(value)")
  }

  mutating func header(_ name: String, _ help: String, _ type: String) {
    lines += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
    let list = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
    lines += list.isEmpty ? "\(name) \(value)\n" : "\(name){\(list)} \(value)\n"
  }

  /// Backslashes, quotes and line feeds, as the format wants them.
  static func escaped(_ label: String) -> String {
    label.reduce(into: "") { text, character in
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
  }
}
