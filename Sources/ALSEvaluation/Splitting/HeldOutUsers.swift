import ALSPlatform
public import ALSSparse

/// Strong generalisation: a model is trained without some users, told a part of what each of them has (the fold-in
/// part), and asked to predict the rest.
///
/// Marlin, "Collaborative Filtering: A Machine Learning Perspective", 2004; with a `testFraction` of 0.2 as in Liang et
/// al., "Variational Autoencoders for Collaborative Filtering", WWW 2018.
public struct HeldOutUsers: Sendable, Hashable {
  /// The share of the users that are held out, of those who have enough items for both parts.
  public var fraction: Double
  /// The share of each held-out user's items to test on: ⌊`testFraction` · n⌋ of n, at random.
  public var testFraction: Double
  /// Chooses users and items.
  public var seed: UInt64

  /// ⌊`fraction` · users⌋ users, at least one, and their items.
  public init(fraction: Double = 0.1, testFraction: Double = 0.2, seed: UInt64 = 0) {
    (self.fraction, self.testFraction, self.seed) = (fraction, testFraction, seed)
  }
}

extension Events {
  /// Divides the events into those of the users to train on and two parts of those of the others.
  ///
  /// The same for every number of threads. What is tested on may name items that no user in training has.
  ///
  /// - Parameters:
  ///   - heldOut: Which users are held out, and what is tested on.
  ///   - threads: How many threads to work with; all processors when `nil`.
  /// - Returns: A view with the parts `training`, `foldIn` and `test`.
  /// - Throws: `ALSError` when a parameter is out of its range, or nobody has enough items for both parts.
  /// - Complexity: O(events + users · log users) plus O(d log d) for each user with d events.
  public func division(by heldOut: HeldOutUsers, threads: Int? = nil) throws -> Division {
    for fraction in [heldOut.fraction, heldOut.testFraction] { try checkFraction(fraction) }
    let (seed, threads) = (keySeed(heldOut.seed), try threadCount(threads))
    if count == 0 { return Division(of: self, labels: Buffer(uninitialized: 0)) }
    let bounds = keyBounds(seed: seed, threads: threads) { share(heldOut.testFraction, of: $0) }
    let eligible = (0..<users.count).filter { bounds.pointer[$0] > 0 }
    guard eligible.count > 1 else {
      throw ALSError(
        .data,
        "\(eligible.count == 0 ? "no user has" : "one user has") enough items to test on \(heldOut.testFraction) of "
          + "them, which is too few users. Choose a larger test fraction.")
    }
    // Another stream than that of the users' items.
    let keys = eligible.map { RandomGenerator.key(seed: ~seed, stream: UInt64($0)) }
    let drawn = eligible.indices.sorted { keys[$0] != keys[$1] ? keys[$0] < keys[$1] : $0 < $1 }
    let isHeldOut = Buffer<Bool>(repeating: false, count: users.count)
    for place in drawn.prefix(max(share(heldOut.fraction, of: eligible.count), 1)) {
      isHeldOut.pointer[eligible[place]] = true
    }
    let labels = labels(threads: threads) { _, user, item in
      guard isHeldOut.pointer[Int(user)] else { return Division.Part.training.rawValue }
      let isTest = PairKeys(seed: seed, user: user)[item] < bounds.pointer[Int(user)]
      return (isTest ? Division.Part.test : .foldIn).rawValue
    }
    return Division(of: self, labels: labels)
  }
}

extension RandomGenerator {
  /// The first number of a stream.
  fileprivate static func key(seed: UInt64, stream: UInt64) -> UInt64 {
    var generator = RandomGenerator(seed: seed, stream: stream)
    return generator.next()
  }
}
