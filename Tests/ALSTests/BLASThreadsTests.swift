import ALS
import ALSDense
import ALSSparse
import Testing

/// OpenBLAS's thread count is global to the process, so these run in processes of their own.
@Suite struct BLASThreadsTests {
  @Test func countIsOneInsideAndRestoredAfterTheLast() async {
    await #expect(processExitsWith: .success) {
      let before = BLASBuild.current.threads
      withSingleThreadedBLAS {
        withSingleThreadedBLAS {}
        precondition(BLASBuild.current.threads == 1, "the inner one has restored the count")
      }
      precondition(BLASBuild.current.threads == before)
      struct Failure: Error {}
      do {
        try withSingleThreadedBLAS { throw Failure() }
      } catch {
        precondition(BLASBuild.current.threads == before, "an error has left the count at one")
      }
    }
  }

  /// Several trainings at once give what each gives alone, and leave the count as it was, whichever ends last.
  @Test func trainingsAtOnceDoNotDisturbEachOther() async {
    await #expect(processExitsWith: .success) {
      let before = BLASBuild.current.threads
      let interactions = try TestData("random", users: 60, items: 50, density: 0.3, seed: 2).interactions
      let expected = try ImplicitALS(factors: 8, iterations: 3).fit(interactions).factorBytes
      try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
        for round in 0..<12 {
          group.addTask {
            try ImplicitALS(factors: 8, iterations: 3).fit(interactions, threads: 1 + round % 3).factorBytes
          }
        }
        for try await bytes in group { precondition(bytes == expected) }
      }
      precondition(BLASBuild.current.threads == before)
    }
  }
}
