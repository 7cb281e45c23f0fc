import ALSPlatform

/// Finds out which column is which from a format and the fields of the first line.
struct LayoutResolver {
  let path: String
  let format: DelimitedFormat
  let delimiter: String
  /// The fields of the first line.
  let fields: [String]
  /// Those of the line after it, if it is known.
  var nextFields: [String] = []

  func layout(reading times: TimeReading) throws -> DelimitedLayout {
    let readingTimes = times != .never
    let hasHeader = format.hasHeader ?? looksLikeHeader
    var taken: [ColumnRole: Int] = [:]
    for role in ColumnRole.allCases where role != .time || readingTimes {
      guard let column = column(of: role) else { continue }
      taken[role] = try position(of: column, role.name, hasHeader: hasHeader)
    }
    let known = hasHeader ? fields.map(KnownColumns.role(of:)) : []
    for role in ColumnRole.allCases where taken[role] == nil {
      let position = known.indices.first { known[$0] == role && !taken.values.contains($0 + 1) }
      if let position { taken[role] = position + 1 }
    }
    let count = max(fields.count, 2)
    for role in [ColumnRole.user, .item] where taken[role] == nil {
      taken[role] = (1...count + 2).first { !taken.values.contains($0) }
    }
    for (role, position) in [(ColumnRole.value, 3), (.time, 4)] where taken[role] == nil {
      if position > fields.count || taken.values.contains(position) { continue }
      if hasHeader, KnownColumns.isDescriptive(fields[position - 1]) || known[position - 1] != nil { continue }
      taken[role] = position
    }
    if !readingTimes { taken[.time] = nil }
    if times == .whereFound, format.timeColumn == nil, let column = taken[.time],
      !holdsTimes(column, isNamed: hasHeader && known[column - 1] == .time, hasHeader: hasHeader)
    {
      taken[.time] = nil
    }
    try checkDistinct(taken)
    guard let user = taken[.user], let item = taken[.item], times != .always || taken[.time] != nil else {
      throw ALSError(.data, "\(path): no column of times was found. Name it; there are \(columnList(hasHeader)).")
    }
    if hasHeader, max(user, item) > fields.count {
      throw ALSError(
        .data,
        "\(path): the header has only \(fields.count) column (\(DelimitedFormat.separation(by: delimiter))), but users "
          + "and items need two. Name the delimiter.")
    }
    return DelimitedLayout(
      delimiter: delimiter, columnNames: hasHeader ? fields : nil, columnCount: fields.count, userColumn: user,
      itemColumn: item, valueColumn: taken[.value], timeColumn: taken[.time])
  }

  /// Whether a guessed column begins with a time; a number without a name that says so must be one of seconds since 1970,
  /// or of parts of a second.
  private func holdsTimes(_ column: Int, isNamed: Bool, hasHeader: Bool) -> Bool {
    let row = hasHeader ? nextFields : fields
    guard row.indices.contains(column - 1) else { return false }
    let bytes = Array(row[column - 1].utf8)
    guard let time = bytes.withUnsafeBufferPointer(timestamp) else { return false }
    return isNamed || time >= 1e8 || bytes.withUnsafeBufferPointer { decimalNumber($0) } == nil
  }

  private func column(of role: ColumnRole) -> Column? {
    switch role {
    case .user: format.userColumn
    case .item: format.itemColumn
    case .value: format.valueColumn
    case .time: format.timeColumn
    }
  }

  private var looksLikeHeader: Bool {
    for case .name? in ColumnRole.allCases.map(column(of:)) { return true }
    if fields.contains(where: { KnownColumns.role(of: $0) != nil }) { return true }
    guard fields.count >= 3 else { return false }
    var position = 3
    if case .number(let number)? = format.valueColumn { position = number }
    guard (1...fields.count).contains(position) else { return false }
    let value = fields[position - 1]
    return !value.isEmpty && Array(value.utf8).withUnsafeBufferPointer { decimalNumber($0) } == nil
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
      "\(path): there is no column \(column) for the \(what). There are \(columnList(hasHeader)); name one of these.")
  }

  private func checkDistinct(_ taken: [ColumnRole: Int]) throws {
    let roles = ColumnRole.allCases.filter { taken[$0] != nil }
    for (index, role) in roles.enumerated() {
      guard let other = roles[..<index].first(where: { taken[$0] == taken[role] }), let column = taken[role] else {
        continue
      }
      throw ALSError(
        .configuration,
        "\(path): column \(column) is asked for as both \(other.name) and \(role.name). Name two different columns.")
    }
  }

  /// The columns that are there, for messages.
  private func columnList(_ hasHeader: Bool) -> String {
    let plural = fields.count == 1 ? "column" : "columns"
    let count = "\(fields.count) \(plural) (\(DelimitedFormat.separation(by: delimiter)), "
    return count + (hasHeader ? "header: " + fields.joined(separator: ", ") : "no header") + ")"
  }
}
