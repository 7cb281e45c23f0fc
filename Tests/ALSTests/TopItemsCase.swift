import ALS
import ALSDense
import ALSPlatform
import ALSSparse

/// Tables of some kind, drawn from a seed.
struct TopItemsCase<Element: Scalar>: CustomStringConvertible {
  let kind: TopItemsKind
  let itemCount: Int
  let userCount = 70
  let tables: FactorTables<Element>
  let globalMean: Double

  var description: String { "\(kind), \(itemCount) items, \(Element.self), biases \(tables.items.hasBiases)" }

  init(_ kind: TopItemsKind, items: Int, biased: Bool) {
    var random = RandomGenerator(seed: UInt64(items) &+ (biased ? 1000 : 0))
    let k = 1 + random.nextIndex(below: 40)
    func row(_ size: Double) -> [Element] { (0..<k).map { _ in Element(size * random.nextNormals().0) } }
    let users = (0..<userCount).map { user in row(kind.sizeOfUser(user, &random)) }
    var rows = (0..<items).map { item in row(kind.sizeOfItem(item, &random)) }
    for item in rows.indices {
      switch kind {
      case .identicalItems: rows[item] = rows[item / 50 * 50]
      case .nearlyIdenticalItems: rows[item] = rows[0].map { random.nextIndex(below: 4) == 0 ? $0.nextUp : $0 }
      case .onlyNegativeScores: rows[item] = rows[item].map { -abs($0) }
      default: break
      }
    }
    func matrix(_ rows: [[Element]]) -> Matrix<Element> {
      Matrix(rowCount: rows.count, columnCount: k, buffer: Buffer(Array(rows.joined())))
    }
    func biases(_ count: Int) -> Buffer<Element>? {
      biased ? Buffer((0..<count).map { _ in Element(random.nextNormals().0) }) : nil
    }
    self.kind = kind
    itemCount = items
    tables = FactorTables(
      users: FactorRows(
        matrix(kind == .onlyNegativeScores ? users.map { $0.map(abs) } : users), biases: biases(userCount)),
      items: FactorRows(matrix(rows), biases: biases(items)))
    // So large a mean rounds many scores to the same number.
    globalMean = biased && items % 2 == 1 ? 1e13 : biased ? 3.5 : 0
  }

  /// No exclusions, seen items, items that nobody gets, both, and all items.
  var exclusions: [Exclusions] {
    var random = RandomGenerator(seed: 77)
    let cells = (0..<userCount).map { user in
      (0..<itemCount).map { _ in random.nextIndex(below: user == 5 ? 1 : 9) == 0 ? 1.0 : nil }
    }
    let seen = (try? TestData("seen", cells: cells, itemCount: itemCount))?.interactions.byUser
    let everywhere = (0..<Int32(itemCount)).filter { $0 % 11 == 4 }
    return [
      .none, Exclusions(seen: seen, everywhere: []), Exclusions(seen: nil, everywhere: everywhere),
      Exclusions(seen: seen, everywhere: everywhere), Exclusions(seen: seen, everywhere: Array(0..<Int32(itemCount))),
    ]
  }

  func sortedItems(of user: Int) -> [Scored] {
    (0..<itemCount).map { Scored(index: Int32($0), score: globalMean + tables.score(user: user, item: $0)) }
      .sorted { $0.score > $1.score || ($0.score == $1.score && $0.index < $1.index) }
  }

  func best(
    of users: [Int], _ exclusions: Exclusions, count: Int, threads: Int,
    instructions: InstructionSet = .best
  ) -> [[Scored]] {
    var lists: [[Scored]] = []
    TopItems(
      tables, globalMean: globalMean, exclusions: exclusions, count: count, threads: threads, instructions: instructions
    ).forEach(of: users) { user, best in
      precondition(user == users[lists.count], "out of order")
      lists.append(best)
    }
    return lists
  }
}

/// What is odd about the numbers.
enum TopItemsKind: CaseIterable {
  case random, fallingNorms, zeroUsers, zeroItems, identicalItems, nearlyIdenticalItems, onlyNegativeScores
  case wideSpread, oneGiant, tiny, huge

  func sizeOfUser(_ user: Int, _ random: inout RandomGenerator) -> Double {
    switch self {
    case .zeroUsers: user % 3 == 0 ? 0 : 1
    case .wideSpread: [1e-10, 1e-5, 1, 1e5, 1e10][user % 5]
    case .tiny: [1e-42, 1e-30, 1e-20][user % 3]
    case .huge: [1e37, 1e25, 1][user % 3]
    default: 1
    }
  }

  func sizeOfItem(_ item: Int, _ random: inout RandomGenerator) -> Double {
    switch self {
    case .fallingNorms: 1 / Double(1 + random.nextIndex(below: 5000))
    case .zeroItems: item % 4 == 1 ? 1 : 0
    case .wideSpread: [1e-10, 1e-3, 1, 1e4, 1e10][item % 5]
    case .oneGiant: item == 3 ? 1e10 : 1
    case .tiny: [1e-44, 1e-30, 1e-20][item % 3]
    case .huge: [1e37, 1e25, 1][item % 3]
    default: 1
    }
  }
}
