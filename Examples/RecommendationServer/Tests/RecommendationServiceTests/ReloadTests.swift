import ALS
import Foundation
import HummingbirdTesting
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

  @Test func noTemporaryCopyStays() throws {
    let shop = try Shop()
    _ = try ModelStore(shop.files)
    #expect(throws: ALSError.self) { try FactorModel(copyOf: shop.files.titles!) }
    let names = try FileManager.default.contentsOfDirectory(atPath: shop.directory.path)
    #expect(names.count == 3)
  }

  /// Over HTTP, with requests all the time: none fails, and every answer is all of one model.
  @Test func underLoad() async throws {
    let shop = try Shop(factors: 4)
    let models = try [shop.model(factors: 4), shop.model(factors: 7)]
    let seen = try Exclusions(seen: shop.interactions(), for: models[0])
    let expected = try models.map { try $0.recommend(user: "1001", count: 10, excluding: seen).map(\.score) }
    #expect(expected[0] != expected[1])
    try await serving(shop, over: .live, reloadInterval: .milliseconds(10)) { client in
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
