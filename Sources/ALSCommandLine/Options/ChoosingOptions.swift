import ALS
import ArgumentParser

/// How parameters that are left open are chosen.
struct ChoosingOptions: ParsableArguments {
  enum Method: String, CaseIterable, ExpressibleByArgument { case race, formula, none }

  @Option(
    help:
      "How what is left open is chosen: race (short trainings on nine tenths of the data, judged on the rest), formula (from counts alone), or none, which makes it an error."
  )
  var choose: Method = .race
  @Option(help: "Most factors that a race may choose.")
  var mostFactors = Choosing.mostFactors

  func validate() throws {
    if mostFactors < 1 { throw ValidationError("--most-factors is \(mostFactors), but it must be 1 or more.") }
  }

  var choosing: Choosing {
    switch choose {
    case .race: .race(mostFactors: mostFactors)
    case .formula: .formula
    case .none: .none
    }
  }
}

/// A number of factors, or `auto`, which leaves it open.
struct FactorCount: ExpressibleByArgument {
  let count: Int?

  init?(argument: String) {
    if argument == "auto" {
      count = nil
    } else {
      guard let count = Int(argument) else { return nil }
      self.count = count
    }
  }
}
