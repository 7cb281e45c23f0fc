import ALSPlatform
import ALSSparse

extension CompiledInteractions {
  /// Throws when a section is not what was written, or what was written is no matrix in both orientations.
  ///
  /// Goes through the file once: the entries of a chunk are looked at when its checksum has brought them into the cache.
  func verify(threads: Int) throws {
    let entrySections = Set([
      "user_columns", "user_values", "user_weights", "item_columns", "item_values", "item_weights",
    ])
    let others = header.sections.filter { !entrySections.contains($0.name) }
    let (times, rest) = (others.filter { $0.name == "user_times" }, others.filter { $0.name != "user_times" })
    try verify(rest, checksums: chunkChecksums(of: chunks(of: rest), threads: threads))
    let areFinite = Flags(count: chunks(of: times).count)
    let timeChecksums = chunkChecksums(of: chunks(of: times), threads: threads) { chunk, bytes in
      areFinite.set(chunk, bytes.bindMemory(to: UInt64.self).allSatisfy { $0 & 0x7FF0 << 48 != 0x7FF0 << 48 })
    }
    try verify(times, checksums: timeChecksums)
    guard areFinite.areAllSet else { throw CompiledHeader.damaged(path, "a time is not a finite number") }
    let byUser = try verifiedCells("user", rows: summary.users, columns: summary.items, threads: threads)
    let byItem = try verifiedCells("item", rows: summary.items, columns: summary.users, threads: threads)
    guard byUser == byItem else {
      throw CompiledHeader.damaged(path, "what it has by user and what it has by item are not the same")
    }
  }

  /// The matrix of one orientation, whose row starts have been checked.
  func startedMatrix(_ name: String, rows: Int, columns: Int) throws -> CSRMatrix<Float> {
    let matrix = try matrix(name, rows: rows, columns: columns)
    if let problem = matrix.brokenStarts() { throw CompiledHeader.damaged(path, "by \(name), \(problem)") }
    return matrix
  }

  /// Verifies one orientation and returns the sum of its cells; see `CSRMatrix.cellSum`.
  private func verifiedCells(_ name: String, rows: Int, columns: Int, threads: Int) throws -> UInt64 {
    let matrix = try startedMatrix(name, rows: rows, columns: columns)
    let sections = ["\(name)_columns", "\(name)_values", "\(name)_weights"].compactMap { wanted in
      header.sections.first { $0.name == wanted }
    }
    // Columns, values and weights are as wide as each other, so that chunks of all hold the same entries.
    let chunkSize = ChunkedChecksum.chunkSize / MemoryLayout<Int32>.stride
    let extents = sections.map { chunks(of: [$0]) }
    struct Part {
      var checksums: [UInt64]
      var entries: Range<Int>
      var sum: UInt64?
    }
    let isTransposed = name == "item"
    let parts = parallelMapChunks(of: extents.first?.count ?? 0, size: 1, workers: threads) { [file] chunk, _ in
      let bytes = extents.map { UnsafeRawBufferPointer(rebasing: file.bytes[$0[chunk.lowerBound]]) }
      defer { for bytes in bytes { file.giveBack(bytes) } }
      let first = chunk.lowerBound * chunkSize
      let entries = min(first, matrix.entryCount)..<min(first + chunkSize, matrix.entryCount)
      return [
        Part(
          checksums: bytes.map(ChunkedChecksum.ofChunk), entries: entries,
          sum: matrix.cellSum(of: entries, isTransposed: isTransposed))
      ]
    }
    for (position, section) in sections.enumerated() {
      try verify([section], checksums: parts.map { $0.checksums[position] })
    }
    if let broken = parts.first(where: { $0.sum == nil }) {
      throw CompiledHeader.damaged(path, "by \(name), \(matrix.brokenEntry(of: broken.entries))")
    }
    return parts.reduce(0) { $0 &+ ($1.sum ?? 0) }
  }

  /// The chunks that checksums are of, section after section.
  func chunks(of sections: [CompiledHeader.Section]) -> [Range<Int>] {
    sections.flatMap { section in
      stride(from: section.extent.lowerBound, to: section.extent.upperBound, by: ChunkedChecksum.chunkSize).map {
        $0..<min($0 + ChunkedChecksum.chunkSize, section.extent.upperBound)
      }
    }
  }

  /// The checksums of chunks, each of which `look` sees as well.
  func chunkChecksums(
    of chunks: [Range<Int>], threads: Int,
    _ look: @Sendable (_ chunk: Int, _ bytes: UnsafeRawBufferPointer) -> Void = { _, _ in }
  ) -> [UInt64] {
    let file = file
    return parallelMapChunks(of: chunks.count, size: 1, workers: max(1, threads)) { chunk, _ in
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[chunks[chunk.lowerBound]])
      // What is not needed any more need not be resident for having been verified.
      defer { file.giveBack(bytes) }
      look(chunk.lowerBound, bytes)
      return [ChunkedChecksum.ofChunk(bytes)]
    }
  }

  /// Throws when the checksums of the chunks of `sections` are not those that were written.
  func verify(_ sections: [CompiledHeader.Section], checksums: [UInt64]) throws {
    var next = 0
    for section in sections {
      var whole = ChunkedChecksum()
      for checksum in checksums[next..<next + chunks(of: [section]).count] {
        whole.add(chunk: checksum)
        next += 1
      }
      guard whole.hexadecimal == section.checksum else {
        throw CompiledHeader.damaged(path, "the checksum of section \(section.name) is wrong")
      }
    }
  }
}

/// One yes or no for each chunk, set by whoever works on it.
private struct Flags: Sendable {
  private let bytes: Buffer<UInt8>

  init(count: Int) { bytes = Buffer(repeating: 0, count: count) }

  func set(_ index: Int, _ value: Bool) { bytes.pointer[index] = value ? 1 : 0 }

  var areAllSet: Bool { bytes.elements.allSatisfy { $0 == 1 } }
}
