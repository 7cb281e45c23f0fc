import ALSSparse

/// Values of attributes as text, of which it is known when all have been read whether they are numbers.
struct AttributeText {
  private let space: FeatureSpace?
  private let categories: Set<String>
  private let isLong: Bool
  private var cells: [(entity: Int, attribute: Int, text: String)] = []
  private var attributes: [String: Int] = [:]
  private var names: [String] = []
  /// Whether all values of an attribute are numbers.
  private var areNumbers: [Bool] = []
  private var result = AttributeTable()

  /// For features in `space`, or in one of their own; `categories` are no numbers, whatever they look like.
  init(space: FeatureSpace?, categories: Set<String>, isLong: Bool) {
    (self.space, self.categories, self.isLong) = (space, categories, isLong)
  }

  /// The number of an entity.
  mutating func add(_ entity: Identifier) -> Int { result.add(entity) }

  /// Adds a tag of an entity.
  mutating func add(tag: String, to entity: Int) { result.add(tag, .amount(1), to: entity) }

  /// Adds the value of an attribute of an entity, unless it says nothing.
  mutating func add(_ attribute: String, _ text: String, to entity: Int) {
    if text.isEmpty || text.lowercased() == "nan" { return }
    guard !attribute.isEmpty else {
      result.namelessCount += 1
      return
    }
    var place = names.count
    if let known = attributes[attribute] {
      place = known
    } else {
      attributes[attribute] = place
      names.append(attribute)
      areNumbers.append(isNumeric(attribute))
    }
    if areNumbers[place], number(text) == nil { areNumbers[place] = space != nil }
    cells.append((entity, place, text))
  }

  /// Whether values of an attribute are numbers if they look like it.
  private func isNumeric(_ attribute: String) -> Bool {
    if let space { return space.names.index(of: Identifier(attribute)) != nil }
    return !categories.contains(attribute) && (isLong || !FeatureFormat.isIdentifier(attribute))
  }

  private func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { decimalNumber($0) }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// Everything, with numbers where all values of an attribute are.
  consuming func table() -> AttributeTable {
    var table = result
    for (entity, place, text) in cells {
      let value = areNumbers[place] ? number(text) : nil
      table.add(names[place], value.map { isLong ? .amount($0) : .number($0) } ?? .category(text), to: entity)
    }
    return table
  }
}
