import ALS

/// Makes lines of recommendations as fast as they are found: the cells of what is recommended are made once, those of whom it is for
/// once for all that is, and a line is copied together from them, a rank and a score.
struct RecommendationLines: Sendable {
  private let cells: RecommendationCells
  private let layout: ResultLayout
  private let found: RenderedCells
  private let rankLead: [UInt8]
  private let scoreLead: [UInt8]
  /// What comes after the score of a personal item, with the end of the line.
  private let afterScore: [UInt8]
  /// What a popular item has in place of a score, up to the number of its users.
  private let beforeUsers: [UInt8]

  /// More than any rank or score takes.
  private static var numberLength: Int { 32 }

  /// - Complexity: O(items), with their titles, or O(users).
  init(_ cells: RecommendationCells, _ layout: ResultLayout) {
    (self.cells, self.layout) = (cells, layout)
    found = RenderedCells(layout, from: cells.foundColumn, count: cells.foundCount, cells: cells.found)
    (rankLead, scoreLead) = (layout.leads[cells.rankColumn], layout.leads[cells.scoreColumn])
    func rendered(_ cells: [Cell], from column: Int) -> [UInt8] {
      var lines = ResultLines(layout)
      lines.start(at: column)
      for cell in cells { lines.append(cell) }
      return lines.text
    }
    afterScore = cells.hasPopular ? rendered(cells.afterScore, from: cells.scoreColumn + 1) : layout.end
    beforeUsers =
      cells.hasPopular
      ? rendered(cells.beforeUsers, from: cells.scoreColumn) + layout.leads[cells.scoreColumn + 2] : []
  }

  /// The lines of those at `places`, who get `best`.
  func text(places: Range<Int>, best: [[Scored]]) -> [UInt8] {
    let subjects = RenderedCells(layout, from: 0, count: places.count) { cells.subject(places.lowerBound + $0) }
    let (end, single) = (layout.end, cells.model.precision == .float)
    let longest = max(scoreLead.count + afterScore.count, beforeUsers.count + end.count)
    var capacity = 0
    for (place, list) in best.enumerated() {
      capacity +=
        list.count * (subjects[place].count + rankLead.count + longest + 2 * Self.numberLength)
      for one in list { capacity += found[Int(one.index)].count }
    }
    return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      guard var cursor = buffer.baseAddress.map(ByteCursor.init) else { return }
      for (place, list) in best.enumerated() {
        let kind = cells.kind(places.lowerBound + place)
        for (rank, one) in list.enumerated() {
          cursor.write(subjects[place])
          cursor.write(rankLead)
          cursor.write(rank + 1)
          cursor.write(found[Int(one.index)])
          switch kind {
          case .personal:
            cursor.write(scoreLead)
            cursor.write(single ? Float(one.score).description : one.score.description)
            cursor.write(afterScore)
          case .popular:
            cursor.write(beforeUsers)
            cursor.write(Int(one.score))
            cursor.write(end)
          }
        }
      }
      count = cursor.next - (buffer.baseAddress ?? cursor.next)
    }
  }
}

/// Writes one thing after the other into memory that is large enough.
private struct ByteCursor {
  private(set) var next: UnsafeMutablePointer<UInt8>

  init(_ start: UnsafeMutablePointer<UInt8>) { next = start }

  mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    next.update(from: source, count: bytes.count)
    next += bytes.count
  }

  mutating func write(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { write($0) } }

  mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { write($0) }
  }

  /// A number that is not negative.
  mutating func write(_ number: Int) {
    var (rest, length) = (number, 1)
    while rest >= 10 { (rest, length) = (rest / 10, length + 1) }
    rest = number
    for place in (0..<length).reversed() {
      next[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    next += length
  }
}
