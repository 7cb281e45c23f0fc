package import ALSPlatform

/// What is known of users, or of items, besides their interactions: a sparse table of entities × features.
///
///     let products: Features = ["85123A": ["brand": "Acme", "price": 2.55], "22423": ["brand": "Regency"]]
///     let model = try ImplicitALS().fit(purchases, itemFeatures: products)
///
/// Immutable and cheap to pass around: copies share their storage.
public struct Features: Sendable {
  /// Whose features these are, one per row.
  public let entities: Identifiers
  /// The features' names, one per column, and what has been made of values.
  public let space: FeatureSpace
  /// entities × features.
  package let matrix: CSRMatrix<Float>
  /// Features that ``space`` does not have, and how often they came; they have no part in anything.
  public let unknown: [String: Int]
  /// How many values came without the name of an attribute; they have no part in anything.
  public let namelessCount: Int

  package init(
    entities: Identifiers, space: FeatureSpace, matrix: CSRMatrix<Float>, unknown: [String: Int] = [:],
    namelessCount: Int = 0
  ) {
    precondition(matrix.rowCount == entities.count && matrix.columnCount == space.count)
    (self.entities, self.space, self.matrix) = (entities, space, matrix)
    (self.unknown, self.namelessCount) = (unknown, namelessCount)
  }

  /// The features of entities with these attributes.
  ///
  /// - Parameters:
  ///   - attributes: What each entity has, by the name of the attribute.
  ///   - space: The features of a model, to read those of others as it has read its own; made from the attributes when `nil`.
  /// - Complexity: O(n log n) for n attributes in all.
  @inlinable
  public init(_ attributes: [some IdentifierKey: [String: FeatureValue]], in space: FeatureSpace? = nil) {
    self.init(attributes: Dictionary(attributes.map { ($0.key.identifier, $0.value) }) { $1 }, in: space)
  }

  @usableFromInline
  init(attributes: [Identifier: [String: FeatureValue]], in space: FeatureSpace?) {
    var table = AttributeTable()
    for (entity, values) in attributes.sorted(by: { Self.precedes($0.key, $1.key) }) {
      let number = table.add(entity)
      for (attribute, value) in values.sorted(by: { $0.key < $1.key }) { table.add(attribute, value, to: number) }
    }
    self = table.features(in: space)
  }

  /// Integers first, by value; then the others by their text.
  private static func precedes(_ a: Identifier, _ b: Identifier) -> Bool {
    switch (a, b) {
    case (.integer(let x), .integer(let y)): x < y
    case (.integer, .string): true
    case (.string, .integer): false
    case (.string(let x), .string(let y)): x < y
    }
  }

  /// How many of `identifiers` have no features here.
  ///
  /// - Complexity: A look-up for each.
  public func missingCount(among identifiers: Identifiers) -> Int {
    identifiers.count { !hasFeatures($0) }
  }

  /// Whether `identifier` has features here.
  package func hasFeatures(_ identifier: Identifier) -> Bool {
    entities.index(of: identifier).map { matrix.degree(ofRow: $0) > 0 } ?? false
  }

  /// The number of entities that have the feature at `index`, by index.
  package func entityCounts() -> [Int] {
    matrix.columns.elements.reduce(into: [Int](repeating: 0, count: space.count)) { $0[Int($1)] += 1 }
  }

  /// One row for each of `identifiers`, empty where there are no features.
  ///
  /// - Complexity: A look-up for each, and O(entries).
  package func rows(of identifiers: Identifiers) -> CSRMatrix<Float> {
    if identifiers == entities { return matrix }
    return rows(at: identifiers.map { entities.index(of: $0) })
  }

  private func rows(at positions: [Int?]) -> CSRMatrix<Float> {
    var (starts, columns, values): ([Int64], [Int32], [Float]) = ([0], [], [])
    starts.reserveCapacity(positions.count + 1)
    for row in positions {
      if let row {
        columns += matrix.columns(ofRow: row)
        if let all = matrix.values { values += all.elements[matrix.entries(ofRow: row)] }
      }
      starts.append(Int64(columns.count))
    }
    return CSRMatrix(
      rowCount: positions.count, columnCount: space.count, rowStarts: Buffer(starts), columns: Buffer(columns),
      values: matrix.values.map { _ in Buffer(values) })
  }

  /// The same, with the rows of `others` in place of those of the same name and after the others.
  ///
  /// - Precondition: Both have the same features.
  /// - Complexity: O(entries of both).
  package func replacing(with others: Features) -> Features {
    precondition(others.space.count == space.count, "\(others.space.count) features in place of \(space.count)")
    let (names, _) = entities.appending(others.entities)
    let (own, new) = (rows(of: names), others.rows(of: names))
    var (starts, columns, values): ([Int64], [Int32], [Float]) = ([0], [], [])
    for row in 0..<names.count {
      let source = others.entities.index(of: names[row]) == nil ? own : new
      for entry in source.entries(ofRow: row) {
        columns.append(source.columns.pointer[entry])
        values.append(source.values?.pointer[entry] ?? 1)
      }
      starts.append(Int64(columns.count))
    }
    let isOnes = own.values == nil && new.values == nil
    return Features(
      entities: names, space: space,
      matrix: CSRMatrix(
        rowCount: names.count, columnCount: space.count, rowStarts: Buffer(starts), columns: Buffer(columns),
        values: isOnes ? nil : Buffer(values)))
  }

  /// A checksum of everything, to tell data apart.
  package func update(_ checksum: inout Checksum) {
    withUnsafeBytes(of: (entities.fingerprint, space.names.fingerprint)) { checksum.update($0) }
    for bytes in [space.shifts.bytes, space.scales.bytes, matrix.rowStarts.bytes, matrix.columns.bytes] {
      checksum.update(bytes)
    }
    if let values = matrix.values { checksum.update(values.bytes) }
  }
}

extension Features: ExpressibleByDictionaryLiteral {
  /// Entities with their attributes; of one that comes twice, the last counts.
  public init(dictionaryLiteral pairs: (Identifier, [String: FeatureValue])...) {
    self.init(attributes: Dictionary(pairs) { $1 }, in: nil)
  }
}
