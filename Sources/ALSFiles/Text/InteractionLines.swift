import ALSPlatform
import ALSSparse

/// A file of lines with a header: user, item and, if there are any, value, time and weight.
struct InteractionLines {
  private let file: ReplacementFile
  private let delimiter: Character
  private let users: Identifiers
  private let itemFields: [String]
  private let writesOnes: Bool
  private var user = (index: -1, field: "")

  /// Identifiers with the delimiter, with quotes or with line breaks are quoted.
  init(path: String, delimiter: Character, users: Identifiers, items: Identifiers, channels: EventChannels) throws {
    file = try ReplacementFile(path: path)
    self.delimiter = delimiter
    self.users = users
    itemFields = items.map { delimitedField($0.description, by: delimiter) }
    // Beside values, weights are not taken for them.
    writesOnes = channels.contains(.weights)
    let columns =
      ["user", "item"] + (writesOnes || channels.contains(.values) ? ["value"] : [])
      + (channels.contains(.times) ? ["time"] : []) + (channels.contains(.weights) ? ["weight"] : [])
    try file.append(columns.joined(separator: String(delimiter)) + "\n")
  }

  mutating func append(user index: Int, item: Int32, value: Float?, time: Double?, weight: Float?) throws {
    if index != user.index { user = (index, delimitedField(users[index].description, by: delimiter)) }
    let numbers = [
      (value ?? (writesOnes ? 1 : nil)).map { decimal($0) }, time.map { decimal($0) }, weight.map { decimal($0) },
    ]
    try file.append("\(user.field)\(delimiter)\(itemFields[Int(item)])")
    for case let number? in numbers { try file.append("\(delimiter)\(number)") }
    try file.append("\n")
  }

  func finish() throws { try file.commit() }
}
