import ALSPlatform
public import ALSSparse

/// Several files as one: the rows of the first, of the second, and so on, each file with a header and a layout of its own.
extension InteractionsReader {
  /// The events of several files, in their order, and how each was understood.
  ///
  /// - Throws: `ALSError` that names the file, the place in it and the remedy.
  /// - Complexity: O(bytes), with the events twice in memory where there is more than one file.
  public func readEvents(_ paths: [String]) throws -> (events: Events, forms: [InputForm]) {
    try requireSeveral(paths)
    let parts = try paths.map { try readEvents($0) }
    return (
      try Events(joining: parts.map(\.events), threads: try threadCount(threads)), parts.map(\.form)
    )
  }

  /// The matrix of several files, in whose order repeated pairs are, how each was understood, how many rows it has, and how many
  /// pairs were left out for their values.
  ///
  /// - Parameters:
  ///   - paths: The files, `-` for standard input.
  ///   - duplicates: What becomes of several events for the same user and item; when `nil`, implicit feedback adds them up,
  ///     and of ratings the last one counts.
  /// - Returns: The matrix, form and number of rows of each file, and the number of pairs below ``minimumValue``.
  /// - Throws: `ALSError` that names the file, the place in it and the remedy.
  /// - Complexity: That of ``readEvents(_:)`` for several; of one, that of ``readInteractions(_:duplicates:)``.
  public func readInteractions(
    _ paths: [String], duplicates: Duplicates? = nil
  ) throws -> (interactions: Interactions, files: [(form: InputForm, rowCount: Int)], removedCount: Int) {
    let (timed, files, removedCount) = try readTimedInteractions(paths, duplicates: duplicates)
    return (timed.interactions, files, removedCount)
  }

  /// The same, with the times if they are read, and all files have them.
  package func readTimedInteractions(
    _ paths: [String], duplicates: Duplicates?
  ) throws -> (timed: TimedInteractions, files: [(form: InputForm, rowCount: Int)], removedCount: Int) {
    try requireSeveral(paths)
    if paths.count == 1 {
      let (timed, form, rowCount, removedCount) = try readTimedInteractions(paths[0], duplicates: duplicates)
      return (timed, [(form, rowCount)], removedCount)
    }
    var whole = self
    whole.minimumValue = nil
    let parts = try paths.map { try whole.readEvents($0) }
    let files = parts.map { (form: $0.form, rowCount: $0.events.count) }
    do {
      let events = try Events(joining: parts.map(\.events), threads: try threadCount(threads))
      let all = try TimedInteractions(events, duplicates: duplicates, threads: threads)
      guard let minimumValue else { return (all, files, 0) }
      let (kept, removed) = try all.removing(valuesBelow: minimumValue, threads: threads)
      if kept.interactions.count == 0 { throw nothingLeft(of: removed, "pairs", minimumValue) }
      return (kept, files, removed)
    } catch let error as ALSError {
      throw error.at(Self.name(of: paths))
    }
  }

  /// How much several files hold, and how each was understood.
  package func extent(
    of paths: [String], duplicates: Duplicates
  ) throws -> (extent: InputExtent, files: [(form: InputForm, rowCount: Int)]) {
    try requireSeveral(paths)
    let parts = try paths.map { try extent(of: $0, duplicates: duplicates) }
    let files = parts.map { (form: $0.form, rowCount: $0.extent.rows) }
    if parts.count == 1 { return (parts[0].extent, files) }
    func names(_ side: (InputExtent) -> Identifiers) throws -> Identifiers {
      try Identifiers.joining(parts.map { side($0.extent) }, threads: try threadCount(threads)).table
    }
    return (
      InputExtent(
        rows: files.reduce(0) { $0 + $1.rowCount }, users: try names(\.users), items: try names(\.items),
        channels: parts.reduce([]) { $0.union($1.extent.channels) }, isJoined: true), files
    )
  }

  /// What messages call several files.
  package static func name(of paths: [String]) -> String {
    let first = paths.first.map { $0 == "-" ? "standard input" : $0 } ?? ""
    return paths.count < 2 ? first : "\(first) and \(paths.count - 1) more"
  }

  /// Refuses no file at all, and ages that differ from file to file.
  func requireSeveral(_ paths: [String]) throws {
    guard !paths.isEmpty else { throw ALSError(.configuration, "no file of interactions is named. Name one or more.") }
    if paths.count > 1, weighting.halfLife != nil, weighting.asOf == nil {
      throw ALSError(
        .configuration,
        "ages count to the latest event of each file, so that those of several files differ. Say to which date, with "
          + "--as-of.", at: Self.name(of: paths))
    }
  }
}
