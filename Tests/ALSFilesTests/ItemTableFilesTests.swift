import ALSFiles
import ALSPlatform
import ALSSparse
import Testing

/// Tables of items in files.
@Suite struct ItemTableFilesTests {
  private static let text = """
    sku;category;price:float;stock;"added on";big;
    85123A;toys;2.5;0;2026-01-31;9007199254740993;x
    007;"home; decor";1e1;3;2025-12-01;1;
    "";books;nan;;2026-02-01;2;
    22423;;-4;NaN;;3;

    """

  private func chosen(_ table: ItemTable, _ predicate: String) throws -> [String] {
    zip(table.items, try table.matches(ItemPredicate(predicate))).compactMap { $1 ? $0.description : nil }
  }

  @Test func columnsAreTyped() throws {
    let path = try temporaryPath(Self.text.replacing("\"\";", with: "7;"))
    let table = try ItemTable(contentsOf: path)
    #expect(table.columnNames == ["category", "price", "stock", "added on", "big"])
    #expect(table.columnNames(ofNumbers: true) == ["price", "stock"])
    #expect(table.columnNames(ofNumbers: false) == ["category", "added on", "big"])
    #expect(try chosen(table, "category in (toys, 'home; decor')") == ["85123A", "007"])
    #expect(try chosen(table, "category = ''") == ["22423"])
    #expect(try chosen(table, "price >= 2.5") == ["85123A", "007"])
    #expect(try chosen(table, "not price >= 2.5") == ["7", "22423"])
    #expect(try chosen(table, "'ADDED ON' < 2026-02-01 and stock != 3") == ["85123A"])
    #expect(try chosen(table, "big = '9007199254740993'") == ["85123A"])
    let error = #expect(throws: ALSError.self) { try chosen(table, "big > 3") }
    #expect(error?.message.contains("big has texts ('9007199254740993' at line 2), but 3 is a number") == true)
  }

  @Test(arguments: [
    (text, "line 4: the item (column 1) is empty. Fill it in, or remove the line."),
    ("", "is empty. Give a header"),
    ("id,price\n1,2\n2\n", "line 3: 1 field, but the header names 2 columns"),
    ("id,price\n1,2\n2,3\n1,4\n", "item 1 is there twice, at line 2 and line 4. Leave one of them out."),
    ("id,price,Price\n1,2,3\n", "two columns are called Price. Give them different names."),
    ("id,price\n1,\"2\n", "line 2: a quoted field begins here and never ends."),
  ])
  func mistakesNameTheLine(text: String, reason: String) throws {
    let path = try temporaryPath(text)
    let error = #expect(throws: ALSError.self) { _ = try ItemTable(contentsOf: path) }
    #expect(error?.place == path || error?.message.hasPrefix(path) == true)
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }

  @Test func theItemColumnIsNamed() throws {
    let path = try temporaryPath("name,sku\nlamp,5\nchair,6\n")
    #expect(try ItemTable(contentsOf: path, itemColumn: "SKU").items.elementsEqual([5, 6] as [Identifier]))
    #expect(try ItemTable(contentsOf: path, itemColumn: 2).columnNames == ["name"])
    #expect(throws: ALSError.self) { try ItemTable(contentsOf: path, itemColumn: "id") }
  }
}
