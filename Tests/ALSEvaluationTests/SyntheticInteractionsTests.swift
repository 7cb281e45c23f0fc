import ALS
import ALSEvaluation
import ALSPlatform
import ALSSparse
import Foundation
import Testing

@Suite struct SyntheticInteractionsTests {
  private let data: SyntheticInteractions

  init() throws {
    data = try SyntheticInteractions(users: 2000, items: 1000, interactions: 100_000, groups: 10, seed: 3)
  }

  private func text(_ data: SyntheticInteractions, threads: Int) throws -> (text: String, count: Int) {
    let path = FileManager.default.temporaryDirectory.appending(path: "als-test-\(UUID().uuidString).csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try ReplacementFile(path: path)
    let count = try data.write(to: file, delimiter: ",", threads: threads)
    try file.commit()
    return (try String(contentsOfFile: path, encoding: .utf8), count)
  }

  @Test func sameSeedSameBytes() throws {
    let (first, count) = try text(data, threads: 1)
    for threads in [2, 3, 8] { #expect(try text(data, threads: threads).text == first) }
    let lines = first.split(separator: "\n")
    #expect(lines.count == count + 1)
    #expect(lines[0] == "userId,itemId,rating,timestamp")
    let other = try SyntheticInteractions(users: 2000, items: 1000, interactions: 100_000, groups: 10, seed: 4)
    #expect(try text(other, threads: 1).text != first)
  }

  @Test func linesSayWhatTheEventsAre() throws {
    let lines = try text(data, threads: 2).text.split(separator: "\n").dropFirst()
    let expected = (0..<data.users).flatMap { user in
      data.events(ofUser: user).map { "\(user + 1),\($0.item + 1),\($0.rating),\($0.timestamp)" }
    }
    #expect(lines.elementsEqual(expected) { $0 == $1 })
  }

  @Test(arguments: [(50, 30, 300), (500, 400, 5000), (2000, 1000, 100_000), (300, 3000, 90_000), (10, 1, 10)])
  func countsAreNearWhatWasAsked(users: Int, items: Int, interactions: Int) throws {
    let data = try SyntheticInteractions(users: users, items: items, interactions: interactions, seed: 1)
    let counts = (0..<users).map { data.events(ofUser: $0).count }
    let total = counts.reduce(0, +)
    #expect(abs(Double(total) / Double(interactions) - 1) < 0.05, "\(total)")
    #expect(counts.allSatisfy { $0 >= 1 && $0 <= max(1, items / 3) })
  }

  @Test func noPairRepeatsAndItemsRise() {
    for user in 0..<data.users {
      let events = data.events(ofUser: user)
      #expect(zip(events, events.dropFirst()).allSatisfy { $0.item < $1.item })
      #expect(events.allSatisfy { $0.item >= 0 && $0.item < 1000 && $0.rating >= 0.5 && $0.rating <= 5 })
    }
  }

  @Test func degreesAreHeavyTailed() {
    var (users, items) = ([Int](), [Int](repeating: 0, count: data.items))
    for user in 0..<data.users {
      let events = data.events(ofUser: user)
      users.append(events.count)
      for event in events { items[event.item] += 1 }
    }
    // Even shares would give a tenth to a tenth.
    for counts in [users, items] {
      let sorted = counts.sorted(by: >)
      let share = Double(sorted.prefix(counts.count / 10).reduce(0, +)) / Double(counts.reduce(0, +))
      #expect(share > 0.25, "\(share)")
      #expect(sorted[0] > 4 * max(1, sorted[counts.count / 2]))
    }
  }

  @Test func tastesCanBeLearnt() throws {
    var (users, items) = ([Int](), [Int]())
    for user in 0..<data.users {
      for event in data.events(ofUser: user) {
        users.append(user)
        items.append(event.item)
      }
    }
    let (training, test) = try Events(users: users, items: items).split(.randomPerUser(fraction: 0.2, seed: 1))
    let (known, heldOut) = (try Interactions(training), try Interactions(test))
    let metric = RankingMetric(.ndcg, at: 10)
    let model = try ImplicitALS(factors: 16, iterations: 8).fit(known)
    let learnt = try RankingEvaluation(of: model, on: heldOut, metrics: [metric], excluding: known)
    let popular = try RankingEvaluation(
      ofPopularityIn: known, comparedWith: model, on: heldOut, metrics: [metric])
    let (ours, theirs) = (try #require(learnt.scores[metric]), try #require(popular.scores[metric]))
    #expect(ours > 1.5 * theirs, "\(ours) \(theirs)")
  }

  @Test func wrongSizesAreRefused() {
    for (users, items, interactions, groups) in [
      (0, 10, 10, 4), (10, 0, 10, 4), (10, 30, 5, 4), (10, 30, 101, 4), (10, 30, 50, 0),
    ] {
      #expect(throws: ALSError.self) {
        try SyntheticInteractions(users: users, items: items, interactions: interactions, groups: groups)
      }
    }
  }
}
