import ALS
import Foundation
import Testing

import RecommendationService

@Suite struct ReloadTests {
  @Test func aNewModelTakesOver() async throws {
    let shop = try Shop(factors: 4)
    let store = try ModelStore(shop.files)
    let old = store.served
    let before = try old.model.recommend(user: "1001", count: 5)
    try shop.model(factors: 7).write(to: shop.files.model)
    guard case .reloaded(let served) = store.reloadIfChanged() else {
      Issue.record("the new model was not loaded")
      return
    }
    #expect(served.model.factorCount == 7)
    #expect(store.served.generation == 2)
    // A request that is under way still has the old one.
    #expect(try old.model.recommend(user: "1001", count: 5) == before)
    guard case .none = store.reloadIfChanged() else {
      Issue.record("an unchanged model was loaded again")
      return
    }
  }

  /// What may happen to a file that its owner does not replace by renaming.
  enum Damage: CaseIterable {
    case cutShort, overwritten, emptied, removed, notAModel
  }

  @Test(arguments: Damage.allCases)
  func aBrokenFileIsRefused(damage: Damage) throws {
    let shop = try Shop(factors: 4)
    let store = try ModelStore(shop.files)
    let before = try store.served.model.recommend(user: "1001", count: 5)
    let url = URL(fileURLWithPath: shop.files.model)
    let bytes = try Data(contentsOf: url)
    switch damage {
    // In place: the inode that was loaded changes.
    case .cutShort: try FileHandle(forWritingTo: url).truncate(atOffset: UInt64(bytes.count / 2))
    case .emptied: try FileHandle(forWritingTo: url).truncate(atOffset: 0)
    case .overwritten:
      let handle = try FileHandle(forWritingTo: url)
      try handle.seek(toOffset: UInt64(bytes.count / 2))
      try handle.write(contentsOf: Data(repeating: 0x5A, count: bytes.count / 3))
      try handle.close()
    case .removed: try FileManager.default.removeItem(at: url)
    case .notAModel: try "user,item\n1,2\n".write(to: url, atomically: true, encoding: .utf8)
    }
    guard case .refused(let error) = store.reloadIfChanged() else {
      Issue.record("a broken file was not refused")
      return
    }
    #expect(error.message.contains(shop.files.model))
    #expect(store.failures.count == 1)
    #expect(store.failures.last == error.message)
    // The same broken file is not read again and again.
    guard case .none = store.reloadIfChanged() else {
      Issue.record("the broken file was read again")
      return
    }
    #expect(store.served.generation == 1)
    #expect(try store.served.model.recommend(user: "1001", count: 5) == before)
    try bytes.write(to: url, options: .atomic)
    guard case .reloaded = store.reloadIfChanged() else {
      Issue.record("the repaired file was not loaded")
      return
    }
    #expect(store.failures.last == nil)
    #expect(try store.served.model.recommend(user: "1001", count: 5) == before)
  }

  @Test func newInteractionsAreExcludedWithTheSameModel() throws {
    let shop = try Shop()
    let store = try ModelStore(shop.files)
    let path = try #require(shop.files.interactions)
    let best = try #require(
      try store.served.model.recommend(user: "1001", count: 1, excluding: store.served.exclusions).first)
    let more = try String(contentsOfFile: path, encoding: .utf8) + "1001,\(best.id),1\n"
    try more.write(toFile: path, atomically: true, encoding: .utf8)
    guard case .reloaded(let served) = store.reloadIfChanged() else {
      Issue.record("the new interactions were not loaded")
      return
    }
    let items = try served.model.recommend(user: "1001", count: 1000, excluding: served.exclusions)
    #expect(!items.map(\.id).contains(best.id))
  }

  /// Over HTTP: the old model answers, `/health` and the log say why, and the repaired file is served.
  @Test func aBrokenFileIsRefusedWhileServing() async throws {
    struct Health: Decodable {
      let generation: Int
      let refused: String?
    }
    let shop = try Shop(factors: 4)
    let log = LogRecord()
    try await serving(shop, reloadInterval: .milliseconds(10), logger: log.logger) { client in
      func health(until isReached: (Health) -> Bool) async throws -> Health {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
          let health = try await client.get("/health").decoded(Health.self)
          if isReached(health) || ContinuousClock.now > deadline { return health }
        }
      }
      let before = try await client.get("/users/1001/recommendations").decoded(Items.self)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: shop.files.model))
      try bytes.dropLast(100).write(to: URL(fileURLWithPath: shop.files.model), options: .atomic)
      let broken = try await health { $0.refused != nil }
      #expect(broken.refused?.contains(shop.files.model) == true)
      #expect(broken.generation == 1)
      #expect(try await client.get("/users/1001/recommendations").decoded(Items.self) == before)
      #expect(try await client.get("/metrics").text.contains("\nals_model_reloads_refused_total 1\n"))
      #expect(log.lines.contains { $0.hasPrefix("reload refused") && $0.contains(shop.files.model) })
      try shop.model(factors: 7).write(to: shop.files.model)
      let repaired = try await health { $0.generation == 2 }
      #expect(repaired.generation == 2)
      #expect(repaired.refused == nil)
      #expect(try await client.get("/users/1001/recommendations").decoded(Items.self).generation == 2)
      #expect(log.lines.contains { $0.hasPrefix("model reloaded") })
    }
  }

  /// Over HTTP, with requests all the time: none fails, and every answer is all of one model.
  @Test func underLoad() async throws {
    let shop = try Shop(factors: 4)
    let models = try [shop.model(factors: 4), shop.model(factors: 7)]
    let seen = try Exclusions(seen: shop.interactions(), for: models[0])
    let expected = try models.map { try $0.recommend(user: "1001", count: 10, excluding: seen).map(\.score) }
    #expect(expected[0] != expected[1])
    try await serving(shop, reloadInterval: .milliseconds(10)) { client in
      var latest = 1
      for round in 1...6 {
        try models[round % 2].write(to: shop.files.model)
        let deadline = ContinuousClock.now + .seconds(20)
        while latest == round, ContinuousClock.now < deadline {
          let answer = try await client.get("/users/1001/recommendations")
          #expect(answer.status == 200)
          let items = try answer.decoded(Items.self)
          #expect(items.generation >= latest)
          latest = items.generation
          // Odd generations are of the first model.
          #expect(items.items.map(\.score) == expected[(latest + 1) % 2])
        }
        #expect(latest == round + 1)
      }
    }
  }
}
