/// How a delimited file was understood.
///
/// Its description is one line, such as `comma-separated, header, user=userId item=itemId value=rating`.
public struct DelimitedLayout: Hashable, Sendable {
  /// What a line holds.
  public let form: DelimitedFormat.Form
  /// What separates fields.
  public let delimiter: String
  /// The names of the columns, when the first line gave them.
  public let columnNames: [String]?
  /// The number of fields of the first line.
  public let columnCount: Int
  /// The position of the users' column, counted from 1.
  public let userColumn: Int
  /// The position of the items' column, or of the first of a list, counted from 1.
  public let itemColumn: Int
  /// The position of the values' column, counted from 1; `nil` when there is none and every value is one.
  public let valueColumn: Int?
  /// The position of the times' column, counted from 1; `nil` when times are not read.
  public let timeColumn: Int?
  /// The position of the weights' column, counted from 1; `nil` when there is none.
  public let weightColumn: Int?
  /// The position of the column of types of events, counted from 1; `nil` when there is none.
  public let eventColumn: Int?
  /// How weights fall with age; `nil` when they do not.
  public internal(set) var decay: TimeDecay?
  /// How many rows were left out because their weight is 0.
  public internal(set) var weightlessRows = 0
  /// The number of fields that every row must have, empty ones at the end aside; `nil` where rows may be shorter.
  let leastFieldCount: Int?
  /// The number of fields beyond which a row must not have any; `nil` where what is not asked for is not looked at.
  let mostFieldCount: Int?

  /// Whether the first line names the columns.
  public var hasHeader: Bool { columnNames != nil }

  func column(of role: ColumnRole) -> Int? {
    [userColumn, itemColumn, valueColumn, timeColumn, weightColumn, eventColumn][role.rawValue]
  }

  /// What the columns give for each row; weights are also made of times.
  var channels: EventChannels {
    EventChannels(
      values: valueColumn != nil, times: timeColumn != nil, weights: weightColumn != nil || eventColumn != nil)
  }

  /// "item", with the column's name or position.
  func label(of role: ColumnRole) -> String {
    guard let column = column(of: role) else { return role.name }
    return "\(role.name) (column \(column)\(columnName(column).map { ", \"\($0)\"" } ?? ""))"
  }

  private func columnName(_ column: Int) -> String? {
    guard let columnNames, columnNames.indices.contains(column - 1) else { return nil }
    return columnNames[column - 1]
  }
}

extension DelimitedLayout: CustomStringConvertible {
  /// The layout in one line.
  public var description: String {
    if form == .lists { return "\(DelimitedFormat.separation(by: delimiter)), lists of a user and its items" }
    let columns = ColumnRole.allCases.compactMap { role in
      column(of: role).map { "\(role.name)=\(columnName($0) ?? String($0))" }
    }
    return "\(DelimitedFormat.separation(by: delimiter)), \(hasHeader ? "header" : "no header"), "
      + columns.joined(separator: " ")
  }
}
