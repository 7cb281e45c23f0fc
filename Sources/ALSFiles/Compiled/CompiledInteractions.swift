import ALSPlatform
public import ALSSparse

/// Interactions in a memory-mapped file, in both orientations, so that a training starts at once and data larger than
/// memory can be trained on; `als convert` and ``compile(_:to:duplicates:memory:threads:)`` make such files.
///
/// All bytes are verified when a file is opened, by checksums and by what they say, on several threads at the speed of
/// memory.
public struct CompiledInteractions: Sendable {
  /// What a compiled file holds.
  public struct Summary: Hashable, Codable, Sendable {
    /// The number of users.
    public internal(set) var users: Int
    /// The number of items.
    public internal(set) var items: Int
    /// The number of pairs of user and item.
    public internal(set) var interactions: Int
    /// The number of rows that the file was made from.
    public internal(set) var events: Int
    /// What became of rows with the same user and item.
    public internal(set) var duplicates: Duplicates
    /// Whether there are values; all are one otherwise.
    public internal(set) var hasValues: Bool
    /// Whether there are times: of each pair, the latest.
    public internal(set) var hasTimes: Bool
    /// How the rows were weighted; `nil` when all weights are 1.
    public internal(set) var weights: Weights?
  }

  /// How rows were weighted.
  public struct Weights: Hashable, Codable, Sendable {
    /// How weights fall with age, if they do.
    public internal(set) var decay: TimeDecay?
  }

  /// What the file holds.
  public let summary: Summary
  let path: String
  let file: MappedFile
  let header: CompiledHeader

  /// Opens a file and verifies it: its checksums, row starts, columns and values, and that both orientations hold the
  /// same cells.
  ///
  /// A mapped file must stay as it is: whoever writes over it, rather than renaming another onto it, changes what is
  /// trained on, and ends the process when it gets shorter.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - mapped: Whether its bytes stay in the file; otherwise they are read into memory, and the file may change.
  ///   - threads: How many threads verify; all processors when `nil`.
  /// - Throws: `ALSError` when the file cannot be read, is something else, or is damaged.
  /// - Complexity: O(size of the file), at memory speed.
  public init(contentsOf path: String, mapped: Bool = true, threads: Int? = nil) throws {
    try self.init(contentsOf: path, mapped: mapped, threads: threads, leastLargeBytes: MappedFile.leastLargeBytes)
  }

  /// Tests choose from which size on few pages of the file are kept.
  package init(contentsOf path: String, mapped: Bool = true, threads: Int?, leastLargeBytes: Int) throws {
    try self.init(unverified: path, mapped: mapped, leastLargeBytes: leastLargeBytes)
    try verify(threads: try threadCount(threads))
  }

  /// Opens a file of which only the header is verified.
  package init(
    unverified path: String, mapped: Bool = true, leastLargeBytes: Int = MappedFile.leastLargeBytes
  ) throws {
    self.path = path
    file = try MappedFile(path: path, mapped: mapped, leastLargeBytes: leastLargeBytes)
    guard file.bytes.starts(with: CompiledHeader.magic) else {
      throw ALSError(.data, "is not a file of compiled interactions. Make one with `als convert`.", at: path)
    }
    header = try CompiledHeader(path: path, bytes: file.bytes)
    summary = header.summary
  }

  /// The matrix in both orientations; it lies in the mapped file.
  ///
  /// - Parameter duplicates: What should have become of rows with the same user and item. `nil` takes what was done; but
  ///   where that was adding up, explicit feedback does not take the sums for ratings, and says so.
  /// - Returns: The matrix.
  /// - Throws: `ALSError` when something else was done with them, or the parts of the file contradict each other.
  /// - Complexity: O(users + items).
  public func interactions(duplicates: Duplicates? = nil) throws -> Interactions {
    try requireDuplicates(duplicates)
    let isAdded = duplicates == nil && summary.duplicates == .sum && summary.events > summary.interactions
    return Interactions(
      users: try identifiers("user", count: summary.users), items: try identifiers("item", count: summary.items),
      byUser: try matrix("user", rows: summary.users, columns: summary.items),
      byItem: try matrix("item", rows: summary.items, columns: summary.users),
      repeats: isAdded ? .added(path: path) : .decided)
  }

  /// Throws when something else than `duplicates` was done with rows with the same user and item.
  func requireDuplicates(_ duplicates: Duplicates?) throws {
    if let duplicates, summary.events > summary.interactions, duplicates != summary.duplicates {
      throw ALSError(
        .configuration,
        "was compiled with --duplicates \(summary.duplicates.rawValue) and had repeated rows, but "
          + "\(duplicates.rawValue) is wanted. Convert it with --duplicates \(duplicates.rawValue), or ask for "
          + "\(summary.duplicates.rawValue) here.", at: path)
    }
  }

  /// One event per pair, user by user.
  func events(withTimes: Bool) throws -> Events {
    let byUser = try matrix("user", rows: summary.users, columns: summary.items)
    let rows = Buffer<Int32>(uninitialized: byUser.entryCount)
    for user in 0..<byUser.rowCount {
      for entry in byUser.entries(ofRow: user) { rows.pointer[entry] = Int32(truncatingIfNeeded: user) }
    }
    return Events(
      users: try identifiers("user", count: summary.users), items: try identifiers("item", count: summary.items),
      userIndices: rows, itemIndices: byUser.columns, values: byUser.values,
      times: withTimes ? try times() : nil, weights: byUser.weights)
  }

  /// The time of each pair, in the order of the users' rows.
  func times() throws -> Buffer<Double> {
    guard summary.hasTimes else {
      throw ALSError(
        .data,
        "was compiled without times. Convert the file that it was made from again, and name its column of times "
          + "if none is found.", at: path)
    }
    return try section("user_times", Double.self, count: summary.interactions)
  }

  func matrix(_ name: String, rows: Int, columns: Int) throws -> CSRMatrix<Float> {
    CSRMatrix(
      rowCount: rows, columnCount: columns,
      rowStarts: try section("\(name)_starts", Int64.self, count: rows + 1),
      columns: try section("\(name)_columns", Int32.self, count: summary.interactions),
      values: summary.hasValues ? try section("\(name)_values", Float.self, count: summary.interactions) : nil,
      weights: summary.weights == nil ? nil : try section("\(name)_weights", Float.self, count: summary.interactions))
  }

  func identifiers(_ name: String, count: Int) throws -> Identifiers {
    func array<Element>(_ name: String) throws -> Buffer<Element>? {
      header.sections.contains { $0.name == name } ? try section(name, Element.self) : nil
    }
    func damaged(_ reason: String) -> ALSError { CompiledHeader.damaged(path, reason) }
    guard
      let table = try Identifiers(
        arraysNamed: name, count: count, integers: array, bytes: array, damaged: damaged)
    else { throw damaged("it has no \(name)_ids") }
    return table
  }

  func section<Element: BitwiseCopyable>(
    _ name: String, _ type: Element.Type, count: Int? = nil
  ) throws -> Buffer<Element> {
    guard let section = header.sections.first(where: { $0.name == name }),
      section.length.isMultiple(of: MemoryLayout<Element>.stride),
      count == nil || section.length / MemoryLayout<Element>.stride == count
    else { throw CompiledHeader.damaged(path, "section \(name) is missing or has the wrong size") }
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[section.offset..<section.offset + section.length])
    return Buffer(borrowing: bytes.bindMemory(to: Element.self), owner: file)
  }
}

extension CompiledInteractions.Summary: CustomStringConvertible {
  /// In a few words.
  public var description: String {
    let parts = [hasValues ? "values" : nil, hasTimes ? "times" : nil, weights == nil ? nil : "weights"]
      .compactMap(\.self)
    return
      (parts.isEmpty
      ? "neither values nor times"
      : parts.dropLast().joined(separator: ", ") + (parts.count > 1 ? " and " : "") + parts[parts.count - 1])
      + (weights?.decay.map { " (\($0))" } ?? "")
      + (events > interactions ? ", repeated pairs merged (\(duplicates.rawValue))" : "")
  }
}
