import ALSArrays
import ALSPlatform
import ALSSparse

/// Reads sparse matrices that `scipy.sparse.save_npz` wrote: CSR, CSC or COO.
///
/// Rows are users and columns are items, called by their numbers as in Python, 0 and on, unless the archive has the
/// identifiers too: `user_ids` (integers), or `user_id_bytes` and `user_id_offsets` (UTF-8), and the same for items.
struct SciPyReader {
  let path: String

  /// - Complexity: O(entries).
  func read() throws -> (events: Events, format: String) {
    let archive = try NumPyArchive(contentsOf: path)
    guard let format = try archive.array("format")?.text().first,
      let shape = try archive.array("shape")?.integers(as: Int.self)
    else { throw failure("is not a sparse matrix that SciPy saved. Save it with scipy.sparse.save_npz.") }
    guard shape.count == 2, shape[0] >= 0, shape[1] >= 0, shape[0] <= Int(Int32.max), shape[1] <= Int(Int32.max) else {
      throw failure("has no shape of rows and columns below 2³¹.")
    }
    let (rows, columns): (Buffer<Int32>, Buffer<Int32>)
    switch format {
    case "csr": (rows, columns) = try compressed(archive, major: shape[0], minor: shape[1])
    case "csc": (columns, rows) = try compressed(archive, major: shape[1], minor: shape[0])
    case "coo": (rows, columns) = try coordinates(archive, shape)
    default: throw failure("is a \(format) matrix. Convert it with .tocsr() and save it again.")
    }
    guard rows.count > 0 else { throw failure("is a matrix without entries.") }
    return (
      Events(
        users: try identifiers("user", count: shape[0], in: archive, entries: rows.count),
        items: try identifiers("item", count: shape[1], in: archive, entries: rows.count), userIndices: rows,
        itemIndices: columns, values: try values(archive, count: rows.count), times: nil), format
    )
  }

  /// The index along the compressed dimension, and the other one, of each entry.
  private func compressed(_ archive: NumPyArchive, major: Int, minor: Int) throws -> (Buffer<Int32>, Buffer<Int32>) {
    let starts = try required("indptr", archive).integers(as: Int.self)
    let indices = try required("indices", archive).integers(as: Int32.self)
    try checkRange(indices, minor)
    let bounds = starts.elements
    guard starts.count == major + 1, bounds.first == 0, bounds.last == indices.count,
      zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw failure("its indptr does not fit \(major) rows or columns and \(indices.count) entries.") }
    let expanded = Buffer<Int32>(uninitialized: indices.count)
    for row in 0..<major {
      for entry in starts.pointer[row]..<starts.pointer[row + 1] { expanded.pointer[entry] = Int32(row) }
    }
    return (expanded, indices)
  }

  private func coordinates(_ archive: NumPyArchive, _ shape: Buffer<Int>) throws -> (Buffer<Int32>, Buffer<Int32>) {
    let (rows, columns): (Buffer<Int32>, Buffer<Int32>)
    if let both = try archive.array("coords") {
      guard both.shape.count == 2, both.shape[0] == 2 else { throw failure("its coords are not pairs.") }
      let all = try both.integers(as: Int32.self)
      let count = both.shape[1]
      rows = Buffer(Array(all.elements[..<count]))
      columns = Buffer(Array(all.elements[count...]))
    } else {
      rows = try required("row", archive).integers(as: Int32.self)
      columns = try required("col", archive).integers(as: Int32.self)
    }
    guard rows.count == columns.count else { throw failure("has \(rows.count) rows for \(columns.count) columns.") }
    try checkRange(rows, shape[0])
    try checkRange(columns, shape[1])
    return (rows, columns)
  }

  /// `nil` when all are one.
  private func values(_ archive: NumPyArchive, count: Int) throws -> Buffer<Float>? {
    let values = try required("data", archive).numbers(as: Float.self)
    guard values.count == count else { throw failure("has \(values.count) values for \(count) entries.") }
    if let entry = values.elements.firstIndex(where: { !$0.isFinite }) {
      throw failure("value \(entry) is \(values[entry]), not a finite 32-bit number. Correct it.")
    }
    return values.elements.allSatisfy { $0 == 1 } ? nil : values
  }

  private func identifiers(_ name: String, count: Int, in archive: NumPyArchive, entries: Int) throws -> Identifiers {
    func array<Element: FixedWidthInteger & BitwiseCopyable>(_ name: String) throws -> Buffer<Element>? {
      try archive.array(name) == nil ? nil : required(name, archive).integers()
    }
    return try Identifiers(
      arraysNamed: name, count: count, integers: array, bytes: array, damaged: { failure("\($0).") })
      ?? countedIdentifiers(count, from: 0, entries: entries, "\(name)s", path)
  }

  private func checkRange(_ indices: Buffer<Int32>, _ count: Int) throws {
    if let entry = indices.elements.firstIndex(where: { $0 < 0 || Int($0) >= count }) {
      throw failure("entry \(entry) has index \(indices[entry]) of only \(count).")
    }
  }

  private func required(_ name: String, _ archive: NumPyArchive) throws -> NumPyArray {
    guard let array = try archive.array(name) else {
      throw failure("has no array \(name). Save the matrix with scipy.sparse.save_npz.")
    }
    guard name == "coords" || array.shape.count == 1 else { throw failure("array \(name) has shape \(array.shape).") }
    return array
  }

  private func failure(_ reason: String) -> ALSError { ALSError(.data, reason, at: path) }
}
