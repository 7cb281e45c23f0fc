import ALS
import ALSEvaluation

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension Interactions {
  /// Such as "943 users × 1,682 items, 100,000 interactions, density 6.3 %".
  var summary: String {
    let cells = Double(users.count) * Double(items.count)
    let density = cells > 0 ? 100 * Double(count) / cells : 0
    return "\(users.count.grouped) users × \(items.count.grouped) items, \(count.grouped) interactions, "
      + "density \(density.significant(2)) %"
  }
}

/// What is held out of what is trained on.
struct HeldOutSummary {
  let metric: ValidationMetric
  let heldOut, training: Int

  /// Such as "held out 9,973 interactions, training on 90,027; measuring ndcg@20".
  var text: String {
    "held out \(heldOut.grouped) interactions, training on \(training.grouped); measuring \(metric)"
  }
}

extension ValidationSet {
  var summary: HeldOutSummary {
    HeldOutSummary(metric: metric, heldOut: heldOut.count, training: training.count)
  }
}

extension Choice {
  /// What was tried and what was chosen.
  var summary: String {
    let (first, best) = (heats[0], heats[best])
    var text = "chosen of \(heats.count) settings on \(heldOut.grouped) held-out pairs: \(best.factors) factors, "
    text += "λ \(best.regularization.significant(3))"
    if let weight = best.unobservedWeight { text += ", α0 \(weight.significant(3))" }
    if let confidence = best.confidence, confidence != .binary { text += ", confidence \(confidence.rawValue)" }
    if let exponent = best.unobservedPopularityExponent, exponent != 0 { text += ", ρ \(exponent.significant(2))" }
    if let users = best.userDegreeExponent, let items = best.itemDegreeExponent, users != 0 || items != 0 {
      text += ", degree exponents \(users.significant(2)) and \(items.significant(2))"
    }
    return text + "; \(metric) \(first.value.fixed(4)) at first, \(best.value.fixed(4)) in the end"
  }
}

extension ValidationRecord {
  /// What is done next with --refit.
  var refitNotice: String { "training on everything for \(best.iteration) iterations" }

  /// What was found and what the model is, such as "best ndcg@20 0.23456 after iteration 7 of 10 …".
  func summary(mostIterations: Int) -> String {
    let last = curve.last?.iteration ?? 0
    let found = "best \(metric) \(best.value.fixed(5)) after iteration \(best.iteration) of \(last)"
    let model =
      isRefitted
      ? "the model was trained anew on everything for \(best.iteration) iterations"
      : "the model is that iteration's, trained without the held-out part"
    let more =
      best.iteration == last && last == mostIterations && !isRefitted ? "; more --iterations may be better" : ""
    return "\(found): \(model)\(more)"
  }
}

extension ModelConfiguration {
  /// What parameters are said to be that are left open.
  static let openValues: Set = [untilSettled, fromTheData]

  private static let (untilSettled, fromTheData) = ("until settled", "from the data")

  /// The parameters by their option names.
  var optionTexts: [(name: String, value: String)] {
    [("feedback", loss.feedback.rawValue)]
      + parameters.compactMap { parameter in
        guard let option = parameter.option else { return nil }
        let text = parameter.text(self) ?? (option == "iterations" ? Self.untilSettled : Self.fromTheData)
        return text.isEmpty ? nil : (option, text)
      }
  }
}
