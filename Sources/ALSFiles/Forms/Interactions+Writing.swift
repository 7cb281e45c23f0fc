import ALSArrays
import ALSPlatform
public import ALSSparse

extension Interactions {
  /// Writes the matrix for `scipy.sparse.load_npz`: CSR, users × items, with the identifiers beside it.
  ///
  /// The archive has `user_ids` (integers), or `user_id_bytes` and `user_id_offsets` (UTF-8), and the same for items;
  /// SciPy does not mind them.
  ///
  /// - Parameters:
  ///   - path: The file to write.
  ///   - compressed: Whether to deflate the arrays, as `save_npz` does: smaller, and over ten times as slow to write.
  /// - Throws: `ALSError` when writing fails.
  /// - Complexity: O(entries).
  public func writeSciPy(to path: String, compressed: Bool = false) throws {
    var writer = try NumPyArchiveWriter(path: path, isCompressed: compressed)
    try writer.add("format", text: "csr")
    try writer.add("shape", Buffer<Int64>([Int64(users.count), Int64(items.count)]), shape: [2])
    try writer.add("indptr", byUser.rowStarts, shape: [users.count + 1])
    try writer.add("indices", byUser.columns, shape: [count])
    try writer.add("data", byUser.values ?? Buffer(repeating: 1, count: count), shape: [count])
    for (name, table) in [("user", users), ("item", items)] {
      switch table.storage {
      case .integers(let values): try writer.add("\(name)_ids", values, shape: [values.count])
      case .strings(let bytes, let offsets):
        try writer.add("\(name)_id_offsets", offsets, shape: [offsets.count])
        try writer.add("\(name)_id_bytes", bytes, shape: [bytes.count])
      }
    }
    try writer.commit()
  }

  /// Writes the matrix as a Matrix Market file; users and items become their positions, counted from 1.
  ///
  /// - Throws: `ALSError` when writing fails.
  /// - Complexity: O(entries).
  public func writeMatrixMarket(to path: String) throws {
    let file = try ReplacementFile(path: path)
    try file.append("%%MatrixMarket matrix coordinate \(byUser.values == nil ? "pattern" : "real") general\n")
    try file.append("\(users.count) \(items.count) \(count)\n")
    for user in 0..<users.count {
      for entry in byUser.entries(ofRow: user) {
        let value = byUser.values.map { " \(decimal($0.pointer[entry]))" } ?? ""
        try file.append("\(user + 1) \(byUser.columns.pointer[entry] + 1)\(value)\n")
      }
    }
    try file.commit()
  }

  /// Writes one line per pair, with a header: user, item and, if there are any, value.
  ///
  /// - Parameters:
  ///   - path: The file to write.
  ///   - delimiter: What separates fields; identifiers with it, with quotes or with line breaks are quoted.
  /// - Throws: `ALSError` when writing fails.
  /// - Complexity: O(entries).
  public func writeDelimited(to path: String, by delimiter: Character = ",") throws {
    try TimedInteractions(self, times: nil).writeDelimited(to: path, by: delimiter)
  }
}

extension TimedInteractions {
  /// Writes one line per pair, with a header: user, item and, if there are any, value and time.
  package func writeDelimited(to path: String, by delimiter: Character) throws {
    let byUser = interactions.byUser
    var lines = try InteractionLines(
      path: path, delimiter: delimiter, users: interactions.users, items: interactions.items,
      hasValues: byUser.values != nil, hasTimes: times != nil)
    for user in 0..<byUser.rowCount {
      for entry in byUser.entries(ofRow: user) {
        try lines.append(
          user: user, item: byUser.columns.pointer[entry], value: byUser.values?.pointer[entry],
          time: times?.pointer[entry])
      }
    }
    try lines.finish()
  }
}
