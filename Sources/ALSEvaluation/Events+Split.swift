package import ALSPlatform
public import ALSSparse

extension Events {
  /// Divides the events into those to train on and those to test on.
  ///
  /// The same for every number of threads.
  ///
  /// - Parameters:
  ///   - holdOut: Which pairs of user and item are tested on.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Returns: Both parts, over the same identifier tables and in the order of the input.
  /// - Throws: `ALSError` when a parameter is out of its range, or `holdOut` needs times and the events have none.
  /// - Complexity: O(events) for `random`; O(users + events) plus O(d log d) for each user with d events for
  ///   `randomPerUser`; O(users + events · log `count`) and an integer per item and thread for `lastByTime`.
  public func split(_ holdOut: HoldOut, threads: Int? = nil) throws -> (training: Events, test: Events) {
    let threads = threads ?? availableProcessors
    let (training, test) = divided(by: try testMask(holdOut, threads: threads), threads: threads)
    return (training, test)
  }

  /// Whether each event is one to test on; see ``split(_:threads:)``.
  package func testMask(_ holdOut: HoldOut, threads: Int) throws -> Buffer<Bool> {
    try holdOut.validate()
    guard threads >= 1 else {
      throw ALSError(.configuration, "the number of threads is \(threads). Choose 1 or more.")
    }
    switch holdOut {
    case .random(let fraction, let seed):
      return mask(threads: threads) { user, item in
        // 53 bits: all that a fraction can resolve.
        Double(PairKeys(seed: seed, user: user)[item] >> 11) * 0x1p-53 < fraction
      }
    case .randomPerUser(let fraction, let seed):
      let bounds = keyBounds(fraction: fraction, seed: seed, threads: threads)
      return mask(threads: threads) { user, item in
        PairKeys(seed: seed, user: user)[item] < bounds.pointer[Int(user)]
      }
    case .lastByTime(let count):
      guard let times else {
        throw ALSError(
          .configuration,
          "holding out the last items of each user needs times, and these events have none. "
            + "Say which column holds them, or hold items out at random.")
      }
      let latest = latestItems(count, times: times, threads: threads)
      return mask(threads: threads) { user, item in latest.columns(ofRow: Int(user)).containsSorted(item) }
    }
  }

  private func mask(threads: Int, isTest: @Sendable (_ user: Int32, _ item: Int32) -> Bool) -> Buffer<Bool> {
    let result = Buffer<Bool>(uninitialized: count)
    parallelForEachChunk(of: count, size: 1 << 16, workers: threads) { events, _ in
      for event in events {
        result.pointer[event] = isTest(userIndices.pointer[event], itemIndices.pointer[event])
      }
    }
    return result
  }
}
