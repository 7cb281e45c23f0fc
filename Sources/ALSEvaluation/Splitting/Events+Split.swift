import ALSPlatform
public import ALSSparse

extension Events {
  /// Divides the events into those to train on and those to test on.
  ///
  /// The same for every number of threads. Both parts are copies; ``division(by:threads:)`` is the view that they are
  /// copied from.
  ///
  /// - Parameters:
  ///   - holdOut: Which pairs of user and item are tested on.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Returns: Both parts, over the same identifier tables and in the order of the input. Only cuts in time leave
  ///   events out of both.
  /// - Throws: `ALSError` when a parameter is out of its range, or `holdOut` needs times and the events have none.
  /// - Complexity: As ``division(by:threads:)``, and O(events) memory for the copies.
  public func split(_ holdOut: HoldOut, threads: Int? = nil) throws -> (training: Events, test: Events) {
    let division = try division(by: holdOut, threads: threads)
    return (try division.events(in: .training, threads: threads), try division.events(in: .test, threads: threads))
  }

  /// The same as a view that copies nothing and takes a byte per event.
  ///
  /// - Complexity: O(events) for `random`; O(users + events) plus O(d log d) for each user with d events for
  ///   `randomPerUser` and `randomCountPerUser`; O(users + events · log `count`) and an integer per item and thread for
  ///   `lastByTime`; O(users + events) plus O(d log d) for `fromTime` and another O(events · log events) for `latest`.
  public func division(by holdOut: HoldOut, threads: Int? = nil) throws -> Division {
    try holdOut.validate()
    return Division(of: self, labels: try labels(of: holdOut, threads: try threadCount(threads)))
  }

  private func labels(of holdOut: HoldOut, threads: Int) throws -> Buffer<UInt8> {
    switch holdOut {
    case .random(let fraction, let seed):
      let pairs = RandomPairs(fraction: fraction, seed: seed, eventCount: count)
      return labels(threads: threads) { user, item in pairs.contains(user: user, item: item) }
    case .randomPerUser(let fraction, let seed):
      let seed = keySeed(seed)
      let bounds = keyBounds(seed: seed, threads: threads) { share(fraction, of: $0) }
      return labels(threads: threads) { user, item in
        PairKeys(seed: seed, user: user)[item] < bounds.pointer[Int(user)]
      }
    case .randomCountPerUser(let count, let seed):
      let seed = keySeed(seed)
      let bounds = keyBounds(seed: seed, threads: threads) { $0 > count ? count : 0 }
      return labels(threads: threads) { user, item in
        PairKeys(seed: seed, user: user)[item] < bounds.pointer[Int(user)]
      }
    case .lastByTime(let count):
      let latest = latestItems(count, times: try requiredTimes(), threads: threads)
      return labels(threads: threads) { user, item in latest.columns(ofRow: Int(user)).containsSorted(item) }
    case .fromTime(let moment):
      return try labels(cutAt: moment, times: try requiredTimes(), threads: threads)
    case .latest(let fraction):
      let times = try requiredTimes()
      return try labels(cutAt: try moment(ofLatest: fraction, times: times), times: times, threads: threads)
    }
  }

  private func requiredTimes() throws -> Buffer<Double> {
    if let times { return times }
    throw ALSError(
      .configuration,
      "holding out what came last needs times, and these events have none. "
        + "Say which column holds them, or hold items out at random.")
  }
}
