import ALS
import ALSFiles
import ALSPlatform
import ALSSparse

extension Train {
  /// Prints what the training would take, and throws when that is not there.
  func plan(_ configuration: ModelConfiguration, _ log: RunLog) throws {
    if !featureOptions.isEmpty {
      throw ALSError(
        .configuration,
        "a plan does not count features. Leave them out of --dry-run; they take 8 bytes per value and weight.")
    }
    let paths = try inputs.paths()
    let extent = try inputOptions.extent(of: paths, feedback: training.feedback, threads: threadOptions.threads)
    var configuration = configuration
    configuration.factors = configuration.factors ?? choosing.mostFactors
    let plan = JobPlan(
      configuration: configuration, input: extent, isText: extent.mapped == nil,
      manner: TrainingConditions(
        threads: try threadOptions.count, computingLoss: runOptions.loss,
        copiesFactors: checkpoints.copiesFactors,
        holdsOut: validation.validation != nil),
      model: output, checkpoint: checkpoints.checkpoint, remembersSeen: memory.rememberSeen)
    StandardError.write("\(extent.users.count.grouped) users × \(extent.items.count.grouped) items\n")
    try StandardOutput.write(plan.text)
    log.plan(plan)
    try plan.check(input: paths.count == 1 ? paths[0] : "-")
    try log.requireWhole()
  }
}
