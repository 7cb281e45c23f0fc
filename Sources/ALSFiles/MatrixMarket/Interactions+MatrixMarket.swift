import ALSPlatform
public import ALSSparse

extension Interactions {
  /// Writes the matrix as a Matrix Market file; users and items become their positions, counted from 1.
  ///
  /// - Throws: `ALSError` when there are weights, or writing fails.
  /// - Complexity: O(entries).
  public func writeMatrixMarket(to path: String) throws {
    try requireNoWeights(in: "Matrix Market files have", at: path)
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
}
