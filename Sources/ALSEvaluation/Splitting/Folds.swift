import ALSPlatform
public import ALSSparse

/// The divisions of a cross-validation: in each, another part of the pairs is tested on.
///
/// Every pair is tested on exactly once. All divisions share the events and one byte for each of them. Stone,
/// "Cross-Validatory Choice and Assessment of Statistical Predictions", J. R. Stat. Soc. B 1974.
public struct Folds: RandomAccessCollection, Sendable {
  private let events: Events
  private let labels: Buffer<UInt8>

  fileprivate init(of events: Events, labels: Buffer<UInt8>, count: Int) {
    (self.events, self.labels, endIndex) = (events, labels, count)
  }

  /// 0.
  public var startIndex: Int { 0 }
  /// The number of folds.
  public let endIndex: Int

  /// The division that tests on fold `index` and trains on all others.
  ///
  /// - Complexity: O(1).
  public subscript(index: Int) -> Division {
    precondition(indices.contains(index), "fold \(index) of only \(count)")
    return Division(of: events, labels: labels, meanings: indices.map { $0 == index ? .test : .training })
  }

  /// The fold in which an event, counted from 0 in the order of the input, is tested on.
  ///
  /// - Complexity: O(1).
  public func fold(ofEvent index: Int) -> Int { Int(labels[index]) }
}

extension Events {
  /// The most folds that ``folds(_:seed:threads:)`` makes.
  public static var mostFolds: Int { 255 }

  /// Divides the pairs of user and item into folds at random, each pair independently of all others.
  ///
  /// Folds are therefore about equally large, not exactly. All events of a pair are in the same fold, so that none of
  /// a pair that is tested on is in training. The same for every number of threads.
  ///
  /// - Parameters:
  ///   - count: The number of folds, from 2 to ``mostFolds``.
  ///   - seed: Chooses the pairs of each.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Returns: The divisions, which share the events.
  /// - Throws: `ALSError` when `count` or `threads` is out of its range.
  /// - Complexity: O(events).
  public func folds(_ count: Int, seed: UInt64, threads: Int? = nil) throws -> Folds {
    guard count >= 2, count <= Self.mostFolds else {
      throw ALSError(.configuration, "the number of folds is \(count). Choose one from 2 to \(Self.mostFolds).")
    }
    let seed = keySeed(seed)
    let labels = labels(threads: try threadCount(threads)) { _, user, item in
      UInt8(PairKeys(seed: seed, user: user)[item].multipliedFullWidth(by: UInt64(count)).high)
    }
    return Folds(of: self, labels: labels, count: count)
  }
}
