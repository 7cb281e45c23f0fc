import ALSEvaluation

/// The results of an evaluation: a row per metric, and per group if there are groups.
struct EvaluationTable {
  let hasIntervals: Bool
  let hasGroups: Bool
  let hasPopularity: Bool
  private var rows: [[Cell]] = []

  init(hasIntervals: Bool, hasGroups: Bool, hasPopularity: Bool = false) {
    (self.hasIntervals, self.hasGroups, self.hasPopularity) = (hasIntervals, hasGroups, hasPopularity)
  }

  mutating func add(
    _ metric: String, _ group: (key: RankingGroup.Key, range: ClosedRange<Int>)? = nil, users: Int? = nil, pairs: Int,
    _ value: Double?,
    _ interval: ClosedRange<Double>? = nil, popularity: Double? = nil
  ) {
    var row: [Cell] = []
    if hasGroups {
      row += [
        .text(group?.key.rawValue ?? "all"), integer(group?.range.lowerBound), integer(group?.range.upperBound),
        integer(users), .integer(pairs),
      ]
    }
    row += [.text(metric), number(value)]
    if hasIntervals { row += [number(interval?.lowerBound), number(interval?.upperBound)] }
    if hasPopularity { row.append(number(popularity)) }
    rows.append(row)
  }

  func write(_ options: ResultOptions) throws {
    let columns =
      (hasGroups ? ["kind", "from", "to", "users", "pairs"] : []) + ["metric", "model"]
      + (hasIntervals ? ["low", "high"] : [])
      + (hasPopularity ? ["popularity"] : [])
    let writer = try ResultWriter(columns: columns, format: options.format, path: options.output)
    try writer.write(rows)
    try writer.finish()
  }

  private func integer(_ value: Int?) -> Cell { value.map { .integer($0) } ?? .missing }

  private func number(_ value: Double?) -> Cell { value.map { .number($0, digits: 4) } ?? .missing }
}
