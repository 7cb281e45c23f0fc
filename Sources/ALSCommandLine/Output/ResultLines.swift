/// Makes lines of rows of results, in the forms that have lines.
struct ResultLines: Sendable {
  /// The line before all others, or nothing.
  let header: String
  private let format: OutputFormat
  /// The names of the columns as JSON has them before a value.
  private let names: [[UInt8]]

  init(columns: [String], format: OutputFormat) {
    self.format = format
    names = columns.map { Array("\(Cell.quoted($0)):".utf8) }
    header =
      switch format {
      case .csv: columns.joined(separator: ",") + "\n"
      case .tsv: columns.joined(separator: "\t") + "\n"
      case .json, .table: ""
      }
  }

  func text(of rows: [[Cell]]) -> [UInt8] {
    var text: [UInt8] = []
    append(rows, to: &text)
    return text
  }

  func append(_ rows: [[Cell]], to text: inout [UInt8]) {
    for row in rows {
      switch format {
      case .json: appendObject(row, to: &text)
      case .tsv: appendFields(row, by: UInt8(ascii: "\t"), escape: Self.withoutTabs, to: &text)
      case .csv, .table: appendFields(row, by: UInt8(ascii: ","), escape: Self.quotedForCSV, to: &text)
      }
    }
  }

  private func appendObject(_ row: [Cell], to text: inout [UInt8]) {
    for (column, cell) in row.enumerated() {
      text.append(UInt8(ascii: column == 0 ? "{" : ","))
      text.append(contentsOf: names[column])
      cell.appendJSON(to: &text)
    }
    text.append(UInt8(ascii: "}"))
    text.append(UInt8(ascii: "\n"))
  }

  private func appendFields(
    _ row: [Cell], by delimiter: UInt8, escape: (String) -> String, to text: inout [UInt8]
  ) {
    for (column, cell) in row.enumerated() {
      if column > 0 { text.append(delimiter) }
      cell.appendField(to: &text, escape: escape)
    }
    text.append(UInt8(ascii: "\n"))
  }

  private static func quotedForCSV(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private static func withoutTabs(_ text: String) -> String {
    String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 })
  }
}
