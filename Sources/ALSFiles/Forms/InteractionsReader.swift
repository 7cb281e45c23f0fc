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
  /// How much events count by their age and type.
  ///
  /// Compiled interactions can be weighted by age as long as no pair was repeated; other forms than text have no types.
  public var weighting = EventWeighting()
  /// Whether events of weight 0 are kept; see ``DelimitedReader/keepsWeightless``.
  package var keepsWeightless = false
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
    let file = try open(path)
    let (all, form) = try file.form.events(of: file)
    guard let minimumValue else { return (all, form) }
    let events = try all.removing(valuesBelow: minimumValue)
    if events.count == 0 { throw nothingLeft(file.input.path, of: all.count, "rows", minimumValue) }
    return (events, form)
  }

  /// The matrix of a file, or of standard input when `path` is `-`, how it was understood, how many rows it has,
  /// and how many pairs were left out for their values.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - duplicates: What becomes of several events for the same user and item; when `nil`, implicit feedback adds them up,
  ///     and of ratings the last one counts.
  /// - Returns: The matrix, the form, the number of rows, and that of pairs below ``minimumValue``.
  /// - Throws: `ALSError` that names the file, the place in it and the remedy.
  /// - Complexity: O(bytes); compiled interactions stay in the mapped file, unless there is a ``minimumValue``.
  public func readInteractions(
    _ path: String, duplicates: Duplicates? = nil
  ) throws -> (interactions: Interactions, form: InputForm, rowCount: Int, removedCount: Int) {
    let (timed, form, rowCount, removedCount) = try readTimedInteractions(path, duplicates: duplicates)
    return (timed.interactions, form, rowCount, removedCount)
  }

  /// The same, with the times if they are read.
  package func readTimedInteractions(
    _ path: String, duplicates: Duplicates?
  ) throws -> (timed: TimedInteractions, form: InputForm, rowCount: Int, removedCount: Int) {
    try readTimedInteractions(open(path), duplicates: duplicates)
  }

  func readTimedInteractions(
    _ file: InputFile, duplicates: Duplicates?
  ) throws -> (timed: TimedInteractions, form: InputForm, rowCount: Int, removedCount: Int) {
    let name = file.input.path
    do {
      let (all, form, rowCount) = try file.form.interactions(of: file, duplicates: duplicates)
      guard let minimumValue else { return (all, form, rowCount, 0) }
      let (kept, removed) = try all.removing(valuesBelow: minimumValue, threads: threads)
      if kept.interactions.count == 0 { throw nothingLeft(of: removed, "pairs", minimumValue) }
      return (kept, form, rowCount, removed)
    } catch let error as ALSError {
      throw error.at(name)
    }
  }

  var delimitedReader: DelimitedReader {
    var reader = DelimitedReader(format: format, readsTimes: readsTimes, threads: threads)
    reader.timesAreOptional = timesAreOptional
    reader.weighting = weighting
    reader.keepsWeightless = keepsWeightless
    return reader
  }

  /// The option for a column of weights or types that was given, and what is in the column.
  private var weightingColumn: (option: String, what: String)? {
    if format.weightColumn != nil { return ("--weight-column", "weights") }
    return format.eventColumn == nil ? nil : ("--event-column", "types of events")
  }

  /// Opens a file and looks at its first bytes; refuses what has no columns when columns are asked for.
  func open(_ path: String) throws -> InputFile {
    let input = try ByteInput(path: path)
    let start = try input.peek(16)
    let form = InputForm.recognizable.first { $0.recognizes(start) } ?? DelimitedReader.self
    try weighting.validate(with: format)
    if !form.traits.contains(.columns), let (option, what) = weightingColumn {
      throw ALSError(
        .configuration,
        "is \(form.name), which has no column of \(what). \(option) is for text: leave it out"
          + (form.traits.contains(.mapped) ? ", or give it to `als convert`." : ", or write a line for each event."),
        at: input.path)
    }
    if weighting.halfLife != nil, !form.traits.contains(.times) {
      throw ALSError(
        .configuration,
        "is \(form.name), which has no times, so that --half-life has nothing to weigh by. Leave it out, "
          + "or use a file of lines with a time in each.", at: input.path)
    }
    if format != DelimitedFormat(), !form.traits.contains(.columns) {
      throw ALSError(
        .configuration, "is \(form.name), in which no columns or delimiters can be chosen.", at: input.path)
    }
    if readsTimes, !timesAreOptional, !form.traits.contains(.times) {
      throw ALSError(
        .data, "is \(form.name), which has no times. Use a file of lines with a time in each.", at: input.path)
    }
    if form.traits.contains(.ownFile), input.isCompressed || !input.isRegularFile {
      throw ALSError(
        .unreadable, "holds \(form.name), which must be a file of its own. Save or unpack it first.", at: input.path)
    }
    return InputFile(path: path, input: input, form: form, reader: self)
  }
}
