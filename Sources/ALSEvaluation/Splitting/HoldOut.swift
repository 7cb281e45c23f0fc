import ALSPlatform

/// Which part of the data is kept from training, to test on.
///
/// Rules decide about pairs of user and item, not about single events: all events of a pair fall on the same side, so
/// that nothing a model is asked to predict was in its training data. Cuts in time keep that promise by leaving out the
/// later events of pairs that began before the cut.
public enum HoldOut: Sendable, Hashable {
  /// Every pair with probability `fraction`, independently of all others.
  ///
  /// The share that is held out is therefore close to `fraction`, not exactly it; what happens to a pair depends on
  /// the seed, on its places in the identifier tables and on the number of events, not on their order.
  case random(fraction: Double, seed: UInt64)

  /// Of each user's n distinct items, ⌊`fraction` · n⌋ at random.
  ///
  /// The floor is that of the decimal number as it is written: 0.29 of 100 items is 29. Users for whom it is zero keep
  /// everything in training. Does not depend on the order of the events.
  ///
  /// With `fraction` 0.2 this is how Liang et al. ("Variational Autoencoders for Collaborative Filtering", WWW 2018)
  /// divide the history of a user.
  case randomPerUser(fraction: Double, seed: UInt64)

  /// Of each user exactly `count` of the distinct items, at random: leave-k-out.
  ///
  /// Users with at most `count` distinct items keep everything in training. Does not depend on the order of the events.
  /// Cremonesi, Koren and Turrin, "Performance of Recommender Algorithms on Top-N Recommendation Tasks", RecSys 2010,
  /// describe the variants.
  case randomCountPerUser(count: Int, seed: UInt64)

  /// Of each user the `count` latest pairs; 1 is leave-one-out.
  ///
  /// The time of a pair is that of its last event; of pairs with equal times, the one whose last event comes later in
  /// the input is the later one. Users with at most `count` distinct items keep everything in training.
  ///
  /// No event that a user has in training is later than the last event of any of the user's held-out pairs. Between
  /// users no such order holds.
  case lastByTime(count: Int)

  /// Everything from a moment on, for all users at once: the split that is like going live.
  ///
  /// Training has exactly the events before the moment. An event at or after it is tested on unless its user had the
  /// same item before; such an event is in neither part, because training knows the pair already. Unlike
  /// ``lastByTime(count:)`` nothing that happened later, to anybody, is known in training. Ji et al., "A Critical Study
  /// on Data Leakage in Recommender System Offline Evaluation", TOIS 2023.
  case fromTime(Double)

  /// ``fromTime(_:)`` with the latest moment that leaves at least ⌊`fraction` · n⌋ of the n events at or after it.
  ///
  /// More than that where several events share the moment.
  case latest(fraction: Double)
}

extension HoldOut {
  /// Throws when a parameter is out of its range.
  func validate() throws {
    switch self {
    case .random(let fraction, _), .randomPerUser(let fraction, _), .latest(let fraction):
      try checkFraction(fraction)
    case .lastByTime(let count), .randomCountPerUser(let count, _):
      guard count >= 1 else {
        throw ALSError(.configuration, "the number of items to hold out per user is \(count). Choose 1 or more.")
      }
    case .fromTime(let moment):
      guard moment.isFinite else {
        throw ALSError(.configuration, "the moment of the cut is \(moment). Choose a finite number.")
      }
    }
  }
}

/// Throws unless `fraction` leaves something on both sides.
func checkFraction(_ fraction: Double) throws {
  guard fraction > 0, fraction < 1 else {
    throw ALSError(
      .configuration, "the fraction to hold out is \(fraction). Choose one above 0 and below 1, such as 0.2.")
  }
}
