import ALSPlatform
public import ALSSparse

extension CompiledInteractions {
  /// Compiles a file of interactions, or standard input when `path` is `-`.
  ///
  /// - Parameters:
  ///   - path: Any file that ``InteractionsReader`` reads; delimited text may be larger than memory.
  ///   - output: The file to write; scratch files of about its size are made beside it, and are gone afterwards.
  ///   - reader: How the file is read.
  ///   - duplicates: What becomes of several rows for the same user and item.
  ///   - memory: Bytes to stay within.
  /// - Returns: What was written, how the input was understood, and how many pairs were left out because their values
  ///   are below the reader's ``InteractionsReader/minimumValue``.
  /// - Throws: `ALSError` that names the file, the place in it and the remedy.
  /// - Complexity: O(rows), some passes over the disk.
  public static func compile(
    _ path: String, to output: String, reader: InteractionsReader = InteractionsReader(), duplicates: Duplicates = .sum,
    memory: Int
  ) throws -> (summary: Summary, form: InputForm, removedCount: Int) {
    try compile(path, to: output, reader: reader, duplicates: duplicates, memory: memory, mostEntriesPerRange: .max)
  }

  /// Tests choose how little is sorted at a time.
  package static func compile(
    _ path: String, to output: String, reader: InteractionsReader, duplicates: Duplicates, memory: Int,
    mostEntriesPerRange: Int
  ) throws -> (summary: Summary, form: InputForm, removedCount: Int) {
    let file = try reader.open(path)
    let (source, form) = try file.form.source(of: file, beside: output)
    do {
      let (summary, removed) = try InteractionsCompiler(
        source: source, path: output, duplicates: duplicates, minimumValue: reader.minimumValue, memory: memory,
        mostEntriesPerRange: mostEntriesPerRange, threads: try threadCount(reader.threads)
      ).compile()
      return (summary, form, removed)
    } catch let error as ALSError where error.kind == .data {
      throw error.at(file.input.path)
    }
  }
}
