/// What is known of items, a row for each: columns of numbers, such as a price, and of texts, such as a category.
///
/// An ``ItemPredicate`` chooses among its rows, and a `Selection` is made of that for a model:
///
///     let products = try ItemTable(contentsOf: "products.csv")
///     let toys = try Selection(itemsOf: model, in: products, where: ItemPredicate("category = toys and stock > 0"))
///
/// A column has numbers where all its values are some, else texts. A value may be missing.
public struct ItemTable: Sendable {
  /// The items, in the order of the rows.
  public let items: Identifiers
  /// The names of the columns, in their order.
  public let columnNames: [String]
  let columns: [Column]

  /// A column's values by row.
  struct Column: Sendable {
    enum Values: Sendable {
      /// Not a number where there is none.
      case numbers([Double])
      /// Places in a list of different texts; an empty text where there is none.
      case texts(places: [Int32], list: [String])
      /// There are none at all.
      case none
    }

    let values: Values
    /// Where the first value is that is no number, for messages.
    let firstText: String?
  }

  /// Rows in memory.
  ///
  ///     let products = try ItemTable(
  ///       rows, item: \.sku, columns: ["category": { .text($0.category) }, "stock": { .number(Double($0.stock)) }])
  ///
  /// - Parameters:
  ///   - rows: One for each item.
  ///   - item: The item of a row.
  ///   - columns: What an item has in each column; `nil` where it has nothing.
  /// - Throws: `ALSError` when an item or a column is there twice, a number is infinite, or a column has both numbers and texts.
  /// - Complexity: O(n·(columns + log n)) for n rows.
  public init<Row>(
    _ rows: some Sequence<Row>, item: (Row) throws -> some IdentifierKey,
    columns: KeyValuePairs<String, (Row) throws -> ItemValue?>
  ) throws {
    var builder = try ItemTableBuilder(columns: columns.map(\.key))
    for (number, row) in rows.enumerated() {
      let name = try item(row).identifier
      builder.begin(name, at: "row \(number)")
      for (column, value) in columns.enumerated() {
        if let value = try value.value(row) { try builder.add(value, to: column) }
      }
    }
    self = try builder.table(readsNumbers: false)
  }

  init(items: Identifiers, columnNames: [String], columns: [Column]) {
    (self.items, self.columnNames, self.columns) = (items, columnNames, columns)
  }

  /// The names of the columns that have numbers, or of those that have texts.
  package func columnNames(ofNumbers: Bool) -> [String] {
    zip(columnNames, columns).compactMap { name, column in
      switch column.values {
      case .numbers: ofNumbers ? name : nil
      case .texts: ofNumbers ? nil : name
      case .none: nil
      }
    }
  }
}
