package import ALSPlatform

extension ItemTable {
  /// Whether each row satisfies `predicate`.
  ///
  /// - Throws: `ALSError` that names the character, when there is no such column or its values are of another kind.
  /// - Complexity: O(rows) for each comparison.
  package func matches(_ predicate: ItemPredicate) throws -> [Bool] { try matches(predicate.node) }

  /// Where these items have their rows; −1 for those that have none.
  package func rows(of names: Identifiers, threads: Int) -> Buffer<Int32> {
    names.positions(in: items, threads: threads)
  }

  private func matches(_ node: ItemPredicate.Node) throws -> [Bool] {
    switch node {
    case .comparison(let name, let comparison, let value):
      return try matches(name, [value], comparison) { comparison.holds($0, value.value) }
    case .isIn(let name, let values):
      let wanted = Set(values.map(\.value))
      return try matches(name, values, .equal) { wanted.contains($0) }
    case .all(let parts): return try combined(parts) { $0 && $1 }
    case .any(let parts): return try combined(parts) { $0 || $1 }
    case .not(let part): return try matches(part).map { !$0 }
    }
  }

  private func combined(_ parts: [ItemPredicate.Node], _ operation: (Bool, Bool) -> Bool) throws -> [Bool] {
    var result = try matches(parts[0])
    for part in parts.dropFirst() {
      let other = try matches(part)
      for row in result.indices { result[row] = operation(result[row], other[row]) }
    }
    return result
  }

  private func matches(
    _ name: ItemPredicate.Placed<String>, _ values: [ItemPredicate.Placed<ItemValue>],
    _ comparison: ItemPredicate.Comparison, _ holds: (ItemValue) -> Bool
  ) throws -> [Bool] {
    let column = try column(name)
    func holdsForText(_ text: String) -> Bool {
      text.isEmpty && comparison.isOfOrder ? false : holds(.text(text))
    }
    switch column.values {
    case .numbers(let numbers):
      for value in values { if case .text = value.value { throw misfit(name.value, column, value) } }
      return numbers.map { $0.isNaN ? comparison == .unequal : holds(.number($0)) }
    case .texts(let places, let list):
      for value in values { if case .number = value.value { throw misfit(name.value, column, value) } }
      let results = list.map(holdsForText)
      return places.map { results[Int($0)] }
    case .none:
      if case .number = values.first?.value { return items.map { _ in comparison == .unequal } }
      return Array(repeating: holdsForText(""), count: items.count)
    }
  }

  private func column(_ name: ItemPredicate.Placed<String>) throws -> Column {
    let lower = name.value.lowercased()
    if let place = columnNames.firstIndex(where: { $0.lowercased() == lower }) { return columns[place] }
    let known = columnNames.filter { !$0.isEmpty }.joined(separator: ", ")
    throw ItemPredicate.failure(
      "there is no column \(name.value). There \(known.isEmpty ? "is none" : "are \(known); name one of these").",
      at: name.position)
  }

  private func misfit(_ name: String, _ column: Column, _ value: ItemPredicate.Placed<ItemValue>) -> ALSError {
    let reason =
      switch value.value {
      case .text(let text):
        "column \(name) has numbers, but \(value.value) is a text. "
          + (ItemPredicate.number(text) == nil ? "Compare it with a number." : "Leave out the quotes.")
      case .number:
        "column \(name) has texts (\(column.firstText ?? "")), but \(value.value) is a number. "
          + "Quote it to compare texts, or correct the column."
      }
    return ItemPredicate.failure(reason, at: value.position)
  }
}

extension ItemPredicate.Comparison {
  /// Whether it is about an order.
  var isOfOrder: Bool { self != .equal && self != .unequal }

  fileprivate func holds(_ a: ItemValue, _ b: ItemValue) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): holds(a, b)
    case (.text(let a), .text(let b)): holds(a, b)
    default: false
    }
  }

  private func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
    switch self {
    case .equal: a == b
    case .unequal: a != b
    case .less: a < b
    case .atMost: a <= b
    case .greater: a > b
    case .atLeast: a >= b
    }
  }
}
