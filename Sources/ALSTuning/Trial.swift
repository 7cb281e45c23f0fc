public import ALS
import ALSPlatform

/// A configuration, trained for some iterations and measured.
public struct Trial: Hashable, Codable, Sendable {
  /// What a trial is for.
  public enum Stage: String, CaseIterable, Codable, Sendable {
    /// The configuration that the search began with, trained in full.
    case defaults
    /// Points spread evenly over the space, with few iterations; the best go on to more.
    case explore
    /// Points near the best, closer from round to round.
    case refine
    /// The best parameters with twice the factors.
    case double
    /// As ``refine``, with the number of factors that doubling has left.
    case polish
  }

  /// Counted from 1.
  public let number: Int
  /// What it is for.
  public let stage: Stage
  /// The round of the stage, from 0.
  public let round: Int
  /// The trial whose training goes on here; `nil` when it starts anew.
  public let continues: Int?
  /// Where it lies in the unit cube of the space.
  package let point: [Double]
  /// The configuration; its iterations are those that the trial was given.
  public let configuration: ModelConfiguration
  /// All measurements, those of the trial it continues among them.
  public let curve: [ValidationRecord.Point]
  /// The best measurement; `nil` when training failed or was cut off before the first one.
  public let best: ValidationRecord.Point?
  /// Within which the value lies with 95 % confidence, as far as that depends on which users there are; `nil` for
  /// metrics that single users do not have, and when there was no time to find out.
  public let interval: ClosedRange<Double>?
  /// Whether the metric got no better for so long that more iterations would not help.
  public let isConverged: Bool
  /// Whether it was ended before its time, by the limit on time or because the task was cancelled.
  ///
  /// What was measured until then counts as that of any other trial; a search that is resumed goes on with it first.
  public let isCutOff: Bool
  /// Why training failed, if it did.
  public let failure: String?
  /// The time it took.
  public let seconds: Double

  package init(
    number: Int, stage: Stage, round: Int, continues: Int?, point: [Double], configuration: ModelConfiguration,
    curve: [ValidationRecord.Point], best: ValidationRecord.Point?, interval: ClosedRange<Double>?, isConverged: Bool,
    isCutOff: Bool = false, failure: String?, seconds: Double
  ) {
    self.number = number
    self.stage = stage
    self.round = round
    self.continues = continues
    self.point = point
    self.configuration = configuration
    self.curve = curve
    self.best = best
    self.interval = interval
    self.isConverged = isConverged
    self.isCutOff = isCutOff
    self.failure = failure
    self.seconds = seconds
  }

  /// The configuration with the best number of iterations.
  public var bestConfiguration: ModelConfiguration {
    var result = configuration
    if let best { result.iterations = best.iteration }
    return result
  }
}

extension Trial {
  /// The last iteration that was measured; 0 when none was.
  package var lastIteration: Int { curve.last?.iteration ?? 0 }

  /// The same as one that goes on from another.
  func continuing(_ other: Int?) -> Trial {
    Trial(
      number: number, stage: stage, round: round, continues: other, point: point, configuration: configuration,
      curve: curve, best: best, interval: interval, isConverged: isConverged, isCutOff: isCutOff, failure: failure,
      seconds: seconds)
  }
}

extension [Trial] {
  /// The trials as if none had been cut off: those that were are left out, and what went on from them takes their place.
  var withoutCuts: [Trial] {
    var places: [Int: Int?] = [:]
    return compactMap { trial in
      let place = trial.continues.flatMap { places[$0] } ?? trial.continues
      if trial.isCutOff {
        places[trial.number] = .some(place)
        return nil
      }
      return place == trial.continues ? trial : trial.continuing(place)
    }
  }

  /// The last trial that was cut off and has not gone on since.
  var unfinished: Trial? {
    let continued = Set(compactMap(\.continues))
    return last { $0.isCutOff && !continued.contains($0.number) }
  }
}

extension Collection<Trial> {
  /// The first trial with the best value; `nil` when none has one.
  public func best(lowerIsBetter: Bool) -> Trial? {
    var result: Trial?
    for trial in self {
      guard let value = trial.best?.value else { continue }
      guard let other = result?.best?.value else {
        result = trial
        continue
      }
      if lowerIsBetter ? value < other : value > other { result = trial }
    }
    return result
  }
}
