import ALS
import ALSTestSupport
import Synchronization
import Testing

/// Tasks take everything that `fit` takes.
@Suite struct TrainingTaskTests {
  @Test(arguments: [false, true]) func stoppingAndCheckpointing(isExplicit: Bool) async throws {
    let data = try FoldInTests.data().interactions
    let configuration: ModelConfiguration =
      isExplicit ? .explicit(ExplicitALS(factors: 3, iterations: 9)) : .implicit(ImplicitALS(factors: 3, iterations: 9))
    // Worse from the third iteration on.
    let stopping = EarlyStopping(metric: "test", patience: 2) { Double(min($0.history.count, 4 - $0.history.count)) }
    let expected = try configuration.fit(data, stopping: stopping)
    let scratch = try Scratch()
    let checkpointing = Checkpointing(path: scratch.path("checkpoint"))
    let tasks = [
      configuration.task(on: data, stopping: stopping, checkpointing: checkpointing),
      // Goes on from what the first has saved.
      configuration.task(on: data, stopping: stopping, checkpointing: checkpointing),
    ]
    for task in tasks {
      let model = try await task.model
      #expect(model.factorBytes == expected.factorBytes && model.validation == expected.validation)
      #expect(try scratch.files == ["checkpoint"])
    }
    let plain = configuration.task(on: data, stopping: stopping)
    #expect(try await plain.model.factorBytes == expected.factorBytes)
  }

  @Test func aCancelledTaskSavesWhatItHasReached() async throws {
    let data = try FoldInTests.data().interactions
    let configuration = ModelConfiguration.implicit(ImplicitALS(factors: 3, iterations: 12))
    let expected = try configuration.fit(data)
    let scratch = try Scratch()
    let checkpointing = Checkpointing(path: scratch.path("checkpoint"), interval: 100)
    // The last word of the task's own cancellation is between iterations: the measurement of one waits for it.
    let cancelled = Mutex(false)
    let stopping = EarlyStopping(metric: "test", patience: 100) { model in
      if model.history.count == 3 { while !cancelled.withLock(\.self) {} }
      return Double(model.history.count)
    }
    let task = configuration.task(on: data, stopping: stopping, checkpointing: checkpointing)
    var seen = 0
    for await record in task.progress {
      seen = record.iteration
      if seen == 2 {
        task.cancel()
        cancelled.withLock { $0 = true }
      }
    }
    await #expect(throws: CancellationError.self) { try await task.model }
    #expect(seen < 12)
    #expect(try scratch.files == ["checkpoint"])
    let resumed = try await configuration.task(on: data, stopping: stopping, checkpointing: checkpointing).model
    #expect(resumed.factorBytes == expected.factorBytes)
  }

  @Test func configurationsStartFromAModel() async throws {
    let data = try FoldInTests.data().interactions
    let als = ImplicitALS(factors: 3, iterations: 2)
    let start = try als.fit(data)
    let expected = try als.fit(data, startingFrom: start)
    #expect(expected.factorBytes != start.factorBytes)
    #expect(try ModelConfiguration.implicit(als).fit(data, startingFrom: start).factorBytes == expected.factorBytes)
    #expect(
      try await ModelConfiguration.implicit(als).task(on: data, startingFrom: start).model.factorBytes
        == expected.factorBytes)
  }
}
