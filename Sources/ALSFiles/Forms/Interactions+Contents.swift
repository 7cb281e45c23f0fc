public import ALSSparse

extension Events {
  /// The events of a file, or of standard input when `path` is `-`, in any form that ``InteractionsReader`` reads.
  ///
  /// - Parameters:
  ///   - path: The file: text (CSV and its relatives, also compressed with gzip), a Matrix Market file, a sparse matrix of
  ///     SciPy, or compiled interactions, of which each pair is one event.
  ///   - format: How text is laid out, as far as it is not to be guessed; other forms have nothing to choose.
  ///   - readsTimes: Whether times are read and kept; a file without them is an error then.
  ///   - weighting: How much events count by their age and type.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Throws: `ALSError` that names the file, the line and the remedy.
  /// - Complexity: O(bytes).
  public init(
    contentsOf path: String, format: DelimitedFormat = DelimitedFormat(), readsTimes: Bool = false,
    weighting: EventWeighting = EventWeighting(), threads: Int? = nil
  ) throws {
    try self.init(
      contentsOf: [path], format: format, readsTimes: readsTimes, weighting: weighting, threads: threads)
  }

  /// The events of several files, those of the first before those of the second; see
  /// ``init(contentsOf:format:readsTimes:weighting:threads:)``.
  ///
  /// Each file has a header of its own, if any.
  public init(
    contentsOf paths: [String], format: DelimitedFormat = DelimitedFormat(), readsTimes: Bool = false,
    weighting: EventWeighting = EventWeighting(), threads: Int? = nil
  ) throws {
    var reader = InteractionsReader(format: format, readsTimes: readsTimes, threads: threads)
    reader.weighting = weighting
    self = try reader.readEvents(paths).events
  }
}

extension Interactions {
  /// The matrix of a file, or of standard input when `path` is `-`, in any form that ``InteractionsReader`` reads.
  ///
  /// - Parameters:
  ///   - path: The file: text (CSV and its relatives, also compressed with gzip), a Matrix Market file, a sparse matrix of
  ///     SciPy, or compiled interactions.
  ///   - format: How text is laid out, as far as it is not to be guessed; other forms have nothing to choose.
  ///   - duplicates: What becomes of several events for the same user and item; when `nil`, implicit feedback adds them up,
  ///     and of ratings the last one counts. Compiled interactions have been merged: another choice is an error.
  ///   - weighting: How much events count by their age and type.
  ///   - minimumValue: Pairs with a smaller value are left out; see ``InteractionsReader/minimumValue``.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Throws: `ALSError` that names the file, the line and the remedy.
  /// - Complexity: O(bytes); compiled interactions stay in the mapped file, unless there is a `minimumValue`.
  public init(
    contentsOf path: String, format: DelimitedFormat = DelimitedFormat(), duplicates: Duplicates? = nil,
    weighting: EventWeighting = EventWeighting(), minimumValue: Float? = nil, threads: Int? = nil
  ) throws {
    try self.init(
      contentsOf: [path], format: format, duplicates: duplicates, weighting: weighting, minimumValue: minimumValue,
      threads: threads)
  }

  /// The matrix of several files, such as one for each day; see
  /// ``init(contentsOf:format:duplicates:weighting:minimumValue:threads:)``.
  ///
  ///     let purchases = try Interactions(contentsOf: ["2026-01.csv", "2026-02.csv.gz"])
  ///
  /// Rows count in the order of the files, each of which has a header of its own, if any, and may have another form.
  public init(
    contentsOf paths: [String], format: DelimitedFormat = DelimitedFormat(), duplicates: Duplicates? = nil,
    weighting: EventWeighting = EventWeighting(), minimumValue: Float? = nil, threads: Int? = nil
  ) throws {
    var reader = InteractionsReader(format: format, threads: threads)
    reader.weighting = weighting
    reader.minimumValue = minimumValue
    self = try reader.readInteractions(paths, duplicates: duplicates).interactions
  }
}
