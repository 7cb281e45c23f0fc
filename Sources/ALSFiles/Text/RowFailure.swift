import ALSPlatform

/// Why a row cannot be read, and where it is.
struct RowFailure: Error {
  enum Reason {
    case fewFields(count: Int, missing: ColumnRole)
    case unequalFields(count: Int)
    case emptyIdentifier(ColumnRole)
    case notUTF8(ColumnRole)
    case tooManyIdentifiers(ColumnRole)
    case notANumber([UInt8])
    case notFinite([UInt8])
    case notATime([UInt8])
    case notAWeight([UInt8])
    case hugeWeight
    case textAfterQuote(ColumnRole)
    case unterminatedQuote
    case rowTooLong
    /// Not the row's fault.
    case reading(ALSError)
  }

  /// Lines of the block before the one at fault.
  let line: Int
  let reason: Reason

  /// The error, for a block that begins after `linesBefore` lines.
  func error(path: String, linesBefore: Int, layout: DelimitedLayout) -> ALSError {
    if case .reading(let error) = reason { return error }
    return ALSError(.data, "line \(linesBefore + line + 1): \(reason.text(layout))", at: path)
  }
}

extension RowFailure.Reason {
  /// Of failures that are told without a layout.
  var unplaced: String {
    switch self {
    case .unterminatedQuote: "a quoted field begins here and never ends. Close it, or remove the quote."
    case .rowTooLong:
      "the row that begins here is longer than \(BlockReader.mostBytesOfRow >> 30) GiB. "
        + "Look for a quote that is never closed, or put the data in lines."
    case .reading(let error): error.message
    default: "the row cannot be read."
    }
  }

  func text(_ layout: DelimitedLayout) -> String {
    switch self {
    case .fewFields(let count, let role):
      let fields = count == 1 ? "only 1 field" : "only \(count) fields"
      let separation = DelimitedFormat.separation(by: layout.delimiter)
      return "\(fields), but the \(role.name) is in column \(layout.column(of: role) ?? 0) (\(separation)). "
        + "Complete the line, or name the delimiter and the columns. If each line is a user and its items, say --form lists."
    case .unequalFields(let count):
      let separation = DelimitedFormat.separation(by: layout.delimiter)
      let expected = layout.mostFieldCount ?? layout.columnCount
      return
        "\(count) fields, but the first line has \(layout.hasHeader ? expected : layout.leastFieldCount ?? expected) "
        + "(\(separation)). Correct the line, quote fields that have the delimiter in them, or name the columns of "
        + "users and items to take no notice of the others. If each line is a user and its items, say --form lists."
    case .emptyIdentifier(let role):
      return "the \(layout.label(of: role)) is empty. Fill it in, or remove the line."
    case .notUTF8(let role):
      return "the \(layout.label(of: role)) is not UTF-8 text. Convert the file, for example with iconv -t UTF-8."
    case .tooManyIdentifiers(let role):
      return "there are more than \(Int32.max) different \(role.name)s. Use fewer, or split the data."
    case .notANumber(let text):
      return "the \(layout.label(of: .value)) is \(Self.shown(text)), not a number. "
        + "Correct it, or name another value column."
    case .notFinite(let text):
      return "the \(layout.label(of: .value)) is \(Self.shown(text)), not a finite 32-bit number. "
        + "Correct it, or remove the line."
    case .notATime(let text):
      return "the \(layout.label(of: .time)) is \(Self.shown(text)), neither a finite number nor a date such as "
        + "2024-05-31 or 2024-05-31T12:00:00Z. Correct it, name another time column, or leave times out."
    case .notAWeight(let text):
      return "the \(layout.label(of: .weight)) is \(Self.shown(text)), not a finite number of 0 or more. "
        + "Correct it, or name another weight column."
    case .hugeWeight:
      return
        "the weight times that of the type of event is more than 32-bit floating point holds. Scale one of them down."
    case .textAfterQuote(let role):
      return "text follows the closing quote of the \(layout.label(of: role)). "
        + "Double the quotes that belong to the text."
    case .unterminatedQuote, .rowTooLong, .reading: return unplaced
    }
  }

  /// A field in quotes, cut to a length that fits a line of a terminal and without control characters.
  private static func shown(_ text: [UInt8]) -> String {
    if text.isEmpty { return "empty" }
    let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
    let printable = scalars.prefix(40).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
    return "\"" + String(String.UnicodeScalarView(printable)) + (scalars.count > 40 ? "…\"" : "\"")
  }
}
