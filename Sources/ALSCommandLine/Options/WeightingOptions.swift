import ALS
import ALSFiles
import ArgumentParser

/// What each type of event counts: `view=1,cart=5`.
struct EventWeights {
  let argument: String
  let weights: [String: Float]

  init(argument: String) throws {
    self.argument = argument
    var weights: [String: Float] = [:]
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = part.lastIndex(of: "="), equals > part.startIndex,
        let weight = Float(part[part.index(after: equals)...]), weight >= 0, weight.isFinite
      else {
        throw ValidationError(
          "\"\(part)\" is not a type of event and what it counts. Write TYPE=WEIGHT, with weights of 0 or more and commas "
            + "between them: view=1,cart=5,purchase=20.")
      }
      let type = String(part[..<equals])
      if weights.updateValue(weight, forKey: type) != nil {
        throw ValidationError("\"\(type)\" has two weights. Give it one.")
      }
    }
    self.weights = weights
  }
}

/// The age at which something counts half: `90d`.
struct HalfLife {
  let argument: String
  let seconds: Double

  private static let units: [Character: Double] = [
    "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400, "y": 365.25 * 86_400,
  ]

  init(argument: String) throws {
    self.argument = argument
    guard let unit = argument.last.flatMap({ Self.units[$0] }), let number = Double(argument.dropLast()), number > 0,
      (number * unit).isFinite
    else {
      throw ValidationError(
        "A half-life is a number above 0 with a unit: s (seconds), m (minutes), h (hours), d (days), w (weeks) or y (years), "
          + "such as 90d.")
    }
    seconds = number * unit
  }
}

/// A date, or seconds since 1970.
struct Moment {
  let argument: String
  let seconds: Double

  init(argument: String) throws {
    self.argument = argument
    guard let seconds = EventWeighting.seconds(of: argument) else {
      throw ValidationError(
        "This is neither a date such as 2026-01-31 or 2026-01-31T12:00:00Z nor a number of seconds since 1970.")
    }
    self.seconds = seconds
  }
}
