/// The guess of what separates the fields of a file, from the lines that it begins with.
///
/// The delimiters that occur in the first line outside of quotes are tried in a fixed order, spaces last: one must divide
/// nearly all lines into as many fields as the first. Between commas and semicolons, semicolons win where every comma is
/// that of a decimal number.
struct DelimiterGuess {
  /// Lines that the file begins with, each with its line feed.
  let sample: [UInt8]
  /// Of so many lines.
  static var mostRows: Int { 200 }
  /// The share of lines that a delimiter has to divide like the first.
  private static var enough: Double { 0.9 }

  var delimiter: String {
    let candidates = Self.candidates(in: sample)
    guard candidates.count > 1 else { return candidates.first ?? "," }
    var scores: [(delimiter: String, share: Double)] = []
    for candidate in candidates { scores.append((candidate, share(of: rows(by: candidate)))) }
    let best =
      scores.first { $0.share >= Self.enough }
      ?? scores.filter { $0.delimiter != " " }.max { $0.share < $1.share } ?? scores[0]
    if best.delimiter == ",", candidates.contains(";"), hasDecimalCommas { return ";" }
    return best.delimiter
  }

  private func rows(by delimiter: String) -> [[String]] {
    (try? RowGrammar(delimiter: delimiter))?.rows(of: sample, most: Self.mostRows) ?? []
  }

  /// The share of rows with as many fields as the first, if that has more than one.
  private func share(of rows: [[String]]) -> Double {
    guard let count = rows.first?.count, count > 1 else { return 0 }
    return Double(rows.count { $0.count == count }) / Double(rows.count)
  }

  /// Whether semicolons divide the rows into more fields than commas do, of which those with a comma are numbers.
  private var hasDecimalCommas: Bool {
    let (rows, byComma) = (rows(by: ";"), rows(by: ","))
    guard share(of: rows) >= Self.enough, rows[0].count > byComma[0].count else { return false }
    return rows.allSatisfy { row in
      row.allSatisfy { field in
        !field.utf8.contains(UInt8(ascii: ","))
          || Array(field.utf8).withUnsafeBufferPointer { numberWithDecimalComma($0) } != nil
      }
    }
  }

  /// The delimiters that occur in the first of `lines` outside of quotes, those first that are rarest in other text.
  private static func candidates(in lines: [UInt8]) -> [String] {
    var unquoted: [UInt8] = []
    var isQuoted = false
    for byte in lines {
      if byte == RowGrammar.quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == RowGrammar.lineFeed { break }
      unquoted.append(byte)
    }
    let colon = UInt8(ascii: ":")
    if zip(unquoted, unquoted.dropFirst()).contains(where: { $0 == (colon, colon) }) { return ["::"] }
    let text = unquoted.drop { $0 == UInt8(ascii: " ") }
    return ["\t", ",", ";", "|", " "].filter { delimiter in delimiter.utf8.allSatisfy(text.contains) }
  }
}

extension RowGrammar {
  /// The fields of the rows that `lines` begin with, which end with a line feed, at most so many; blank ones left out.
  func rows(of lines: [UInt8], most: Int) -> [[String]] {
    var rows: [[String]] = []
    let padded = lines + repeatElement(0, count: Self.padding)
    padded.withUnsafeBufferPointer { bytes in
      guard var start = bytes.baseAddress else { return }
      let end = start + lines.count
      while start < end, rows.count < most {
        if let next = lineAfterBlank(start) {
          start = next
          continue
        }
        guard let feed = rowEnd(start, rowStart: start, end: end).feed else { return }
        rows.append(fields(ofRow: Array(UnsafeBufferPointer(start: start, count: feed + 1 - start))))
        start = feed + 1
      }
    }
    return rows
  }
}

extension [String] {
  /// The number of fields without the empty ones at the end.
  var countWithoutEmptyEnd: Int { (lastIndex { !$0.isEmpty } ?? -1) + 1 }
}
