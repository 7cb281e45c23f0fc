import ALS

/// One line of a log: `{"event":"trial","trial":7,"stage":"explore","feedback":"implicit","parameters":{…},…}`.
extension Trial {
  private enum Key: String, CodingKey {
    case event, trial, stage, round, continues, feedback, parameters, point, best, interval, curve
    case converged, cutOff, failure, seconds
  }

  private static var event: String { "trial" }

  /// Reads the form that ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    guard try container.decode(String.self, forKey: .event) == Self.event else {
      throw DecodingError.dataCorruptedError(forKey: .event, in: container, debugDescription: "is not a trial")
    }
    number = try container.decode(Int.self, forKey: .trial)
    stage = try container.decode(Stage.self, forKey: .stage)
    round = try container.decode(Int.self, forKey: .round)
    continues = try container.decodeIfPresent(Int.self, forKey: .continues)
    configuration = try ModelConfiguration(
      from: container.superDecoder(forKey: .parameters), feedback: container.decode(String.self, forKey: .feedback))
    point = try container.decode([Double].self, forKey: .point)
    best = try container.decodeIfPresent(ValidationRecord.Point.self, forKey: .best)
    interval = try container.decodeIfPresent(ClosedRange<Double>.self, forKey: .interval)
    curve = try container.decode([ValidationRecord.Point].self, forKey: .curve)
    isConverged = try container.decode(Bool.self, forKey: .converged)
    // Logs of versions that kept no such trials do not say.
    isCutOff = try container.decodeIfPresent(Bool.self, forKey: .cutOff) ?? false
    failure = try container.decodeIfPresent(String.self, forKey: .failure)
    seconds = try container.decode(Double.self, forKey: .seconds)
  }

  /// Writes the parameters flat, for whoever reads logs with other tools.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Self.event, forKey: .event)
    try container.encode(number, forKey: .trial)
    try container.encode(stage, forKey: .stage)
    try container.encode(round, forKey: .round)
    try container.encodeIfPresent(continues, forKey: .continues)
    try container.encode(configuration.loss.feedback.rawValue, forKey: .feedback)
    try container.encode(configuration, forKey: .parameters)
    try container.encode(point, forKey: .point)
    try container.encodeIfPresent(best, forKey: .best)
    try container.encodeIfPresent(interval, forKey: .interval)
    try container.encode(curve, forKey: .curve)
    try container.encode(isConverged, forKey: .converged)
    try container.encode(isCutOff, forKey: .cutOff)
    try container.encodeIfPresent(failure, forKey: .failure)
    try container.encode(seconds, forKey: .seconds)
  }
}
