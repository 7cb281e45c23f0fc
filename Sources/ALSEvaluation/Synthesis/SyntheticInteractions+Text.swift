package import ALSPlatform

extension SyntheticInteractions {
  /// Writes a header and one line per interaction, userId, itemId, rating, timestamp, in bounded memory.
  ///
  /// Identifiers count from 1. The bytes are the same for every number of threads.
  ///
  /// - Returns: The number of interactions.
  package func write(to file: ReplacementFile, delimiter: UInt8, threads: Int) throws -> Int {
    let header = ["userId", "itemId", "rating", "timestamp"]
    try file.append(header.joined(separator: String(UnicodeScalar(delimiter))) + "\n")
    let (chunk, batch) = (64, 64 * 16 * threads)
    var count = 0
    for first in stride(from: 0, to: users, by: batch) {
      let parts = parallelMapChunks(of: min(batch, users - first), size: chunk, workers: threads) { part, _ in
        var text: [UInt8] = []
        for user in part { append(user: first + user, delimiter: delimiter, to: &text) }
        return [text]
      }
      for text in parts {
        count += text.count { $0 == UInt8(ascii: "\n") }
        try text.withUnsafeBytes { try file.append($0) }
      }
    }
    return count
  }

  private func append(user: Int, delimiter: UInt8, to text: inout [UInt8]) {
    for event in events(ofUser: user) {
      text.append(decimal: user + 1)
      text.append(delimiter)
      text.append(decimal: event.item + 1)
      text.append(delimiter)
      text.append(decimal: Int(event.rating))
      text.append(UInt8(ascii: "."))
      text.append(event.rating == event.rating.rounded(.down) ? UInt8(ascii: "0") : UInt8(ascii: "5"))
      text.append(delimiter)
      text.append(decimal: event.timestamp)
      text.append(UInt8(ascii: "\n"))
    }
  }
}

extension [UInt8] {
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
