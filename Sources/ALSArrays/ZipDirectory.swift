/// The central directory at the end of a ZIP archive.
struct ZipDirectory {
  let entries: [ZipArchive.Entry]

  /// `nil` when there is none, or it contradicts itself.
  init?(bytes: UnsafeRawBufferPointer) {
    let fields = LittleEndianFields(bytes: bytes)
    guard let end = Self.endRecord(in: fields), var count = fields.load(end + 10, as: UInt16.self).map(Int.init),
      var start = fields.load(end + 16, as: UInt32.self).map(Int.init)
    else { return nil }
    if fields.load(end - 20, as: UInt32.self) == 0x0706_4B50 {
      guard let record = fields.size(end - 12), fields.load(record, as: UInt32.self) == 0x0606_4B50,
        let longCount = fields.size(record + 32), let longStart = fields.size(record + 48)
      else { return nil }
      (count, start) = (longCount, longStart)
    }
    // Each entry takes 46 bytes at least.
    guard count <= bytes.count / 46 else { return nil }
    var entries: [ZipArchive.Entry] = []
    var position = start
    for _ in 0..<count {
      guard let (entry, next) = Self.entry(at: position, in: fields) else { return nil }
      entries.append(entry)
      position = next
    }
    self.entries = entries
  }

  /// Where the record that ends the archive begins; only a comment may follow it.
  private static func endRecord(in fields: LittleEndianFields) -> Int? {
    let last = fields.bytes.count - 22
    guard last >= 0 else { return nil }
    return stride(from: last, through: max(0, last - 0xFFFF), by: -1).first { offset in
      fields.load(offset, as: UInt32.self) == 0x0605_4B50
        && fields.load(offset + 20, as: UInt16.self).map { Int($0) == last - offset } == true
    }
  }

  private static func entry(at start: Int, in fields: LittleEndianFields) -> (ZipArchive.Entry, next: Int)? {
    guard fields.load(start, as: UInt32.self) == 0x0201_4B50, let flags = fields.load(start + 8, as: UInt16.self),
      let method = fields.load(start + 10, as: UInt16.self), let checksum = fields.load(start + 16, as: UInt32.self),
      let shortCompressed = fields.load(start + 20, as: UInt32.self),
      let shortSize = fields.load(start + 24, as: UInt32.self),
      let nameLength = fields.load(start + 28, as: UInt16.self).map(Int.init),
      let extraLength = fields.load(start + 30, as: UInt16.self).map(Int.init),
      let commentLength = fields.load(start + 32, as: UInt16.self).map(Int.init),
      let shortOffset = fields.load(start + 42, as: UInt32.self)
    else { return nil }
    // Neither encrypted entries nor other methods: NumPy writes none.
    guard flags & 1 == 0, method == 0 || method == 8 else { return nil }
    let (nameStart, extraStart) = (start + 46, start + 46 + nameLength)
    let next = extraStart + extraLength + commentLength
    guard next <= fields.bytes.count else { return nil }
    let long = longFields(
      from: extraStart, to: extraStart + extraLength, in: fields,
      wanted: [shortSize, shortCompressed, shortOffset].count { $0 == .max })
    guard var long else { return nil }
    func resolved(_ short: UInt32) -> Int { short == .max ? long.removeFirst() : Int(short) }
    let (size, compressed, offset) = (resolved(shortSize), resolved(shortCompressed), resolved(shortOffset))
    let name = String(decoding: fields.bytes[nameStart..<extraStart], as: UTF8.self)
    return (
      ZipArchive.Entry(
        name: name, isDeflated: method == 8, checksum: checksum, compressedSize: compressed, size: size,
        headerOffset: offset), next
    )
  }

  /// The first `wanted` numbers of the ZIP64 field among the extra fields.
  private static func longFields(from start: Int, to end: Int, in fields: LittleEndianFields, wanted: Int) -> [Int]? {
    if wanted == 0 { return [] }
    var position = start
    while position + 4 <= end, let id = fields.load(position, as: UInt16.self),
      let length = fields.load(position + 2, as: UInt16.self).map(Int.init)
    {
      if id == 1 {
        guard length >= 8 * wanted, position + 4 + length <= end else { return nil }
        let numbers = (0..<wanted).compactMap { fields.size(position + 4 + 8 * $0) }
        return numbers.count == wanted ? numbers : nil
      }
      position += 4 + length
    }
    return nil
  }
}
