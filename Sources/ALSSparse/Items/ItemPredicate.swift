/// What is asked of the items of an ``ItemTable``.
///
/// As text, `category = toys and (price < 20 or sale = yes) and not brand in (acme, 'A & B')`, or in Swift:
///
///     ItemColumn("category") == "toys" && (ItemColumn("price") < 20 || ItemColumn("sale") == "yes")
///       && !ItemColumn("brand").isIn(["acme", "A & B"])
///
/// Columns of numbers are compared with numbers, those of texts with texts, in upper and lower case, whose order is that of their
/// characters, and so of dates such as 2026-01-31. What an item does not have is no number, and so neither equal to one nor
/// smaller nor greater, and an empty text, which is neither smaller nor greater than any. `!=` and `not` hold where the contrary
/// does not.
public struct ItemPredicate: Hashable, Sendable {
  enum Comparison: String, Sendable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
  }

  /// Something in a text, and where it is: the number of its first character, counted from 1; `nil` in Swift.
  struct Placed<Value: Hashable & Sendable>: Hashable, Sendable {
    let value: Value
    let position: Int?
  }

  indirect enum Node: Hashable, Sendable {
    case comparison(Placed<String>, Comparison, Placed<ItemValue>)
    case isIn(Placed<String>, [Placed<ItemValue>])
    case all([Node])
    case any([Node])
    case not(Node)
  }

  let node: Node

  init(_ node: Node) { self.node = node }

  /// What satisfies both.
  public static func && (left: ItemPredicate, right: ItemPredicate) -> ItemPredicate {
    if case .all(let parts) = left.node { return ItemPredicate(.all(parts + [right.node])) }
    return ItemPredicate(.all([left.node, right.node]))
  }

  /// What satisfies one or both.
  public static func || (left: ItemPredicate, right: ItemPredicate) -> ItemPredicate {
    if case .any(let parts) = left.node { return ItemPredicate(.any(parts + [right.node])) }
    return ItemPredicate(.any([left.node, right.node]))
  }

  /// What does not satisfy it.
  public static prefix func ! (predicate: ItemPredicate) -> ItemPredicate { ItemPredicate(.not(predicate.node)) }
}

/// A column of an ``ItemTable`` by its name, in upper or lower case, for predicates in Swift.
public struct ItemColumn: Hashable, Sendable {
  /// The name.
  public let name: String

  /// A column.
  public init(_ name: String) { self.name = name }

  private func predicate(_ comparison: ItemPredicate.Comparison, _ value: ItemValue) -> ItemPredicate {
    ItemPredicate(
      .comparison(.init(value: name, position: nil), comparison, .init(value: value, position: nil)))
  }

  /// Items with this value.
  public static func == (column: ItemColumn, value: ItemValue) -> ItemPredicate { column.predicate(.equal, value) }
  /// Items without this value.
  public static func != (column: ItemColumn, value: ItemValue) -> ItemPredicate { column.predicate(.unequal, value) }
  /// Items with a smaller value.
  public static func < (column: ItemColumn, value: ItemValue) -> ItemPredicate { column.predicate(.less, value) }
  /// Items with this value or a smaller one.
  public static func <= (column: ItemColumn, value: ItemValue) -> ItemPredicate { column.predicate(.atMost, value) }
  /// Items with a greater value.
  public static func > (column: ItemColumn, value: ItemValue) -> ItemPredicate { column.predicate(.greater, value) }
  /// Items with this value or a greater one.
  public static func >= (column: ItemColumn, value: ItemValue) -> ItemPredicate { column.predicate(.atLeast, value) }

  /// Items with one of these values.
  public func isIn(_ values: some Sequence<ItemValue>) -> ItemPredicate {
    ItemPredicate(.isIn(.init(value: name, position: nil), values.map { .init(value: $0, position: nil) }))
  }
}
