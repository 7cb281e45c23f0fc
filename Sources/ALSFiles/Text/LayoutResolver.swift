import ALSPlatform
import ALSSparse

/// Finds out which column is which from a format and the fields of the first line.
struct LayoutResolver {
  let path: String
  let format: DelimitedFormat
  let delimiter: String
  /// The fields of the first line, and of some that follow it.
  let sample: [[String]]
  /// User, item, value and time.
  private static let guessedColumns = 4
  private var fields: [String] { sample.first ?? [] }

  init(path: String, format: DelimitedFormat, delimiter: String, sample: [[String]]) {
    (self.path, self.format, self.delimiter, self.sample) = (path, format, delimiter, sample)
  }

  func layout(reading times: TimeReading) throws -> DelimitedLayout {
    if format.form == .lists || (format.form == nil && looksLikeLists) { return try lists(reading: times) }
    let hasHeader = format.hasHeader ?? looksLikeHeader
    var taken: [ColumnRole: Int] = [:]
    for role in ColumnRole.allCases where role != .time || times != .never {
      guard let column = format.column(of: role) else { continue }
      taken[role] = try position(of: column, role.name, hasHeader: hasHeader)
    }
    let known = hasHeader ? fields.map(KnownColumns.role(of:)) : []
    for role in ColumnRole.allCases where taken[role] == nil {
      let position = known.indices.first { known[$0] == role && !taken.values.contains($0 + 1) }
      if let position { taken[role] = position + 1 }
    }
    // A column of dates is the time, wherever it is, if two others are left.
    let dates = dateColumns(hasHeader: hasHeader).filter { !taken.values.contains($0) }
    if let date = dates.first, fields.count - dates.count >= 2 {
      if times != .never, taken[.time] == nil { taken[.time] = date }
      return try layout(hasHeader: hasHeader, reading: times, taken: taken, known: known, except: Set(dates))
    }
    return try layout(hasHeader: hasHeader, reading: times, taken: taken, known: known, except: [])
  }

  /// Fills in by position what is not known, and checks it all.
  private func layout(
    hasHeader: Bool, reading times: TimeReading, taken: [ColumnRole: Int], known: [ColumnRole?], except dates: Set<Int>
  ) throws -> DelimitedLayout {
    var taken = taken
    let count = max(fields.count, 2)
    for role in [ColumnRole.user, .item] where taken[role] == nil {
      taken[role] = (1...count + 2).first { !taken.values.contains($0) && !dates.contains($0) }
    }
    let free = dates.isEmpty ? [3, 4] : Array((1...count).filter { !dates.contains($0) }.dropFirst(2)) + [.max, .max]
    for (role, position) in [(ColumnRole.value, free[0]), (.time, free[1])] where taken[role] == nil {
      if position > fields.count || taken.values.contains(position) { continue }
      if hasHeader, KnownColumns.isDescriptive(fields[position - 1]) || known[position - 1] != nil { continue }
      taken[role] = position
    }
    if times == .never { taken[.time] = nil }
    if times == .whereFound, format.timeColumn == nil, let column = taken[.time],
      !holdsTimes(column, isNamed: hasHeader && known[column - 1] == .time, hasHeader: hasHeader)
    {
      taken[.time] = nil
    }
    try checkDistinct(taken)
    guard let user = taken[.user], let item = taken[.item], times != .always || taken[.time] != nil else {
      throw ALSError(.data, "no column of times was found. Name it; there are \(columnList(hasHeader)).", at: path)
    }
    if hasHeader, max(user, item) > fields.count {
      throw ALSError(
        .data,
        "the header has only \(fields.count) column (\(DelimitedFormat.separation(by: delimiter))), but users "
          + "and items need two. Name the delimiter.", at: path)
    }
    // Who names the columns of users and items has seen what else there is.
    let isChosen = format.userColumn != nil && format.itemColumn != nil
    let expected = fields.countWithoutEmptyEnd
    return DelimitedLayout(
      form: .rows, delimiter: delimiter, columnNames: hasHeader ? fields : nil, columnCount: fields.count,
      userColumn: user, itemColumn: item, valueColumn: taken[.value], timeColumn: taken[.time],
      weightColumn: taken[.weight], eventColumn: taken[.event],
      leastFieldCount: isChosen || hasHeader ? nil : expected, mostFieldCount: isChosen ? nil : fields.count)
  }

  /// Lines of a user and its items.
  private func lists(reading times: TimeReading) throws -> DelimitedLayout {
    if format.hasHeader == true || ColumnRole.allCases.contains(where: { format.column(of: $0) != nil }) {
      throw ALSError(
        .configuration, "lists of a user and its items have neither a header nor columns that could be named.", at: path
      )
    }
    if times == .always {
      throw ALSError(
        .data, "lists of a user and its items have no times. Use a file with a time in each line.", at: path)
    }
    return DelimitedLayout(
      form: .lists, delimiter: delimiter, columnNames: nil, columnCount: fields.count, userColumn: 1, itemColumn: 2,
      valueColumn: nil, timeColumn: nil, weightColumn: nil, eventColumn: nil, leastFieldCount: nil, mostFieldCount: nil)
  }

  /// Whether many of the first lines differ in length, some have more fields than a row of four columns, and all fields
  /// are whole numbers.
  private var looksLikeLists: Bool {
    if format.hasHeader != nil || ColumnRole.allCases.contains(where: { format.column(of: $0) != nil }) { return false }
    let rowsOfLength = Dictionary(grouping: sample, by: \.countWithoutEmptyEnd).mapValues(\.count)
    // A few lines that differ are damage.
    guard let longest = rowsOfLength.keys.max(), longest > Self.guessedColumns,
      let most = rowsOfLength.values.max(), Double(most) < 0.9 * Double(sample.count)
    else { return false }
    return sample.allSatisfy { row in
      row.prefix(row.countWithoutEmptyEnd).allSatisfy { field in
        Array(field.utf8).withUnsafeBufferPointer { canonicalInteger($0) } ?? -1 >= 0
      }
    }
  }

  /// The columns of which every field of the first rows is a date, counted from 1.
  private func dateColumns(hasHeader: Bool) -> [Int] {
    let rows = sample.dropFirst(hasHeader ? 1 : 0)
    if rows.isEmpty { return [] }
    return fields.indices.filter { column in
      rows.allSatisfy { row in
        guard row.indices.contains(column) else { return false }
        return Array(row[column].utf8).withUnsafeBufferPointer { decimalNumber($0) == nil && timestamp($0) != nil }
      }
    }.map { $0 + 1 }
  }

  /// Whether a guessed column begins with a time; a number without a name that says so must be one of seconds since 1970,
  /// or of parts of a second.
  private func holdsTimes(_ column: Int, isNamed: Bool, hasHeader: Bool) -> Bool {
    let row = hasHeader ? sample.dropFirst().first ?? [] : fields
    guard row.indices.contains(column - 1) else { return false }
    let bytes = Array(row[column - 1].utf8)
    guard let time = bytes.withUnsafeBufferPointer(timestamp) else { return false }
    return isNamed || time >= 1e8 || bytes.withUnsafeBufferPointer { decimalNumber($0) } == nil
  }

  private var looksLikeHeader: Bool {
    for case .name? in ColumnRole.allCases.map(format.column(of:)) { return true }
    if fields.contains(where: { KnownColumns.role(of: $0) != nil }) { return true }
    guard fields.count >= 3 else { return false }
    var position = 3
    if case .number(let number)? = format.valueColumn { position = number }
    guard (1...fields.count).contains(position) else { return false }
    let value = fields[position - 1]
    if value.isEmpty { return false }
    return Array(value.utf8).withUnsafeBufferPointer {
      decimalNumber($0) == nil && timestamp($0) == nil && (delimiter != ";" || numberWithDecimalComma($0) == nil)
    }
  }

  /// The position of a column that was asked for; exact names come before names in another case.
  func position(of column: Column, _ what: String, hasHeader: Bool) throws -> Int {
    switch column {
    case .number(let number):
      if (1...fields.count).contains(number) { return number }
    case .name(let name):
      let lower = name.lowercased()
      let tests: [(String) -> Bool] = [
        { $0 == name }, { KnownColumns.untyped($0) == name }, { $0.lowercased() == lower },
        { KnownColumns.untyped($0).lowercased() == lower },
      ]
      for test in tests {
        if hasHeader, let index = fields.firstIndex(where: test) { return index + 1 }
      }
    }
    throw ALSError(
      .data,
      "there is no column \(column) for the \(what). There are \(columnList(hasHeader)); name one of these.", at: path)
  }

  private func checkDistinct(_ taken: [ColumnRole: Int]) throws {
    let roles = ColumnRole.allCases.filter { taken[$0] != nil }
    for (index, role) in roles.enumerated() {
      guard let other = roles[..<index].first(where: { taken[$0] == taken[role] }), let column = taken[role] else {
        continue
      }
      throw ALSError(
        .configuration,
        "column \(column) is asked for as both \(other.name) and \(role.name). Name two different columns.", at: path)
    }
  }

  /// The columns that are there, for messages.
  private func columnList(_ hasHeader: Bool) -> String {
    let plural = fields.count == 1 ? "column" : "columns"
    let count = "\(fields.count) \(plural) (\(DelimitedFormat.separation(by: delimiter)), "
    return count + (hasHeader ? "header: " + fields.joined(separator: ", ") : "no header") + ")"
  }
}
