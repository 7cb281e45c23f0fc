/// Forms that no reader knows, told by their first bytes, and what to do about them.
enum ForeignForm {
  /// How many bytes are looked at.
  static var startLength: Int { 64 }

  private static let archives: [(magic: [UInt8], name: String)] = [
    ([0x50, 0x4B, 0x03, 0x04], "zip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0xFD, 0x37, 0x7A, 0x58], "xz"),
    ([0x42, 0x5A, 0x68], "bzip2"),
  ]

  private static let tables: [(magic: [UInt8], name: String)] = [
    (Array("PAR1".utf8), "a Parquet file"), (Array("ARROW1".utf8), "an Arrow file"), (Array("ORC".utf8), "an ORC file"),
    (Array("Obj".utf8) + [1], "an Avro file"), (Array("SQLite format 3".utf8) + [0], "an SQLite database"),
    ([0x89] + Array("HDF\r\n".utf8), "an HDF5 file"), ([0x93] + Array("NUMPY".utf8), "a NumPy array"),
  ]

  /// Why a file that begins with `bytes` is refused, and what to do; `nil` when nothing speaks against text.
  static func reason(ofRefusing bytes: some Collection<UInt8>, path: String) -> String? {
    let start = Array(bytes.prefix(startLength))
    if let archive = archives.first(where: { start.starts(with: $0.magic) }) {
      return "is compressed (\(archive.name)). Unpack it, or compress it with gzip."
    }
    let file = path.contains("'") || path == "standard input" ? "FILE" : path
    if let table = tables.first(where: { start.starts(with: $0.magic) }) {
      let command =
        switch table.name {
        case "a Parquet file":
          "duckdb -c \"COPY (SELECT * FROM '\(file)') TO '/dev/stdout' (FORMAT csv)\" | als train -"
        case "an SQLite database": "sqlite3 -csv -header '\(file)' 'SELECT user, item FROM …' | als train -"
        default: "with the program that wrote it, or with pandas or DuckDB"
        }
      return "is \(table.name), but lines of fields are needed. Convert it to CSV, for example: \(command)"
    }
    if start.count >= 9, start[5..<8].allSatisfy({ $0 == 0 }), start[8] == UInt8(ascii: "{") {
      return "is a model, but lines of fields are needed. Name such a file, for example the one it was trained on."
    }
    guard isJSON(start) else { return nil }
    return "holds JSON, but lines of fields are needed. Convert it to CSV, for example: "
      + "duckdb -c \"COPY (SELECT user, item FROM read_json('\(file)')) TO '/dev/stdout' (FORMAT csv)\" | als train -"
  }

  /// Whether `start` begins an object with a name, or an array of objects, arrays or names.
  private static func isJSON(_ start: [UInt8]) -> Bool {
    let text = start.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return [#"{""#, "[{", "[[", #"[""#].contains { text.starts(with: $0.utf8) }
  }
}
