import ALS
import ALSDistributedTraining
import ALSFiles

extension DistributedTraining {
  /// What is held out, if something is.
  var heldOutSummary: HeldOutSummary? {
    heldOut.map { HeldOutSummary(metric: $0.metric, heldOut: $0.heldOut, training: $0.training) }
  }

  /// What was trained.
  var model: ModelSummary {
    ModelSummary(
      users: summary.users, items: summary.items, configuration: trained, precision: trained.precision,
      history: history, validation: validation, dataFingerprint: fingerprint)
  }

  /// What is said where the training does not use the values that there are in some rank.
  package func unusedValues() throws -> String? {
    try UnusedValues(of: everything.byUser, by: trained)?.joined(communicator)
      .notice(minimumValue: "als convert --minimum-value")
  }
}
