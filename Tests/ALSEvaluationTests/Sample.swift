import ALSEvaluation
import ALSPlatform
import ALSSparse

/// Random events with repeated pairs and repeated times.
struct Sample {
  var users: [Int] = []
  var items: [Int] = []
  var times: [Double] = []

  init(seed: UInt64, users userCount: Int = 60, items itemCount: Int = 25, events: Int = 900) {
    var generator = RandomGenerator(seed: seed)
    for _ in 0..<events {
      // The smaller of two draws: some users have many events, some hardly any.
      let user = min(generator.nextIndex(below: userCount), generator.nextIndex(below: userCount))
      users.append(100 + user)
      items.append(1000 + generator.nextIndex(below: itemCount))
      times.append(Double(generator.nextIndex(below: 40)))
    }
  }

  func events(values: Bool = false) throws -> Events {
    try Events(users: users, items: items, values: values ? users.indices.map { Float($0) } : nil, times: times)
  }

  /// The positions of each user's events, by item.
  var histories: [Int: [Int: [Int]]] {
    var result: [Int: [Int: [Int]]] = [:]
    for event in users.indices { result[users[event], default: [:]][items[event], default: []].append(event) }
    return result
  }
}

/// One row of events, with its identifiers resolved.
struct Row: Hashable {
  let user: Identifier
  let item: Identifier
  let value: Float?
  let time: Double?
}

extension Events {
  var rows: [Row] {
    (0..<count).map {
      Row(
        user: users[Int(userIndices[$0])], item: items[Int(itemIndices[$0])], value: values?[$0], time: times?[$0])
    }
  }

  func parts(_ holdOut: HoldOut, threads: Int = 1) throws -> [Division.Part] {
    try division(by: holdOut, threads: threads).parts
  }

  /// Whether each event is in the test part.
  func flags(_ holdOut: HoldOut, threads: Int = 1) throws -> [Bool] {
    try parts(holdOut, threads: threads).map { $0 == .test }
  }
}

extension Division {
  var parts: [Part] { (0..<events.count).map(part(ofEvent:)) }
}
