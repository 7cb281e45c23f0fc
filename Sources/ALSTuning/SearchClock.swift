/// The time that a search may take.
struct SearchClock {
  /// The time is over.
  struct IsOver: Error {}

  /// What the clock shows at one moment.
  struct Reading {
    fileprivate let elapsed: Duration
    fileprivate let limit: Duration?

    var isOver: Bool { limit.map { elapsed >= $0 } ?? false }
    /// Whether it is time to double the factors, which takes longer than what came before.
    var isLate: Bool { limit.map { elapsed >= $0 * 0.6 } ?? false }
    /// The seconds until the time is over; `nil` when there is no limit.
    var secondsLeft: Double? { limit.map { ($0 - elapsed).inSeconds } }
  }

  private let now: () -> Duration
  private let start: Duration
  private let limit: Duration?
  private let spent: Duration

  /// A clock for a search that has `spent` so many seconds before; `now` tells the time, counted from any moment.
  init(limit: Duration?, spent: Double, now: @escaping () -> Duration) {
    (self.now, start) = (now, now())
    self.limit = limit
    self.spent = .seconds(spent)
  }

  func read() -> Reading { Reading(elapsed: spent + (now() - start), limit: limit) }
}
