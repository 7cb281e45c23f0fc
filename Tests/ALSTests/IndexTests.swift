import ALS
import ALSSparse
import Testing

/// Every public call that takes an index: one that is out of range is a mistake of the caller, and ends the process
/// before anything is read, in release builds too.
@Suite struct IndexTests {
  /// Five users and four items.
  static func data() throws -> Interactions {
    try Interactions(
      users: [0, 0, 1, 1, 2, 3, 3, 4], items: [0, 1, 1, 2, 3, 0, 2, 3], values: [1, 2, 3, 4, 5, 1, 2, 3])
  }
  static func model() throws -> FactorModel {
    try ExplicitALS(factors: 2, iterations: 1).fit(try data(), threads: 1)
  }

  @Test func factors() async {
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().userFactors(at: 5) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().userFactors(at: -1) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().itemFactors(at: 4) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().itemFactors(at: -1) }
  }

  @Test func biasesAndCounts() async {
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().userBias(at: 5) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().itemBias(at: 4) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().interactionCount(ofItemAt: 4) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().interactionCount(ofItemAt: -1) }
  }

  @Test func scores() async {
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().score(userAt: 5, itemAt: 0) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().score(userAt: 0, itemAt: 4) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.model().score(userAt: 0, itemAt: -1) }
  }

  @Test func recommendations() async {
    await #expect(processExitsWith: .failure) {
      try IndexTests.model().forEachRecommendation(ofUsers: [0, 5], count: 2) { _, _ in }
    }
    await #expect(processExitsWith: .failure) {
      try IndexTests.model().forEachRecommendation(ofUsers: [-1], count: 2) { _, _ in }
    }
    await #expect(processExitsWith: .failure) {
      try IndexTests.model().forEachRecommendation(ofUsers: [5], count: 0) { _, _ in }
    }
  }

  @Test func interactions() async {
    await #expect(processExitsWith: .failure) { _ = try IndexTests.data().value(userAt: 5, itemAt: 0) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.data().value(userAt: -1, itemAt: 0) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.data().value(userAt: 0, itemAt: 4) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.data().value(userAt: 0, itemAt: -1) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.data().itemIndices(ofUserAt: 5) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.data().itemIndices(ofUserAt: -1) }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.data().users[5] }
    await #expect(processExitsWith: .failure) { _ = try IndexTests.data().items[-1] }
  }

  @Test func histories() async {
    await #expect(processExitsWith: .failure) { _ = History(ofUserAt: 5, in: try IndexTests.data()) }
    await #expect(processExitsWith: .failure) { _ = History(ofItemAt: -1, in: try IndexTests.data()) }
  }

  @Test func foldedRows() async {
    await #expect(processExitsWith: .failure) {
      let model = try IndexTests.model()
      _ = try model.foldIn(users: try IndexTests.data()).factors(at: 5)
    }
    await #expect(processExitsWith: .failure) {
      let model = try IndexTests.model()
      _ = try model.foldIn(items: try IndexTests.data()).bias(at: -1)
    }
  }

  @Test func selections() async {
    await #expect(processExitsWith: .failure) {
      _ = Selection(itemsOf: try IndexTests.model()) { _ in true }.contains(4)
    }
    await #expect(processExitsWith: .failure) {
      _ = Selection(usersOf: try IndexTests.model()) { _ in true }.contains(-1)
    }
    await #expect(processExitsWith: .failure) {
      let model = try IndexTests.model()
      _ = Selection(itemsOf: model) { _ in true }.union(Selection(usersOf: model) { _ in true })
    }
  }

  @Test func indicesInRangeAreNoMistake() async {
    await #expect(processExitsWith: .success) {
      let (data, model) = (try IndexTests.data(), try IndexTests.model())
      var seen: [Int] = []
      try model.forEachRecommendation(ofUsers: [4, 0], count: 2) { user, _ in seen.append(user) }
      precondition(seen == [4, 0] && data.value(userAt: 4, itemAt: 3) == 3 && data.value(userAt: 4, itemAt: 0) == nil)
    }
  }
}
