import ALSPlatform

/// Writes rows of results, in groups, to standard output or a file that appears when it is complete.
final class ResultWriter {
  private let format: OutputFormat
  private let columns: [String]
  private let output: ReplacementFile
  private var isFirst = true
  private let lines: ResultLines

  /// A writer to the file at `path`, or to standard output when it is `nil`.
  init(columns: [String], format: OutputFormat, path: String?) throws {
    self.columns = columns
    self.format = format
    lines = ResultLines(columns: columns, format: format)
    output = try path.map { try ReplacementFile(path: $0) } ?? ReplacementFile.standardOutput()
  }

  /// Writes rows that belong together; a table aligns them and leaves a blank line between groups.
  func write(_ rows: [[Cell]]) throws {
    if format == .table { try writeTable(rows) } else { try write(lines.text(of: rows)) }
    isFirst = false
  }

  /// Writes `count` groups of rows, whose lines are made on several threads.
  func write(groups count: Int, threads: Int, _ rows: @Sendable (_ group: Int) -> [[Cell]]) throws {
    if format == .table { return try (0..<count).forEach { try write(rows($0)) } }
    let lines = lines
    let texts = parallelMapChunks(of: count, size: 128, workers: threads) { groups, _ in
      var text: [UInt8] = []
      for group in groups { lines.append(rows(group), to: &text) }
      return [text]
    }
    for text in texts { try write(text) }
  }

  private func write(_ text: [UInt8]) throws {
    if isFirst { try output.append(lines.header) }
    isFirst = false
    try text.withUnsafeBytes { try output.append($0) }
  }

  /// Puts the file in its place.
  func finish() throws {
    if isFirst { try write([] as [[Cell]]) }
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
}
