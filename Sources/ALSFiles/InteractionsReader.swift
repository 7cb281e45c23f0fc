import ALSPlatform
public import ALSSparse

/// Reads interactions in any of the forms that there are, told apart by the first bytes.
///
/// Delimited text (see ``DelimitedReader``), Matrix Market files, sparse matrices of SciPy, compiled interactions (see
/// ``CompiledInteractions``); text may be compressed with gzip, and may come from standard input.
public struct InteractionsReader: Sendable {
  /// How delimited text is laid out, as far as it is not to be guessed.
  public var format: DelimitedFormat
  /// Whether times are read and kept; a file without them is an error then.
  public var readsTimes: Bool
  /// How many threads work; one per processor when `nil`.
  public var threads: Int?

  /// A reader.
  public init(format: DelimitedFormat = DelimitedFormat(), readsTimes: Bool = false, threads: Int? = nil) {
    self.format = format
    self.readsTimes = readsTimes
    self.threads = threads
  }

  /// The events of a file, or of standard input when `path` is `-`, and how it was understood.
  ///
  /// - Throws: `ALSError` that names the file, the place in it and the remedy.
  /// - Complexity: O(bytes).
  public func readEvents(_ path: String) throws -> (events: Events, form: InputForm) {
    let (input, kind) = try open(path)
    return try events(of: input, kind, path)
  }

  /// The matrix of a file, or of standard input when `path` is `-`, how it was understood, and how many rows it has.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - duplicates: What becomes of several events for the same user and item.
  /// - Returns: The matrix, the form, and the number of rows.
  /// - Throws: `ALSError` that names the file, the place in it and the remedy.
  /// - Complexity: O(bytes); compiled interactions stay in the mapped file.
  public func readInteractions(
    _ path: String, duplicates: Duplicates
  ) throws -> (interactions: Interactions, form: InputForm, rowCount: Int) {
    let (input, kind) = try open(path)
    return try interactions(of: input, kind, path, duplicates: duplicates)
  }

  func interactions(
    of input: ByteInput, _ kind: InputForm.Kind?, _ path: String, duplicates: Duplicates
  ) throws -> (interactions: Interactions, form: InputForm, rowCount: Int) {
    do {
      if kind == .compiled {
        let compiled = try CompiledInteractions(contentsOf: path, threads: threads)
        return (
          try compiled.interactions(duplicates: duplicates), .compiled(compiled.summary), compiled.summary.events
        )
      }
      let (events, form) = try events(of: input, kind, path)
      let rowCount = events.count
      // Handed over, so that they can be freed half-way.
      let interactions = try Interactions(consume events, duplicates: duplicates, threads: threads)
      return (interactions, form, rowCount)
    } catch let error as ALSError where !error.message.hasPrefix(input.path) {
      throw ALSError(error.kind, "\(input.path): \(error.message)")
    }
  }

  func events(of input: ByteInput, _ kind: InputForm.Kind?, _ path: String) throws -> (Events, InputForm) {
    switch kind {
    case .matrixMarket: return try MatrixMarketReader(input: input).read()
    case .archive: return try SciPyReader(path: path).read()
    case .compiled:
      let compiled = try CompiledInteractions(contentsOf: path, threads: threads)
      return (try compiled.events(withTimes: readsTimes), .compiled(compiled.summary))
    case .model, nil:
      let (events, layout) = try delimitedReader.read(input)
      return (events, .delimited(layout))
    }
  }

  var delimitedReader: DelimitedReader { DelimitedReader(format: format, readsTimes: readsTimes, threads: threads) }

  /// Opens a file and looks at its first bytes; refuses what has no columns when columns are asked for.
  func open(_ path: String) throws -> (input: ByteInput, kind: InputForm.Kind?) {
    let input = try ByteInput(path: path)
    guard let kind = InputForm.Kind(try input.peek(InputForm.Kind.startLength)) else { return (input, nil) }
    if kind == .model {
      throw ALSError(.data, "\(input.path): is a model, but interactions are needed. Name the file it was trained on.")
    }
    if format != DelimitedFormat() {
      throw ALSError(.configuration, "\(input.path): is \(kind.name), in which no columns or delimiters can be chosen.")
    }
    if kind != .compiled, readsTimes {
      throw ALSError(
        .data, "\(input.path): is \(kind.name), which has no times. Use a file of lines with a time in each.")
    }
    if kind != .matrixMarket, input.isCompressed || !input.isRegularFile {
      throw ALSError(
        .unreadable, "\(input.path): holds \(kind.name), which must be a file of its own. Save or unpack it first.")
    }
    return (input, kind)
  }
}
