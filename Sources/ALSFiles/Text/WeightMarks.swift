import ALSPlatform

/// What some rows, and then all, say of weights.
struct WeightMarks: Sendable {
  /// Whether a column or a type gives any event another weight than 1.
  var hasOthersThanOne = false
  /// Rows that were left out because they do not count.
  var weightlessCount = 0
  /// Of the events that count, if their age does.
  var times = TimeSpan()
  /// Types that have no weight, and the lines before the first of each; a few of them.
  private(set) var unknownTypes: [(name: String, line: Int)] = []

  private static let shownTypes = 5

  /// Whether a type needs not be looked at again.
  func isKnownToBeUnknown(_ name: String) -> Bool {
    unknownTypes.count > Self.shownTypes || unknownTypes.contains { $0.name == name }
  }

  mutating func addUnknownType(_ name: String, line: Int) {
    if !isKnownToBeUnknown(name) { unknownTypes.append((name, line)) }
  }

  /// Goes on with the marks of a block after `linesBefore` lines.
  mutating func add(_ other: WeightMarks, linesBefore: Int) {
    hasOthersThanOne = hasOthersThanOne || other.hasOthersThanOne
    weightlessCount += other.weightlessCount
    times.add(other.times)
    for type in other.unknownTypes { addUnknownType(type.name, line: linesBefore + type.line) }
  }

  /// Throws when there are types without weights.
  func requireKnownTypes(_ path: String) throws {
    guard let first = unknownTypes.first else { return }
    let shown = unknownTypes.prefix(Self.shownTypes)
    let others = shown.dropFirst().map { "\"\($0.name)\" (line \($0.line + 1))" }
    let more = unknownTypes.count > shown.count ? ", and there are more" : ""
    throw ALSError(
      .data,
      "line \(first.line + 1): events of type \"\(first.name)\" have no weight"
        + (others.isEmpty ? "" : ", and neither have \(others.joined(separator: ", "))\(more)")
        + ". Give every type one, 0 for those that do not count: --event-weights \(shown.map { "\($0.name)=…" }.joined(separator: ","))",
      at: path)
  }
}

/// The weights of types of events, by their bytes.
struct EventTypes: Sendable {
  private let types: [(name: [UInt8], weight: Float)]

  init(_ weights: [String: Float]) {
    types = weights.sorted { $0.key < $1.key }.map { (Array($0.key.utf8), $0.value) }
  }

  /// `nil` for a type that has none.
  ///
  /// - Complexity: O(types), which are few.
  func weight(of name: UnsafeBufferPointer<UInt8>) -> Float? {
    types.first { $0.name.count == name.count && $0.name.elementsEqual(name) }?.weight
  }
}
