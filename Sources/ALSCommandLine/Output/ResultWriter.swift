import ALSPlatform

/// Writes rows of results, in groups, to standard output or a file that appears when it is complete.
final class ResultWriter {
  private let format: OutputFormat
  private let columns: [String]
  private let output: ReplacementFile
  private var isFirst = true
  /// The names of the columns as JSON has them before a value.
  private let names: [[UInt8]]
  /// The line at hand.
  private var line: [UInt8] = []

  /// A writer to the file at `path`, or to standard output when it is `nil`.
  init(columns: [String], format: OutputFormat, path: String?) throws {
    self.columns = columns
    self.format = format
    names = columns.map { Array("\(Cell.quoted($0)):".utf8) }
    output = try path.map { try ReplacementFile(path: $0) } ?? ReplacementFile.standardOutput()
  }

  /// Writes rows that belong together; a table aligns them and leaves a blank line between groups.
  func write(_ rows: [[Cell]]) throws {
    switch format {
    case .table: try writeTable(rows)
    case .csv: try writeDelimited(rows, by: ",", escape: Self.quotedForCSV)
    case .tsv: try writeDelimited(rows, by: "\t", escape: Self.withoutTabs)
    case .json:
      for row in rows {
        line.removeAll(keepingCapacity: true)
        for (name, cell) in zip(names, row) {
          line.append(UInt8(ascii: line.isEmpty ? "{" : ","))
          line.append(contentsOf: name)
          cell.appendJSON(to: &line)
        }
        line.append(contentsOf: "}\n".utf8)
        try line.withUnsafeBytes { try output.append($0) }
      }
    }
    isFirst = false
  }

  /// Puts the file in its place.
  func finish() throws {
    if isFirst { try write([]) }
    try output.commit()
  }

  private func writeTable(_ rows: [[Cell]]) throws {
    if !isFirst { try output.append("\n") }
    let texts = rows.map { $0.map(\.forTable) }
    let widths = columns.indices.map { column in
      texts.reduce(columns[column].count) { max($0, $1[column].count) }
    }
    // Numbers are flush right, under a heading that is flush right.
    let right = columns.indices.map { column in !rows.isEmpty && rows.allSatisfy { $0[column].isNumeric } }
    for line in [columns] + texts {
      let padded = line.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - line[column].count)
        return right[column] ? space + line[column] : line[column] + space
      }
      var text = padded.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      try output.append(text + "\n")
    }
  }

  private func writeDelimited(_ rows: [[Cell]], by delimiter: String, escape: (String) -> String) throws {
    if isFirst { try output.append(columns.joined(separator: delimiter) + "\n") }
    for row in rows {
      line.removeAll(keepingCapacity: true)
      for (position, cell) in row.enumerated() {
        if position > 0 { line.append(contentsOf: delimiter.utf8) }
        cell.appendField(to: &line, escape: escape)
      }
      line.append(UInt8(ascii: "\n"))
      try line.withUnsafeBytes { try output.append($0) }
    }
  }

  private static func quotedForCSV(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private static func withoutTabs(_ text: String) -> String {
    String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 })
  }
}
