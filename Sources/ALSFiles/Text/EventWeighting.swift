import ALSPlatform

/// How much the events of a file count, by their age and their type; besides, they may have a column of weights.
///
/// The weight of an event is the product of all three. One of weight 0 is as good as absent; age alone makes none so.
///
///     let weighting = EventWeighting(halfLife: 90 * 86_400, eventWeights: ["view": 1, "cart": 5, "purchase": 20])
public struct EventWeighting: Hashable, Sendable {
  /// The seconds in which a weight falls to one half; `nil` when age does not matter.
  ///
  /// Times must be seconds since 1970, or dates.
  public var halfLife: Double?
  /// The moment that ages are counted to, in seconds since 1970; the latest event of each file when `nil`.
  public var asOf: Double?
  /// The weight of each type of event, 0 or more, by what ``DelimitedFormat/eventColumn`` holds; `nil` without types.
  ///
  /// A type that is not there is an error.
  public var eventWeights: [String: Float]?

  /// Weights; all are 1 when nothing is given.
  public init(halfLife: Double? = nil, asOf: Double? = nil, eventWeights: [String: Float]? = nil) {
    self.halfLife = halfLife
    self.asOf = asOf
    self.eventWeights = eventWeights
  }

  /// The seconds since 1970 that a date or a number stands for, as files may write times; `nil` when `text` is neither.
  public static func seconds(of text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer(timestamp).flatMap { $0.isFinite ? $0 : nil }
  }

  /// Throws when a number is out of its range, or one thing is given without another that it needs.
  package func validate(with format: DelimitedFormat) throws {
    func refuse(_ message: String) throws -> Never { throw ALSError(.configuration, message) }
    if let halfLife, !(halfLife > 0 && halfLife.isFinite) {
      try refuse("the half-life is \(halfLife) seconds, but it must be a finite number above 0. Choose another.")
    }
    if let asOf {
      if !asOf.isFinite { try refuse("ages cannot be counted to \(asOf). Give a finite time.") }
      if halfLife == nil { try refuse("--as-of is what a half-life counts to. Give --half-life as well, or neither.") }
    }
    for (type, weight) in eventWeights ?? [:] where !(weight >= 0 && weight.isFinite) {
      try refuse("events of type \(type) have weight \(weight), but it must be a finite number of 0 or more.")
    }
    if eventWeights?.isEmpty ?? false { try refuse("no type of event has a weight. Give each one.") }
    if (eventWeights == nil) != (format.eventColumn == nil) {
      try refuse(
        "--event-column says where the types of events are, and --event-weights what each counts. Give both, or neither."
      )
    }
  }
}

extension EventWeighting {
  /// The decay for events whose times `span` has; `nil` when age does not matter.
  ///
  /// - Throws: `ALSError` when some are later than ``asOf``, or are no seconds.
  func decay(over span: TimeSpan, of path: String) throws -> TimeDecay? {
    guard let halfLife, span.latest.isFinite else { return nil }
    if max(abs(span.earliest), abs(span.latest)) > latestSeconds {
      throw ALSError(
        .data,
        "the times reach from \(decimal(span.earliest)) to \(decimal(span.latest)), which are no seconds since 1970, as a "
          + "half-life needs. Divide milliseconds by 1,000, or write dates such as 2024-05-31.", at: path)
    }
    if let asOf, span.laterCount > 0 {
      let events = span.laterCount == 1 ? "1 event is" : "\(span.laterCount) events are"
      throw ALSError(
        .data,
        "\(events) later than --as-of \(dateText(asOf)), the latest at \(dateText(span.latest)). Give a later one, leave "
          + "it out to count from the latest event, or leave out those events.", at: path)
    }
    return TimeDecay(halfLife: halfLife, asOf: asOf ?? span.latest)
  }
}
