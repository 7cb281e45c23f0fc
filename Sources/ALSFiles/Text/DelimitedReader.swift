import ALSPlatform
public import ALSSparse
import Synchronization

/// Reads delimited text: one interaction per line, as CSV, TSV and MovieLens files have them.
///
/// Fields may be quoted as in RFC 4180, lines end with LF or CR LF, blank lines are skipped, and so is a UTF-8
/// byte-order mark. Spaces around unquoted fields do not count. No field is dropped in silence: rows must have as many as the
/// first, empty ones at the end aside, unless users and items are taken from columns that were named; under a header they
/// may be shorter. Values must be finite decimal numbers, between semicolons with a decimal comma too; times are numbers, or dates such as `2024-05-31 12:00:00`, which become seconds since 1970 in UTC.
///
///     let (events, layout) = try DelimitedReader().read("ratings.csv")
///     print("ratings.csv: \(layout)")  // comma-separated, header, user=userId item=itemId value=rating
public struct DelimitedReader: Sendable {
  /// How the file is laid out, as far as it is not to be guessed.
  public var format: DelimitedFormat
  /// Whether times are read and kept, 8 bytes per row; a file without them is an error then.
  public var readsTimes: Bool
  /// Whether a file without times is no error when they are read.
  ///
  /// A column of times is then taken if the user named it, or if its first field is a time.
  public var timesAreOptional = false
  /// How much events count by their age and type.
  public var weighting = EventWeighting()
  /// Whether events of weight 0 are kept, so that rows can be counted.
  package var keepsWeightless = false
  /// How many threads parse; one per processor when `nil`.
  ///
  /// The result does not depend on it.
  public var threads: Int?
  /// How many bytes a worker takes at a time.
  package var blockSize = 1 << 20
  /// No row may be much longer than this.
  package var rowLimit = 1 << 30
  /// No more different users, and no more different items, than this.
  package var identifierLimit = Int(Int32.max)

  /// A reader for files in `format`.
  public init(format: DelimitedFormat = DelimitedFormat(), readsTimes: Bool = false, threads: Int? = nil) {
    self.format = format
    self.readsTimes = readsTimes
    self.threads = threads
  }

  /// Reads a file, or standard input when `path` is `-`, and tells how it was understood.
  ///
  /// - Throws: `ALSError`: `.unreadable` when the file cannot be opened, `.inputOutput` when reading it fails,
  ///   `.configuration` for a delimiter that cannot be used or a column asked for twice, and `.data` when the file is
  ///   empty, a column is missing or a line is malformed; the message then names the first such line.
  /// - Complexity: O(bytes), in parallel but for the copying of the bytes themselves; memory is 12 bytes per row, and
  ///   8 for its time and 4 for its weight, besides the identifiers.
  public func read(_ path: String) throws -> (events: Events, layout: DelimitedLayout) {
    try read(ByteInput(path: path))
  }

  func read(_ input: ByteInput) throws -> (events: Events, layout: DelimitedLayout) {
    let parsed = try parse(input)
    return (try join(parsed, input.path), parsed.layout)
  }

  /// Reads a file like ``read(_:)``, but keeps the rows in `scratch` rather than in memory.
  func readSpilling(_ input: ByteInput, to scratch: ScratchFile) throws -> (
    events: SpilledEvents, layout: DelimitedLayout
  ) {
    let parsed = try parse(input) { try $0.spill(to: scratch) }
    let (users, items) = try mergedTokens(parsed, input.path)
    return (
      SpilledEvents(
        scratch: scratch, blocks: parsed.blocks, userTokens: users, itemTokens: items,
        parsedChannels: parsed.layout.channels, channels: parsed.channels, decay: parsed.layout.decay), parsed.layout
    )
  }

  /// Counts the rows, the users and the items of a file without keeping the rows.
  func survey(_ input: ByteInput) throws -> (extent: InputExtent, layout: DelimitedLayout) {
    let parsed = try parse(input) { $0.drop() }
    let (users, items) = try mergedTokens(parsed, input.path)
    return (
      InputExtent(
        rows: parsed.blocks.reduce(0) { $0 + $1.rowCount }, users: users.identifiers, items: items.identifiers,
        channels: parsed.channels.subtracting(.times)), parsed.layout
    )
  }

  /// All rows, still with the codes of the workers that parsed them.
  private struct ParsedInput {
    let layout: DelimitedLayout
    /// What is kept of the rows.
    let channels: EventChannels
    let workers: [RowParser.Worker]
    /// In the order of the input.
    let blocks: [ParsedBlock]
  }

  /// Parses all blocks; `keep` may put their rows elsewhere, or drop them.
  private func parse(
    _ input: ByteInput, keep: @escaping @Sendable (ParsedBlock) throws -> Void = { _ in }
  ) throws -> ParsedInput {
    try weighting.validate(with: format)
    let head = try InputHead(input, delimiter: format.delimiter, blockSize: blockSize, rowLimit: rowLimit)
    let name = input.path
    guard !head.firstRow.isEmpty else {
      throw ALSError(.data, "is empty. Give one interaction per line: user, item and, if you like, a value.", at: name)
    }
    var layout = try LayoutResolver(
      path: name, format: format, delimiter: head.grammar.delimiter, sample: head.sample
    ).layout(
      reading: weighting.halfLife != nil ? .always : TimeReading(readsTimes: readsTimes, areOptional: timesAreOptional))
    let workers = try parse(head, layout, keep: keep)
    let blocks = workers.flatMap(\.parsed).sorted { $0.number < $1.number }
    for worker in workers { worker.parsed = [] }
    var lines = head.lineCount(skippingFirstRow: layout.hasHeader)
    var (decimals, weights) = (DecimalMarks(), WeightMarks())
    for block in blocks {
      if let failure = block.failure { throw failure.error(path: name, linesBefore: lines, layout: layout) }
      if let failure = decimals.conflict(with: block.decimals, of: name, linesBefore: lines) { throw failure }
      weights.add(block.weightMarks, linesBefore: lines)
      lines += block.lineCount
    }
    try weights.requireKnownTypes(name)
    layout.decay = try weighting.decay(over: weights.times, of: name)
    layout.weightlessRows = weights.weightlessCount
    guard blocks.contains(where: { $0.rowCount > 0 }) else {
      if weights.weightlessCount > 0 {
        throw ALSError(.data, "all \(weights.weightlessCount) rows have weight 0. Give some another.", at: name)
      }
      throw ALSError(
        .data, "has a header but no rows. Check how it was made; without a header, say that it has none.", at: name)
    }
    let channels = EventChannels(
      values: layout.valueColumn != nil, times: readsTimes && layout.timeColumn != nil,
      weights: weights.hasOthersThanOne || weights.times.isWeighted(by: layout.decay))
    return ParsedInput(layout: layout, channels: channels, workers: workers, blocks: blocks)
  }

  /// Workers take turns to fetch a block and parse it while others fetch theirs.
  private func parse(
    _ head: InputHead, _ layout: DelimitedLayout, keep: @Sendable (ParsedBlock) throws -> Void
  ) throws -> [RowParser.Worker] {
    let parser = RowParser(
      grammar: head.grammar, layout: layout, eventWeights: weighting.eventWeights ?? [:],
      keepingWeightless: keepsWeightless)
    let count = try threadCount(threads)
    let input = Mutex(head.blocks(skippingFirstRow: layout.hasHeader))
    let workers = (0..<count).map {
      RowParser.Worker(number: $0, blockSize: blockSize, identifierLimit: identifierLimit)
    }
    parallelForEachChunk(of: count, size: 1, workers: count) { chunk, _ in
      let worker = workers[chunk.lowerBound]
      while Self.fetch(from: input, for: worker) {
        let parsed = parser.parse(worker)
        if weighting.halfLife != nil { parsed.noteTimes(asOf: weighting.asOf) }
        do {
          try keep(parsed)
        } catch {
          parsed.failure = RowFailure(
            line: 0, reason: .reading(error as? ALSError ?? ALSError(.inputOutput, "\(error)")))
        }
        worker.parsed.append(parsed)
        if parsed.failure != nil { input.withLock { $0.stop() } }
      }
      worker.block.release()
    }
    return workers
  }

  /// Whether there is another block; a failure to read counts as a bad row of the block that could not be read.
  private static func fetch(from input: borrowing Mutex<BlockReader>, for worker: RowParser.Worker) -> Bool {
    let failure: RowFailure.Reason
    do {
      return try input.withLock { try $0.read(into: worker.block) }
    } catch let error as ALSError {
      failure = .reading(error)
    } catch {
      failure = .rowTooLong
    }
    worker.parsed.append(
      ParsedBlock(
        number: worker.block.number, worker: worker.number, failure: RowFailure(line: 0, reason: failure)))
    return false
  }

  private func mergedTokens(_ parsed: ParsedInput, _ name: String) throws -> (users: MergedTokens, items: MergedTokens)
  {
    guard let users = MergedTokens(parsed.workers.map(\.users)) else { throw tooMany(.user, parsed.layout, name) }
    guard let items = MergedTokens(parsed.workers.map(\.items)) else { throw tooMany(.item, parsed.layout, name) }
    return (users, items)
  }

  /// The blocks, one after the other, with the workers' codes replaced by indices into common tables.
  private func join(_ parsed: ParsedInput, _ name: String) throws -> Events {
    let (users, items) = try mergedTokens(parsed, name)
    let (blocks, layout) = (parsed.blocks, parsed.layout)
    var starts = [0]
    for block in blocks { starts.append(starts[starts.count - 1] + block.rowCount) }
    let columns = EventColumns(rowCount: starts[blocks.count], channels: parsed.channels)
    parallelForEachChunk(of: blocks.count, size: 1, workers: parsed.workers.count) { [starts] chunk, _ in
      blocks[chunk.lowerBound].move(
        to: columns, at: starts[chunk.lowerBound], users: users, items: items, decay: layout.decay)
    }
    return Events(
      users: users.identifiers, items: items.identifiers, userIndices: columns.users, itemIndices: columns.items,
      values: columns.values, times: columns.times, weights: columns.weights)
  }

  private func tooMany(_ role: ColumnRole, _ layout: DelimitedLayout, _ name: String) -> ALSError {
    ALSError(.data, "\(RowFailure.Reason.tooManyIdentifiers(role).text(layout))", at: name)
  }
}
