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
  /// - Throws: `ALSError` when there are weights, or writing fails.
  /// - Complexity: O(entries).
  public func writeSciPy(to path: String, compressed: Bool = false) throws {
    try requireNoWeights(in: "files of SciPy have", at: path)
    var writer = try NumPyArchiveWriter(path: path, isCompressed: compressed)
    try writer.add("format", text: "csr")
    try writer.add("shape", Buffer<Int64>([Int64(users.count), Int64(items.count)]), shape: [2])
    try writer.add("indptr", byUser.rowStarts, shape: [users.count + 1])
    try writer.add("indices", byUser.columns, shape: [count])
    try writer.add("data", byUser.values ?? Buffer(repeating: 1, count: count), shape: [count])
    for (name, table) in [("user", users), ("item", items)] {
      try table.writeArrays(
        named: name, integers: { try writer.add($0, $1, shape: [$1.count]) },
        bytes: { try writer.add($0, $1, shape: [$1.count]) })
    }
    try writer.commit()
  }
}
