import ALS
import ALSPlatform
import ALSSparse
import Synchronization
import Testing

/// A model used by many tasks at once, and trainings and recommendations in asynchronous code.
@Suite struct ConcurrencyTests {
  /// Everything that a model makes late is made by many tasks at once here; all get what one alone gets.
  @Test func oneModelServesManyTasks() async throws {
    let (model, interactions) = try RecommendTests.model(users: 40, items: 300, density: 0.1, explicit: false, .float)
    @Sendable func answers(
      _ model: FactorModel, _ options: RecommendationOptions, _ user: Int
    ) throws -> [Recommendation] {
      let (name, history) = (model.users[user], History(ofUserAt: user, in: interactions))
      var answers = try model.recommend(user: name, count: 5)
      answers += try model.recommend(user: name, count: 5, options: options)
      answers += try model.similar(item: model.items[user], count: 3)
      answers += try model.similar(user: name, count: 3)
      if history.count > 0 { answers += try model.recommend(history: history, count: 4).items }
      let why = try model.explain(item: model.items[user], history: history)
      answers += why.contributions.map { Recommendation(id: $0.id, index: $0.index, score: $0.contribution) }
      let item = try model.foldIn(item: History(ofItemAt: user, in: interactions))
      return answers + item.factors.map { Recommendation(id: name, index: 0, score: $0) }
    }
    func options(of model: FactorModel) throws -> RecommendationOptions {
      RecommendationOptions(
        popularityPenalty: try PopularityPenalty(strength: 0.1, for: model), diversity: try Diversity(weight: 0.3))
    }
    let expected = try model.users.indices.map { try answers(model, options(of: model), $0) }
    // The same bits with nothing made yet.
    let fresh = try ImplicitALS(factors: 7, iterations: 2).fit(interactions)
    let (old, new) = (try options(of: model), try options(of: fresh))
    try await withThrowingTaskGroup(of: (Int, [Recommendation]).self) { group in
      for task in 0..<120 {
        group.addTask {
          (task % 40, task % 2 == 0 ? try answers(fresh, new, task % 40) : try answers(model, old, task % 40))
        }
      }
      for try await (user, found) in group { #expect(found == expected[user]) }
    }
  }

  @Test func sequencesAreAsRecommend() async throws {
    let (model, interactions) = try RecommendTests.model(users: 40, items: 300, density: 0.1, explicit: false, .float)
    let seen = Exclusions(seen: interactions, for: model)
    let users = (0..<2500).map { Identifier.integer(Int64($0 % 41)) }
    let options = RecommendationOptions(coldStart: .empty)
    let expected = try model.recommend(users: users, count: 5, excluding: seen, options: options)
    var position = 0
    for try await result in try model.recommendations(
      users: users, count: 5, excluding: seen, options: options)
    {
      #expect(result.user == users[position] && result.items == expected[position])
      position += 1
    }
    #expect(position == users.count)
    await #expect(throws: ALSError.self) {
      for try await _ in try model.recommendations(users: users) {}
    }
    #expect(throws: ALSError.self) { try model.recommendations(users: users, count: -1) }
  }

  /// Only what is asked for is taken from the sequence, so that one without end will do.
  @Test func sequencesAreReadAsTheyAreNeeded() async throws {
    let (model, _) = try RecommendTests.model(users: 40, items: 300, density: 0.1, explicit: false, .float)
    let taken = Mutex(0)
    let endless = sequence(first: 0) { ($0 + 1) % 40 }.lazy.map { user in
      taken.withLock { $0 += 1 }
      return Identifier.integer(Int64(user))
    }
    var received = 0
    for try await _ in try model.recommendations(users: endless, count: 2) {
      received += 1
      if received == 1500 { break }
    }
    #expect(taken.withLock(\.self) == 2048)
  }

  @Test func trainingTasksAreAsFit() async throws {
    let data = try FoldInTests.data().interactions
    let als = ImplicitALS(factors: 5, iterations: 4)
    let task = als.task(on: data, threads: 2, computingLoss: true)
    var records: [IterationRecord] = []
    for await record in task.progress { records.append(record) }
    let (model, expected) = (try await task.model, try als.fit(data, computingLoss: true))
    #expect(records.map(\.iteration) == [1, 2, 3, 4] && records == model.history)
    #expect(records.map(\.loss) == expected.history.map(\.loss))
    #expect(model.users.indices.allSatisfy { model.userFactors(at: $0) == expected.userFactors(at: $0) })
    let ratings = try await ExplicitALS(factors: 5, iterations: 2).task(on: data, startingFrom: nil).model
    #expect(ratings.history.count == 2)
    await #expect(throws: ALSError.self) { try await ImplicitALS(factors: 0).task(on: data).model }
  }

  /// More trainings at once than the pool has threads, and still other tasks go on; all end soon after cancellation.
  @Test func trainingsLeaveThePoolFree() async throws {
    let data = try FoldInTests.data().interactions
    let als = ImplicitALS(factors: 5, iterations: 1_000_000)
    let tasks = (0..<availableProcessors + 2).map { _ in als.task(on: data, threads: 1) }
    for task in tasks {
      // The training is under way.
      for await _ in task.progress { break }
    }
    var turns = 0
    while turns < 100 {
      await Task.yield()
      turns += await Task.detached { 1 }.value
    }
    #expect(turns == 100)
    for task in tasks.dropLast() { task.cancel() }
    for task in tasks.dropLast() { await #expect(throws: CancellationError.self) { try await task.model } }
    // A task that waits passes its own cancellation on.
    if let last = tasks.last {
      let waiting = Task { try await last.model }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
    }
  }
}
