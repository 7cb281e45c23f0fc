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

  /// Compiles several files as one: the rows of the first, of the second, and so on, each with a form and a layout of its own.
  ///
  /// - Parameters:
  ///   - paths: The files, `-` for standard input; delimited text may be larger than memory.
  ///   - output: The file to write; scratch files of about its size are made beside it, and are gone afterwards.
  ///   - reader: How the files are read.
  ///   - duplicates: What becomes of several rows for the same user and item.
  ///   - memory: Bytes to stay within.
  /// - Returns: What was written, how each file was understood and how many rows it has, and how many pairs were left out
  ///   because their values are below the reader's ``InteractionsReader/minimumValue``. Times are kept where all files have them.
  /// - Throws: `ALSError` that names the file, the place in it and the remedy.
  /// - Complexity: O(rows), some passes over the disk, and a look-up for each identifier of each file.
  public static func compile(
    _ paths: [String], to output: String, reader: InteractionsReader = InteractionsReader(),
    duplicates: Duplicates = .sum, memory: Int
  ) throws -> (summary: Summary, files: [(form: InputForm, rowCount: Int)], removedCount: Int) {
    try compile(paths, to: output, reader: reader, duplicates: duplicates, memory: memory, mostEntriesPerRange: .max)
  }

  /// Tests choose how little is sorted at a time.
  package static func compile(
    _ path: String, to output: String, reader: InteractionsReader, duplicates: Duplicates, memory: Int,
    mostEntriesPerRange: Int
  ) throws -> (summary: Summary, form: InputForm, removedCount: Int) {
    let (summary, files, removed) = try compile(
      [path], to: output, reader: reader, duplicates: duplicates, memory: memory,
      mostEntriesPerRange: mostEntriesPerRange)
    return (summary, files[0].form, removed)
  }

  /// The same of several.
  package static func compile(
    _ paths: [String], to output: String, reader: InteractionsReader, duplicates: Duplicates, memory: Int,
    mostEntriesPerRange: Int
  ) throws -> (summary: Summary, files: [(form: InputForm, rowCount: Int)], removedCount: Int) {
    try reader.requireSeveral(paths)
    let threads = try threadCount(reader.threads)
    // One for all, so that there may be more files than a process may have open.
    let scratch = try ScratchFile(beside: output)
    let parts = try paths.map { path in
      let file = try reader.open(path)
      return try file.form.source(of: file, in: scratch)
    }
    do {
      let source = try parts.count == 1 ? parts[0].source : JoinedEvents(parts.map(\.source), threads: threads)
      let (summary, removed) = try InteractionsCompiler(
        source: source, path: output, duplicates: duplicates, minimumValue: reader.minimumValue, memory: memory,
        mostEntriesPerRange: mostEntriesPerRange, threads: threads
      ).compile()
      return (summary, parts.map { ($0.form, $0.source.count) }, removed)
    } catch let error as ALSError where error.kind == .data {
      throw error.at(InteractionsReader.name(of: paths))
    }
  }
}
