import ALSPlatform

/// Makes an ``ItemTable`` row by row.
package struct ItemTableBuilder {
  private let columnNames: [String]
  private var columns: [Values]
  private var items: [Identifier] = []
  /// What messages call the rows.
  private var places: [String] = []

  /// Different values of a column and where each row's is among them; −1 where a row has none.
  private struct Values {
    var list: [ItemValue] = []
    var places: [ItemValue: Int32] = [:]
    var rows: [Int32] = []

    mutating func fill(to count: Int) {
      while rows.count < count { rows.append(-1) }
    }
  }

  /// A table with these columns; those without a name are left out when rows are.
  ///
  /// - Throws: `ALSError` when two have the same name but for upper and lower case.
  package init(columns names: [String], at place: String? = nil) throws {
    var known: Set<String> = []
    for name in names where !known.insert(name.lowercased()).inserted {
      throw ALSError(.data, "two columns are called \(name). Give them different names.", at: place)
    }
    columnNames = names
    columns = Array(repeating: Values(), count: names.count)
  }

  /// A new row; `place` is what messages call it.
  package mutating func begin(_ item: Identifier, at place: String) {
    items.append(item)
    places.append(place)
  }

  /// What the last row has in a column, once.
  package mutating func add(_ value: ItemValue, to column: Int) throws {
    if case .number(let number) = value, !number.isFinite {
      if number.isNaN { return }
      throw ALSError(
        .data, "column \(columnNames[column]) has the number \(number). Correct it, or leave it out.",
        at: places.last)
    }
    columns[column].fill(to: items.count - 1)
    var place = Int32(columns[column].list.count)
    if let known = columns[column].places[value] {
      place = known
    } else {
      columns[column].places[value] = place
      columns[column].list.append(value)
    }
    columns[column].rows.append(place)
  }

  /// All rows; texts are numbers where all of a column's are, if `readsNumbers`.
  package consuming func table(readsNumbers: Bool, at path: String? = nil) throws -> ItemTable {
    let (names, positions) = Identifiers(positions: 0).appending(items)
    if let repeated = positions.indices.first(where: { positions[$0] != $0 }) {
      throw ALSError(
        .data,
        "item \(items[repeated]) is there twice, at \(places[positions[repeated]]) and \(places[repeated]). "
          + "Leave one of them out.", at: path)
    }
    var made: [ItemTable.Column] = []
    for column in columns.indices {
      columns[column].fill(to: items.count)
      made.append(try self.column(column, readsNumbers))
    }
    return ItemTable(items: names, columnNames: columnNames, columns: made)
  }

  private func column(_ index: Int, _ readsNumbers: Bool) throws -> ItemTable.Column {
    let (list, rows) = (columns[index].list, columns[index].rows)
    if list.isEmpty { return ItemTable.Column(values: .none, firstText: nil) }
    let numbers = list.map { value in
      switch value {
      case .number(let number): number
      case .text(let text): readsNumbers ? Self.number(text) : nil
      }
    }
    func place(_ value: Int?) -> String {
      value.flatMap { wanted in rows.firstIndex { $0 == wanted } }.map { places[$0] } ?? ""
    }
    let misfit = numbers.firstIndex(of: nil)
    guard let misfit else {
      return ItemTable.Column(
        values: .numbers(rows.map { $0 < 0 ? .nan : numbers[Int($0)] ?? .nan }), firstText: nil)
    }
    var texts: [String] = []
    for (value, item) in list.enumerated() {
      guard case .text(let text) = item else {
        throw ALSError(
          .data,
          "column \(columnNames[index]) has the number \(item) at \(place(value)) and the text \(list[misfit]) at "
            + "\(place(misfit)). Give all of one kind.")
      }
      texts.append(text)
    }
    let isMissing = rows.contains(-1)
    let empty = texts.firstIndex(of: "") ?? texts.count
    if isMissing, empty == texts.count { texts.append("") }
    return ItemTable.Column(
      values: .texts(places: rows.map { $0 < 0 ? Int32(empty) : $0 }, list: texts),
      firstText: "\(list[misfit]) at \(place(misfit))")
  }

  /// The number that a text spells, unless that has more digits than are told apart.
  private static func number(_ text: String) -> Double? {
    guard let number = ItemPredicate.number(text) else { return nil }
    return abs(number) < 0x1p53 || !text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      ? number : nil
  }
}
