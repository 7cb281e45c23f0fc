import ALSPlatform

/// Attributes of entities as they are read, before they become ``Features``.
package struct AttributeTable {
  /// What an entity has.
  private struct Cell {
    let entity, attribute: Int32
    let value: FeatureValue
  }

  /// An attribute that can be nothing but a feature of its own name or one for each category.
  private var attributes: [String: Int32] = [:]
  private var attributeNames: [String] = []
  private var entities: [Identifier: Int32] = [:]
  private var entityNames: [Identifier] = []
  private var cells: [Cell] = []
  /// Values without the name of an attribute; they are no part of anything.
  package var namelessCount = 0

  package init() {}

  /// The number of an entity, which may have no attribute at all.
  @discardableResult
  package mutating func add(_ entity: Identifier) -> Int {
    if let number = entities[entity] { return Int(number) }
    entities[entity] = Int32(entityNames.count)
    entityNames.append(entity)
    return entityNames.count - 1
  }

  /// Adds what the entity of a number has.
  package mutating func add(_ attribute: String, _ value: FeatureValue, to entity: Int) {
    guard !attribute.isEmpty else {
      namelessCount += 1
      return
    }
    var number = Int32(attributeNames.count)
    if let known = attributes[attribute] {
      number = known
    } else {
      attributes[attribute] = number
      attributeNames.append(attribute)
    }
    cells.append(Cell(entity: Int32(entity), attribute: number, value: value))
  }
}

extension AttributeTable {
  /// Features with a space of their own, or with that of `space`, whose names alone then count.
  ///
  /// Of several numbers of an entity and an attribute the last one counts.
  ///
  /// - Complexity: O(cells), with two look-ups each of those of another space.
  package func features(in space: FeatureSpace?) -> Features {
    var columns: [String: Int32] = [:]
    var (columnNames, unknown): ([Identifier], [String: Int]) = ([], [:])
    /// The feature of each cell; −1 where the space has none.
    var places = [Int32](repeating: -1, count: cells.count)
    for (place, cell) in cells.enumerated() {
      let name = FeatureSpace.name(attributeNames[Int(cell.attribute)], cell.value)
      if let space {
        if let column = columns[name] ?? space.names.index(of: Identifier(name)).map({ Int32($0) }) {
          columns[name] = column
          places[place] = column
        } else {
          unknown[name, default: 0] += 1
        }
      } else if let column = columns[name] {
        places[place] = column
      } else {
        let column = Int32(columnNames.count)
        columns[name] = column
        columnNames.append(Identifier(name))
        places[place] = column
      }
    }
    let own = space ?? self.space(names: columnNames, places: places)
    var rows = [[(column: Int32, place: Int)]](repeating: [], count: entityNames.count)
    for (place, column) in places.enumerated() where column >= 0 {
      rows[Int(cells[place].entity)].append((column, place))
    }
    var (starts, kept, values): ([Int64], [Int32], [Float]) = ([0], [], [])
    for row in rows {
      let sorted = row.sorted { ($0.column, $0.place) < ($1.column, $1.place) }
      for (position, entry) in sorted.enumerated()
      where position + 1 == sorted.count || sorted[position + 1].column != entry.column {
        let value = Float(own.coordinate(cells[entry.place].value, at: Int(entry.column)))
        guard value != 0, value.isFinite else { continue }
        kept.append(entry.column)
        values.append(value)
      }
      starts.append(Int64(kept.count))
    }
    let isOnes = values.allSatisfy { $0 == 1 }
    return Features(
      entities: Identifiers(positions: 0).appending(entityNames).table, space: own,
      matrix: CSRMatrix(
        rowCount: entityNames.count, columnCount: own.count, rowStarts: Buffer(starts), columns: Buffer(kept),
        values: isOnes ? nil : Buffer(values)),
      unknown: unknown, namelessCount: namelessCount)
  }

  /// What the values of each feature are like, of those that have it.
  private func space(names: [Identifier], places: [Int32]) -> FeatureSpace {
    let count = names.count
    let (shifts, scales) = (Buffer<Double>(repeating: 0, count: count), Buffer<Double>(repeating: 1, count: count))
    var sums = [(count: Double, mean: Double, squares: Double)](repeating: (0, 0, 0), count: count)
    var isNumber = [Bool](repeating: false, count: count)
    for (cell, place) in zip(cells, places) {
      switch cell.value {
      case .category: break
      case .number(let value):
        isNumber[Int(place)] = true
        // Welford's, which no large mean harms.
        sums[Int(place)].count += 1
        let difference = value - sums[Int(place)].mean
        sums[Int(place)].mean += difference / sums[Int(place)].count
        sums[Int(place)].squares += difference * (value - sums[Int(place)].mean)
      case .amount(let value):
        if value == 0 { continue }
        sums[Int(place)].count += 1
        sums[Int(place)].squares += value * value
      }
    }
    for (feature, sum) in sums.enumerated() where sum.count > 0 {
      shifts.pointer[feature] = isNumber[feature] ? sum.mean : 0
      let deviation = (sum.squares / sum.count).squareRoot()
      if deviation > 0, deviation.isFinite { scales.pointer[feature] = 1 / deviation }
    }
    return FeatureSpace(names: Identifiers(positions: 0).appending(names).table, shifts: shifts, scales: scales)
  }
}
