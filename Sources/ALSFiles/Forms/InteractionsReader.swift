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
  /// Whether a file without times is no error when they are read; see ``DelimitedReader/timesAreOptional``.
  public var timesAreOptional = false
  /// Pairs of user and item with a smaller value are left out, after repeated ones have been merged, as are users and
  /// items of whom nothing is left then; `nil` leaves out none.
  ///
  /// Of events, which are not merged, those with a smaller value are left out.
  public var minimumValue: Float?
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
    let (all, form) = try events(of: input, kind, path)
    guard let minimumValue else { return (all, form) }
    let events = try all.removing(valuesBelow: minimumValue)
    if events.count == 0 { throw Self.nothingLeft(input.path, of: all.count, "rows", minimumValue) }
    return (events, form)
  }

  /// The matrix of a file, or of standard input when `path` is `-`, how it was understood, how many rows it has,
  /// and how many pairs were left out for their values.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - duplicates: What becomes of several events for the same user and item.
  /// - Returns: The matrix, the form, the number of rows, and that of pairs below ``minimumValue``.
  /// - Throws: `ALSError` that names the file, the place in it and the remedy.
  /// - Complexity: O(bytes); compiled interactions stay in the mapped file, unless there is a ``minimumValue``.
  public func readInteractions(
    _ path: String, duplicates: Duplicates
  ) throws -> (interactions: Interactions, form: InputForm, rowCount: Int, removedCount: Int) {
    let (timed, form, rowCount, removedCount) = try readTimedInteractions(path, duplicates: duplicates)
    return (timed.interactions, form, rowCount, removedCount)
  }

  /// The same, with the times if they are read.
  package func readTimedInteractions(
    _ path: String, duplicates: Duplicates
  ) throws -> (timed: TimedInteractions, form: InputForm, rowCount: Int, removedCount: Int) {
    let (input, kind) = try open(path)
    let (all, form, rowCount) = try interactions(of: input, kind, path, duplicates: duplicates)
    guard let minimumValue else { return (all, form, rowCount, 0) }
    let (kept, removed) = try all.removing(valuesBelow: minimumValue, threads: threads)
    if kept.interactions.count == 0 { throw Self.nothingLeft(input.path, of: removed, "pairs", minimumValue) }
    return (kept, form, rowCount, removed)
  }

  /// What is wrong when all values are too small; without a path when whoever throws it puts it before.
  static func nothingLeft(_ path: String? = nil, of count: Int, _ what: String, _ minimum: Float) -> ALSError {
    ALSError(
      .data,
      "\(path.map { "\($0): " } ?? "")the values of all \(count) \(what) are below the minimum value, \(minimum), so nothing is left. Choose a "
        + "smaller one.")
  }

  private func interactions(
    of input: ByteInput, _ kind: InputForm.Kind?, _ path: String, duplicates: Duplicates
  ) throws -> (timed: TimedInteractions, form: InputForm, rowCount: Int) {
    do {
      if kind == .compiled {
        let compiled = try CompiledInteractions(contentsOf: path, threads: threads)
        let timed = TimedInteractions(
          try compiled.interactions(duplicates: duplicates),
          times: readsTimes(of: compiled) ? try compiled.times() : nil)
        return (timed, .compiled(compiled.summary), compiled.summary.events)
      }
      let (events, form) = try events(of: input, kind, path)
      let rowCount = events.count
      // Handed over, so that they can be freed half-way.
      return (try TimedInteractions(consume events, duplicates: duplicates, threads: threads), form, rowCount)
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
      return (try compiled.events(withTimes: readsTimes(of: compiled)), .compiled(compiled.summary))
    case .model, nil:
      let (events, layout) = try delimitedReader.read(input)
      return (events, .delimited(layout))
    }
  }

  private func readsTimes(of compiled: CompiledInteractions) -> Bool {
    readsTimes && (compiled.summary.hasTimes || !timesAreOptional)
  }

  var delimitedReader: DelimitedReader {
    var reader = DelimitedReader(format: format, readsTimes: readsTimes, threads: threads)
    reader.timesAreOptional = timesAreOptional
    return reader
  }

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
    if kind != .compiled, readsTimes, !timesAreOptional {
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
