package import ALSPlatform

extension SyntheticInteractions {
  /// Writes a header and one line per interaction, userId, itemId, rating, timestamp, in bounded memory.
  ///
  /// Identifiers count from 1. The bytes are the same for every number of threads.
  ///
  /// - Returns: The number of interactions.
  package func write(
    to file: ReplacementFile, delimiter: Character, pairsOnly: Bool = false, threads: Int
  ) throws -> Int {
    let columns = ["userId", "itemId"] + (pairsOnly ? [] : ["rating", "timestamp"])
    try file.append(columns.joined(separator: String(delimiter)) + "\n")
    let delimiter = delimiter.asciiValue ?? UInt8(ascii: ",")
    var count = 0
    try forEachPart(threads: threads) { user, events in
      var text: [UInt8] = []
      for event in events { text.append(event, ofUser: user, pairsOnly: pairsOnly, delimiter: delimiter) }
      return text
    } then: { text in
      count += text.count { $0 == UInt8(ascii: "\n") }
      try text.withUnsafeBytes { try file.append($0) }
    }
    return count
  }
}

extension [UInt8] {
  /// Appends a line.
  fileprivate mutating func append(
    _ event: SyntheticInteractions.Event, ofUser user: Int, pairsOnly: Bool, delimiter: UInt8
  ) {
    append(decimal: user + 1)
    append(delimiter)
    append(decimal: event.item + 1)
    if !pairsOnly {
      append(delimiter)
      append(decimal: Int(event.rating))
      append(UInt8(ascii: "."))
      append(event.rating == event.rating.rounded(.down) ? UInt8(ascii: "0") : UInt8(ascii: "5"))
      append(delimiter)
      append(decimal: event.timestamp)
    }
    append(UInt8(ascii: "\n"))
  }

  /// Appends the decimal digits of a number that is not negative.
  fileprivate mutating func append(decimal number: Int) {
    var (length, bound) = (1, 10)
    while number >= bound { (length, bound) = (length + 1, bound * 10) }
    append(contentsOf: repeatElement(0, count: length))
    var rest = number
    for position in (count - length..<count).reversed() {
      self[position] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }
}
