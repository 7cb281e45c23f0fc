import ALS

/// A model as commands speak of it, wherever its factors are.
struct ModelSummary {
  let users, items: Int
  let configuration: ModelConfiguration
  let precision: Precision
  let history: [IterationRecord]
  let validation: ValidationRecord?
  let dataFingerprint: String
  /// The shares of factors that are zero, where that is no accident and they are all here.
  var zeroShares: (users: Double, items: Double)?

  /// Such as "implicit model, 943 users × 1,682 items × 64 factors, float".
  var text: String {
    "\(configuration.loss.feedback.rawValue) model, \(users.grouped) users × "
      + "\(items.grouped) items × \(configuration.factorCount) factors, \(precision)"
  }

  /// Such as "63 % of the users' factors and 71 % of the items' are zero".
  var zeros: String? {
    zeroShares.map {
      "\((100 * $0.users).fixed(1)) % of the users' factors and \((100 * $0.items).fixed(1)) % of the items' are zero"
    }
  }

  /// How the training ended, if it went on until the scores settled.
  var settling: String? {
    guard validation == nil, let last = history.last, let change = last.scoreChange else { return nil }
    let percent = "\((100 * change).significant(2)) %"
    return last.iteration < ModelConfiguration.mostIterations
      ? "settled after \(last.iteration) iterations: the last changed scores by \(percent)"
      : "not settled after \(last.iteration) iterations: the last changed scores by \(percent); more --iterations may be better"
  }
}

extension FactorModel {
  var summary: ModelSummary {
    ModelSummary(
      users: users.count, items: items.count, configuration: configuration, precision: precision, history: history,
      validation: validation, dataFingerprint: dataFingerprint,
      zeroShares: configuration.isPlain ? nil : (zeroShareOfUsers, zeroShareOfItems))
  }
}
