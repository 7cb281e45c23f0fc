import ALS
import ALSEvaluation
import ALSTuning

extension Trial {
  /// Such as "trial 7 explore: 32 factors, 4 iterations, ndcg@20 0.22134, 0.8 s  ← best".
  func summary(metric: ValidationMetric, isBest: Bool) -> String {
    var text = "trial \(number) \(stage.rawValue): \(configuration.factorCount) factors, "
    if isCutOff { text += "cut off \(lastIteration == 0 ? "before it was measured" : "after \(lastIteration)")" }
    if isCutOff, lastIteration > 0 { text += " of \(configuration.iterations ?? lastIteration)" }
    if let best {
      text += "\(isCutOff ? ", " : "")\(best.iteration) iterations, \(metric) \(best.value.fixed(5))"
    } else if !isCutOff {
      text += "failed: \(failure ?? "")"
    }
    return text + ", \(seconds.fixed(1)) s\(isBest ? "  ← best" : "")"
  }
}

extension SearchSpace {
  /// What is searched, such as "searching factors 32:256, regularization 0.0003:0.3 (at exponent 1), …".
  var summary: String {
    var parts = ["factors \(factors.lowerBound):\(factors.upperBound)"]
    func add(_ name: String, _ range: ClosedRange<Double>, _ note: String = "") {
      guard range.lowerBound < range.upperBound else { return }
      parts.append("\(name) \(range.lowerBound.significant(3)):\(range.upperBound.significant(3))\(note)")
    }
    let isShifted = regularizationExponent.lowerBound < regularizationExponent.upperBound
    add("regularization", regularization, isShifted ? " (at exponent 1)" : "")
    add("regularization-exponent", regularizationExponent)
    if base.predictsRatings {
      if let biasRegularization {
        add("regularization-biases", biasRegularization, isShifted ? " (at exponent 1)" : "")
      }
      if let firstFactorShare { add("first-factor-share", firstFactorShare) }
      if biases.count > 1 { parts.append("biases yes, no") }
    } else {
      add("unobserved-weight", unobservedWeight)
      let isScaled = confidences.contains { $0.scale != 1 }
      add("alpha", alpha, isScaled ? " (over the mean of the confidence)" : "")
      if confidences.count > 1 {
        parts.append("confidence \(confidences.map(\.shape.rawValue).joined(separator: ", "))")
      }
    }
    return "searching \(parts.joined(separator: ", "))"
  }
}
