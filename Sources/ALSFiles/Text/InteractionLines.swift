import ALSPlatform
import ALSSparse

/// A file of lines with a header: user, item and, if there are any, value and time.
struct InteractionLines {
  private let file: ReplacementFile
  private let delimiter: Character
  private let users: Identifiers
  private let itemFields: [String]
  private var user = (index: -1, field: "")

  /// Identifiers with the delimiter, with quotes or with line breaks are quoted.
  init(
    path: String, delimiter: Character, users: Identifiers, items: Identifiers, hasValues: Bool, hasTimes: Bool
  ) throws {
    file = try ReplacementFile(path: path)
    self.delimiter = delimiter
    self.users = users
    itemFields = items.map { delimitedField($0.description, by: delimiter) }
    let columns = ["user", "item"] + (hasValues ? ["value"] : []) + (hasTimes ? ["time"] : [])
    try file.append(columns.joined(separator: String(delimiter)) + "\n")
  }

  mutating func append(user index: Int, item: Int32, value: Float?, time: Double?) throws {
    if index != user.index { user = (index, delimitedField(users[index].description, by: delimiter)) }
    let value = value.map { "\(delimiter)\(decimal($0))" } ?? ""
    let time = time.map { "\(delimiter)\(decimal($0))" } ?? ""
    try file.append("\(user.field)\(delimiter)\(itemFields[Int(item)])\(value)\(time)\n")
  }

  func finish() throws { try file.commit() }
}
