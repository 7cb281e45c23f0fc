/// Makes lines of results, cell by cell, in the forms that have lines.
struct ResultLines {
  /// The columns and the form.
  let layout: ResultLayout
  /// The lines so far.
  private(set) var text: [UInt8] = []
  private var column = 0

  init(_ layout: ResultLayout) { self.layout = layout }

  /// Appends the next cell of a row; with that of the last column, the row ends.
  mutating func append(_ cell: Cell) {
    switch layout.format {
    case .json:
      text.append(UInt8(ascii: column == 0 ? "{" : ","))
      text.append(contentsOf: layout.names[column])
      cell.appendJSON(to: &text)
    case .tsv:
      if column > 0 { text.append(UInt8(ascii: "\t")) }
      cell.appendField(to: &text, escape: Self.withoutTabs)
    case .csv, .table:
      if column > 0 { text.append(UInt8(ascii: ",")) }
      cell.appendField(to: &text, escape: Self.quotedForCSV)
    }
    column += 1
    if column < layout.columns.count { return }
    if layout.format == .json { text.append(UInt8(ascii: "}")) }
    text.append(UInt8(ascii: "\n"))
    column = 0
  }

  private static func quotedForCSV(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private static func withoutTabs(_ text: String) -> String {
    String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 })
  }
}

/// The columns of results and the form that they are written in.
struct ResultLayout: Sendable {
  let columns: [String]
  let format: OutputFormat
  /// The names of the columns as JSON has them before a value.
  let names: [[UInt8]]

  init(columns: [String], format: OutputFormat) {
    self.columns = columns
    self.format = format
    names = columns.map { Array("\(Cell.quoted($0)):".utf8) }
  }

  /// The line before all others, or nothing.
  var header: String {
    switch format {
    case .csv: columns.joined(separator: ",") + "\n"
    case .tsv: columns.joined(separator: "\t") + "\n"
    case .json, .table: ""
    }
  }
}
