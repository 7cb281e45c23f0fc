public import ALSSparse

extension Events {
  /// The events of a delimited text file, or of standard input when `path` is `-`; see ``DelimitedReader``.
  ///
  /// - Parameters:
  ///   - path: The file: CSV, TSV, `::`-separated or alike, plain text in UTF-8.
  ///   - format: How it is laid out, as far as it is not to be guessed.
  ///   - readsTimes: Whether times are read and kept.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Throws: `ALSError` that names the file, the line and the remedy.
  /// - Complexity: O(bytes).
  public init(
    contentsOf path: String, format: DelimitedFormat = DelimitedFormat(), readsTimes: Bool = false, threads: Int? = nil
  ) throws {
    self = try DelimitedReader(format: format, readsTimes: readsTimes, threads: threads).read(path).events
  }
}

extension Interactions {
  /// The matrix of a delimited text file, or of standard input when `path` is `-`; see ``DelimitedReader``.
  ///
  /// - Parameters:
  ///   - path: The file: CSV, TSV, `::`-separated or alike, plain text in UTF-8.
  ///   - format: How it is laid out, as far as it is not to be guessed.
  ///   - duplicates: What becomes of several lines for the same user and item; when `nil`, implicit feedback adds them up,
  ///     and of ratings the last one counts.
  ///   - minimumValue: Pairs with a smaller value are left out; see ``InteractionsReader/minimumValue``.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Throws: `ALSError` that names the file, the line and the remedy.
  /// - Complexity: O(bytes).
  public init(
    contentsOf path: String, format: DelimitedFormat = DelimitedFormat(), duplicates: Duplicates? = nil,
    minimumValue: Float? = nil, threads: Int? = nil
  ) throws {
    let events = try Events(contentsOf: path, format: format, threads: threads)
    do {
      try self.init(events, duplicates: duplicates, threads: threads)
      if let minimumValue {
        let (left, removed) = try removing(valuesBelow: minimumValue, threads: threads)
        if left.count == 0 {
          throw InteractionsReader.nothingLeft(
            path == "-" ? "standard input" : path, of: removed, "pairs", minimumValue)
        }
        self = left
      }
    } catch let error as ALSError where !error.message.hasPrefix(path == "-" ? "standard input" : path) {
      throw ALSError(error.kind, "\(path == "-" ? "standard input" : path): \(error.message)")
    }
  }
}
