import ALS
import ALSEvaluation
import ALSPlatform

/// What two searches must have in common for one to go on from the other's trials; the first line of a log.
struct SearchDescription: Hashable, Codable, Sendable {
  static let currentFormat = 3

  /// What the first line of a log of any version says.
  struct Head: Decodable {
    let event: String
    let format: Int
    let version: String
  }

  var event = "search"
  /// 3 has weights of cells, 2 flat configurations.
  var format = Self.currentFormat
  let version: String
  let trainingData: String
  let heldOutData: String
  let metric: String
  let seed: UInt64
  let interval: Int
  let patience: Int
  /// A number, or that it follows from the standard error; logs of versions that knew neither do not have it.
  let minimumImprovement: String?
  let space: SearchSpace

  init(_ tuner: Tuner) {
    version = ALSVersion.current
    trainingData = tuner.validation.training.fingerprint()
    heldOutData = tuner.validation.heldOut.fingerprint()
    metric = tuner.validation.metric.description
    seed = tuner.seed
    interval = tuner.interval
    patience = tuner.patience
    minimumImprovement = tuner.minimumImprovement.map { "\($0)" } ?? "from the standard error"
    space = tuner.space
  }

  /// Why trials of `other` are none of this search; `nil` when they are.
  func difference(from other: SearchDescription) -> String? {
    // The space has defaults that follow from the data, so the data come first.
    if trainingData != other.trainingData || heldOutData != other.heldOutData {
      return "it is of another data set, or the data have been split in another way"
    }
    func text(_ range: ClosedRange<Double>) -> String { "\(range.lowerBound):\(range.upperBound)" }
    let pairs: [(String, String, String)] = [
      ("metric", metric, other.metric), ("seed", "\(seed)", "\(other.seed)"),
      ("interval", "\(interval)", "\(other.interval)"), ("patience", "\(patience)", "\(other.patience)"),
      ("minimum improvement", minimumImprovement ?? "0.0", other.minimumImprovement ?? "0.0"),
      (
        "factors", "\(space.factors.lowerBound):\(space.factors.upperBound)",
        "\(other.space.factors.lowerBound):\(other.space.factors.upperBound)"
      ),
      ("iterations", "\(space.iterations)", "\(other.space.iterations)"),
      ("regularization", text(space.regularization), text(other.space.regularization)),
      (
        "regularization exponent", text(space.regularizationExponent), text(other.space.regularizationExponent)
      ),
      ("unobserved weight", text(space.unobservedWeight), text(other.space.unobservedWeight)),
      ("user degree exponent", text(space.userDegreeExponent), text(other.space.userDegreeExponent)),
      ("item degree exponent", text(space.itemDegreeExponent), text(other.space.itemDegreeExponent)),
      ("alpha", text(space.alpha), text(other.space.alpha)),
      (
        "confidence", space.confidences.map(\.shape.rawValue).joined(separator: ","),
        other.space.confidences.map(\.shape.rawValue).joined(separator: ",")
      ),
      ("biases", "\(space.biases)", "\(other.space.biases)"),
      (
        "first factor share", space.firstFactorShare.map(text) ?? "that of the base",
        other.space.firstFactorShare.map(text) ?? "that of the base"
      ),
      (
        "regularization of biases", space.biasRegularization.map(text) ?? "that of the base",
        other.space.biasRegularization.map(text) ?? "that of the base"
      ),
    ]
    if let (name, mine, theirs) = pairs.first(where: { $0.1 != $0.2 }) {
      return "its \(name) is \(theirs), not \(mine)"
    }
    return space == other.space ? nil : "parameters that are not searched differ"
  }
}
