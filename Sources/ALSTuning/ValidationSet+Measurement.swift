import ALS
import ALSEvaluation
import ALSPlatform
import ALSSparse

/// A value of a metric, and what each user adds to it where users do.
struct Measurement: Sendable {
  let value: Double
  let terms: UserTerms?
}

extension ValidationSet {
  /// The value that ``ValidationSet/value(of:threads:)`` gives, with its parts.
  func measurement(of model: FactorModel, threads: Int) throws -> Measurement {
    switch metric {
    case .ranking(let ranking):
      let scores = try RankingEvaluation(
        of: model, on: heldOut, metrics: [ranking], excluding: training, threads: threads
      ).scores
      guard let value = scores[ranking] else { throw ALSError(.data, "the held-out interactions have no \(metric).") }
      return Measurement(value: value, terms: scores.perUser(ranking).map { UserTerms(values: $0) })
    case .rating(let rating):
      return Measurement(
        value: try value(of: model, threads: threads), terms: ratingTerms(of: model, rating, threads: threads))
    }
  }

  private func ratingTerms(of model: FactorModel, _ metric: RatingMetric, threads: Int) -> UserTerms {
    let rows = heldOut.byUser
    let users = (0..<rows.rowCount).filter { rows.degree(ofRow: $0) > 0 }
    let errors = Buffer<Double>(repeating: 0, count: users.count)
    let positions = heldOut.items.map { model.items.index(of: $0) }
    parallelForEachChunk(of: users.count, size: 64, workers: threads) { chunk, _ in
      for index in chunk {
        let name = heldOut.users[users[index]]
        let user = model.users.index(of: name)
        for entry in rows.entries(ofRow: users[index]) {
          let item = Int(rows.columns.pointer[entry])
          let predicted: Double =
            if let user, let position = positions[item] {
              model.score(userAt: user, itemAt: position)
            } else {
              model.baseline(user: name, item: heldOut.items[item])
            }
          let error = predicted - Double(rows.values?.pointer[entry] ?? 1)
          errors.pointer[index] += metric == .rmse ? error * error : abs(error)
        }
      }
    }
    return UserTerms(
      values: Array(errors.elements), weights: users.map { Double(rows.degree(ofRow: $0)) },
      takesRoot: metric == .rmse)
  }
}
