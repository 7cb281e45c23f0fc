import ALS
import ALSTuning
import ArgumentParser

/// Which parameters a search may choose, and what the others are.
struct SearchOptions: ParsableArguments {
  @OptionGroup(title: "Model") var kind: FeedbackOptions
  @Option(
    help:
      "Number of factors: one, or LEAST:MOST, which is searched with the least and doubled late. Default: from 32 to 512, explicit from 16 to 128."
  )
  var factors: NumberRange?
  @Option(help: "The most iterations of a trial. Default: 16.")
  var iterations: Int?
  @Option(help: "λ, or a range such as 0.001:0.1; at ν = 1 when ν is searched. Default: around the defaults of train.")
  var regularization: NumberRange?
  @Option(help: "ν, or a range. Default: 0:1, explicit 0.5.")
  var regularizationExponent: NumberRange?
  @Option(help: "α0, or a range. Default: from the density of the data, with hkv 1.")
  var unobservedWeight: NumberRange?
  @Option(help: "α, or a range. Default: 1, with hkv a range; for other shapes than binary divided by their mean.")
  var alpha: NumberRange?
  @Option(
    help:
      "Shapes of confidence, separated by commas: \(ImplicitLoss.Confidence.allCases.map(\.rawValue).joined(separator: ", ")). Default: binary, log and linear, if the data have values."
  )
  var confidence: ShapeList?
  @Option(help: "η_u, the degree exponent of users, or a range such as 0:1. Default: 0.")
  var userDegreeExponent: NumberRange?
  @Option(help: "η_i, the degree exponent of items, or a range such as 0:1. Default: 0.")
  var itemDegreeExponent: NumberRange?

  func validate() throws {
    try kind.refuseForExplicit(
      ("--unobserved-weight", unobservedWeight != nil), ("--alpha", alpha != nil), ("--confidence", confidence != nil),
      ("--user-degree-exponent", userDegreeExponent != nil), ("--item-degree-exponent", itemDegreeExponent != nil))
  }

  /// What is not searched, with the fixed parameters in it.
  var base: ModelConfiguration {
    var configuration = kind.configuration
    configuration.take(implicit: \.unobservedWeight, unobservedWeight?.fixed)
    configuration.take(implicit: \.alpha, alpha?.fixed)
    configuration.take(implicit: \.confidence, confidence?.shapes.first)
    configuration.take(implicit: \.userDegreeExponent, userDegreeExponent?.range.lowerBound)
    configuration.take(implicit: \.itemDegreeExponent, itemDegreeExponent?.range.lowerBound)
    configuration.take(\.factors, factors?.fixed.map { Int($0) })
    configuration.take(\.iterations, iterations)
    configuration.take(\.regularization, regularization?.fixed)
    configuration.take(\.regularizationExponent, regularizationExponent?.fixed)
    return configuration
  }

  /// The space for `interactions`: that around what `als train` would choose, narrowed by what the user said.
  func space(for interactions: Interactions, threads: Int?) throws -> SearchSpace {
    let range = try factors.map { factors in
      guard let range = factors.wholeNumbers else {
        throw ValidationError("--factors is \(factors), but factors are whole numbers from 1.")
      }
      return range
    }
    let race = Choosing.race(mostFactors: range?.upperBound ?? Choosing.mostFactors)
    let (start, choice) = try base.chosen(for: interactions, by: race, threads: threads)
    if let choice { StandardError.write("\(choice.summary)\n") }
    var space = try SearchSpace(around: start, for: interactions)
    if let range { space.factors = range }
    if let regularizationExponent {
      space.regularizationExponent = regularizationExponent.range
      if space.base.predictsRatings { space.centerRegularization() }
    }
    if let regularization { space.regularization = regularization.range }
    if let biases = kind.regularization.regularizationBiases { space.biasRegularization = biases...biases }
    if let share = kind.regularization.firstFactorShare { space.firstFactorShare = share...share }
    if let unobservedWeight { space.unobservedWeight = unobservedWeight.range }
    if let userDegreeExponent { space.userDegreeExponent = userDegreeExponent.range }
    if let itemDegreeExponent { space.itemDegreeExponent = itemDegreeExponent.range }
    if let confidence {
      space.confidences = try confidence.shapes.map { shape in
        try space.confidences.first { $0.shape == shape }
          ?? SearchSpace.Confidence(shape, of: space.base, for: interactions)
      }
    }
    if let alpha {
      space.alpha = alpha.range
      // What the user says is α itself.
      for index in space.confidences.indices { space.confidences[index].scale = 1 }
    }
    return space
  }
}

/// A number, or two with a colon between them.
struct NumberRange: ExpressibleByArgument, CustomStringConvertible {
  let range: ClosedRange<Double>

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard (1...2).contains(parts.count), let low = parts[0], let high = parts[parts.count - 1], low.isFinite,
      high.isFinite, low <= high
    else { return nil }
    range = low...high
  }

  /// The number, when it is only one.
  var fixed: Double? { range.lowerBound == range.upperBound ? range.lowerBound : nil }

  var wholeNumbers: ClosedRange<Int>? {
    guard let low = Int(exactly: range.lowerBound), let high = Int(exactly: range.upperBound), low >= 1 else {
      return nil
    }
    return low...high
  }

  var description: String { fixed.map { "\($0)" } ?? "\(range.lowerBound):\(range.upperBound)" }
}

/// Shapes of confidence, separated by commas.
struct ShapeList: ExpressibleByArgument {
  let shapes: [ImplicitLoss.Confidence]

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimming(" ") }
    let shapes = names.compactMap { ImplicitLoss.Confidence(rawValue: $0) }
    guard shapes.count == names.count, Set(shapes).count == shapes.count else { return nil }
    self.shapes = shapes
  }
}
