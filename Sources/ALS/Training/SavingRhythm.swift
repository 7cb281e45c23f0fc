/// When a training under way is to be saved.
struct SavingRhythm {
  private let interval: Int
  private let pause: Duration
  private var last: ContinuousClock.Instant?

  /// Of a training that `isSaved` from the beginning when it goes on from a file.
  init(_ checkpointing: Checkpointing, isSaved: Bool) {
    (interval, pause) = (checkpointing.interval, .seconds(checkpointing.seconds))
    last = isSaved ? .now : nil
  }

  /// Whether a clock has a say.
  var isTimed: Bool { pause > .zero }

  func isDue(after iteration: Int, at time: ContinuousClock.Instant = .now) -> Bool {
    iteration % interval == 0 && last.map { time - $0 >= pause } ?? true
  }

  mutating func saved(at time: ContinuousClock.Instant = .now) { last = time }
}
