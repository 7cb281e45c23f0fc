import ALSPlatform

/// Writes rows of results, in groups, to standard output or a file that appears when it is complete.
final class ResultWriter {
  let layout: ResultLayout
  private let output: ReplacementFile
  private var isFirst = true

  /// A writer to the file at `path`, or to standard output when it is `nil`.
  init(columns: [String], format: OutputFormat, path: String?) throws {
    layout = ResultLayout(columns: columns, format: format)
    output = try ReplacementFile(path: path ?? "-")
  }

  /// Writes rows that belong together; a table aligns them and leaves a blank line between groups.
  func write(_ rows: [[Cell]]) throws {
    if layout.format == .table {
      try writeTable(rows)
      isFirst = false
    } else {
      var lines = ResultLines(layout)
      for row in rows { row.forEach { lines.append($0) } }
      try write(lines.text)
    }
  }

  /// Writes lines that are ready.
  func write(_ text: [UInt8]) throws {
    if isFirst { try output.append(layout.header) }
    isFirst = false
    try text.withUnsafeBytes { try output.append($0) }
  }

  /// Puts the file in its place.
  func finish() throws {
    if isFirst { try write([] as [[Cell]]) }
    try MappedFiles.requireUnchanged()
    try output.commit()
  }

  private func writeTable(_ rows: [[Cell]]) throws {
    if !isFirst { try output.append("\n") }
    let texts = rows.map { $0.map(\.forTable) }
    let widths = layout.columns.indices.map { column in
      texts.reduce(layout.columns[column].count) { max($0, $1[column].count) }
    }
    // Numbers are flush right, under a heading that is flush right.
    let right = layout.columns.indices.map { column in !rows.isEmpty && rows.allSatisfy { $0[column].isNumeric } }
    for line in [layout.columns] + texts {
      let padded = line.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - line[column].count)
        return right[column] ? space + line[column] : line[column] + space
      }
      var text = padded.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      try output.append(text + "\n")
    }
  }
}
