import ALS
import ALSEvaluation

/// What was measured and what had to be left out, for standard error.
struct EvaluationNotes {
  private let evaluation: RankingEvaluation
  private let model: FactorModel
  private let hasExclusions: Bool

  init(_ evaluation: RankingEvaluation, of model: FactorModel, hasExclusions: Bool) {
    (self.evaluation, self.model, self.hasExclusions) = (evaluation, model, hasExclusions)
  }

  func write() {
    let measured = "\(evaluation.scores.users.count.grouped) users with \(evaluation.pairs.grouped) held-out items"
    switch evaluation.candidates {
    case .all:
      StandardError.write("\(measured), ranked among all \(model.items.count.grouped)\n")
    case .sampled(let count, let seed):
      StandardError.write("\(measured), each ranked among \(count.grouped) sampled items (seed \(seed))\n")
      StandardError.warn("sampled values cannot be compared with those of the full ranking")
    }
    if evaluation.usersWithoutPairs > 0 {
      StandardError.write(
        "\(evaluation.usersWithoutPairs.grouped) users of the model have no held-out item and are not measured\n")
    }
    let left = [
      (evaluation.unknownUserPairs, "whose user the model does not know"),
      (evaluation.unknownItemPairs, "whose item the model does not know: nobody has it in training"),
      (
        evaluation.excludedPairs,
        "that are excluded from recommendation: they are in the training data too, which should not have them"
      ),
    ]
    let total = evaluation.pairs + left.reduce(0) { $0 + $1.0 }
    for (count, reason) in left where count > 0 {
      let percent = (100 * Double(count) / Double(total)).significant(2)
      StandardError.warn("\(count.grouped) of \(total.grouped) held-out pairs (\(percent) %) are left out, \(reason)")
    }
    if !hasExclusions {
      StandardError.warn("nothing is excluded from recommendation. --exclude takes the training file")
    }
  }
}

extension StandardError {
  /// Something that the reader might otherwise get wrong.
  static func warn(_ text: String) { write("warning: \(text).\n") }
}
