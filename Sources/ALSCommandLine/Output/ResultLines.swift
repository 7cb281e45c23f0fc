import ALSPlatform

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
    text.append(contentsOf: layout.leads[column])
    switch layout.format {
    case .json: cell.appendJSON(to: &text)
    case .tsv: cell.appendField(to: &text, escape: Self.withoutTabs)
    case .csv, .table: cell.appendField(to: &text, escape: { delimitedField($0) })
    }
    column += 1
    if column < layout.columns.count { return }
    text.append(contentsOf: layout.end)
    column = 0
  }

  /// Goes on with the cell of `column`, for parts of rows.
  mutating func start(at column: Int) { self.column = column }

  private static func withoutTabs(_ text: String) -> String {
    String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 })
  }
}

/// The columns of results and the form that they are written in.
struct ResultLayout: Sendable {
  let columns: [String]
  let format: OutputFormat
  /// What a row has before the cell of each column.
  let leads: [[UInt8]]
  /// What ends a row.
  let end: [UInt8]

  init(columns: [String], format: OutputFormat) {
    self.columns = columns
    self.format = format
    leads = columns.enumerated().map { column, name in
      switch format {
      case .json: Array("\(column == 0 ? "{" : ",")\(Cell.quoted(name)):".utf8)
      case .tsv: column == 0 ? [] : [UInt8(ascii: "\t")]
      case .csv, .table: column == 0 ? [] : [UInt8(ascii: ",")]
      }
    }
    end = Array((format == .json ? "}\n" : "\n").utf8)
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
