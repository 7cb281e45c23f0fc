import ALSArrays
import ALSPlatform
public import ALSSparse

extension FactorModel {
  /// Writes the vectors of all items, or users, beside `path` and renames.
  ///
  /// A path that ends in `.npy` gets an array of n × dimensions in the model's precision, in the order of
  /// ``writeIdentifiers(of:to:)``; one that ends in `.csv` gets a line per row: the identifier and its coordinates.
  ///
  /// - Throws: `ALSError` when the path has another ending or cannot be written.
  /// - Complexity: O(n·k) for n rows.
  public func writeVectors(of side: Side, as form: VectorForm = .factors, to path: String) throws {
    if path.hasSuffix(".npy") {
      let (values, dimensions) = vectors(of: side, as: form)
      let shape = [identifiers(of: side).count, dimensions]
      try precision.open(
        writeNumPyArray(Buffer(values.map { Float($0) }), shape: shape, to: path),
        writeNumPyArray(Buffer(values), shape: shape, to: path))
    } else if path.hasSuffix(".csv") {
      try writeCSV(of: side, as: form, to: path)
    } else {
      throw ALSError(.configuration, "the form of the file is not known. Let its name end in .npy or .csv.", at: path)
    }
  }

  /// Writes the identifiers of all items, or users, one per line, in the order of the vectors.
  ///
  /// - Throws: `ALSError` when one has a line break in it, or the path cannot be written.
  public func writeIdentifiers(of side: Side, to path: String) throws {
    try identifiers(of: side).writeLines(to: path)
  }

  private func writeCSV(of side: Side, as form: VectorForm, to path: String) throws {
    let (values, dimensions) = vectors(of: side, as: form)
    let names = identifiers(of: side)
    let file = try ReplacementFile(path: path)
    try file.append("id," + (1...dimensions).map { "x\($0)" }.joined(separator: ",") + "\n")
    for (row, name) in names.enumerated() {
      var line = delimitedField(name.description)
      for value in values[row * dimensions..<(row + 1) * dimensions] {
        line += precision == .float ? ",\(Float(value))" : ",\(value)"
      }
      try file.append(line + "\n")
    }
    try file.commit()
  }
}
