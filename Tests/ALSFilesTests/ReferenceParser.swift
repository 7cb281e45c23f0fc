/// One row as the rules have it, found byte by byte.
struct ReferenceRow {
  var fields: [String] = []
  /// The bytes up to the line feed.
  var raw: [UInt8] = []
}

/// All rows of `bytes` that are not blank.
///
/// Slow and simple on purpose; the input has to be well-formed.
func referenceRows(_ bytes: [UInt8], delimiter: String) -> [ReferenceRow] {
  let (feed, quote, space, carriage) = (UInt8(10), UInt8(34), UInt8(32), UInt8(13))
  let separator = Array(delimiter.utf8)
  var bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
  if bytes.last != feed { bytes.append(feed) }
  var rows: [ReferenceRow] = []
  var index = 0
  func isSeparator(_ index: Int) -> Bool { bytes[index...].starts(with: separator) }
  while index < bytes.count {
    let start = index
    let line = bytes[index...].prefix { $0 != feed }
    if line.allSatisfy({ $0 == space || $0 == carriage }) {
      index += line.count + 1
      continue
    }
    var row = ReferenceRow()
    while true {
      var content: [UInt8] = []
      while bytes[index] == space, !isSeparator(index) { index += 1 }
      if bytes[index] == quote {
        index += 1
        while true {
          if bytes[index] == quote {
            index += 1
            guard bytes[index] == quote else { break }
          }
          content.append(bytes[index])
          index += 1
        }
        while bytes[index] != feed, !isSeparator(index) { index += 1 }
      } else {
        while bytes[index] != feed, !isSeparator(index) {
          content.append(bytes[index])
          index += 1
        }
        while let last = content.last, last == space || last == carriage { content.removeLast() }
      }
      row.fields.append(String(decoding: content, as: UTF8.self))
      if bytes[index] == feed { break }
      index += separator.count
    }
    row.raw = Array(bytes[start..<index])
    rows.append(row)
    index += 1
  }
  return rows
}
