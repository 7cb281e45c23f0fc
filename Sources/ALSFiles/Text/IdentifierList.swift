import ALSPlatform
public import ALSSparse

/// The identifiers that a file lists, one per line, or standard input when `path` is `-`.
///
/// Blank lines are skipped, and so are spaces around an identifier.
///
/// - Throws: `ALSError` when the file cannot be read or lists nothing.
/// - Complexity: O(bytes).
public func readIdentifiers(from path: String) throws -> [Identifier] {
  let file = try ByteInput(path: path)
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = try block.withUnsafeMutableBytes { try file.fill($0) }
    bytes += block[..<count]
    if count < block.count { break }
  }
  let spaces: Set<UInt8> = [0x20, 0x09, 0x0D]
  let identifiers = bytes.split(separator: 0x0A).compactMap { line -> Identifier? in
    let start = line.drop { spaces.contains($0) }
    guard let last = start.lastIndex(where: { !spaces.contains($0) }) else { return nil }
    return Identifier(String(decoding: start[...last], as: UTF8.self))
  }
  if identifiers.isEmpty {
    throw ALSError(.data, "lists no identifiers. Write one per line.", at: file.path)
  }
  return identifiers
}
