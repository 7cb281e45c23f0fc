import ALSPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TrainingRun {
  /// Runs iteration by iteration until all are done or `stopping` says so, saving the state on the way; goes on from a
  /// saved one if that is wanted.
  func model(
    stopping: EarlyStopping?, checkpointing: Checkpointing?, computingLoss: Bool,
    progress: (IterationRecord) throws -> Void
  ) throws -> FactorModel {
    try stopping?.validate()
    if let checkpointing { try goOn(from: checkpointing, stopping) }
    var savedCount = history.count
    var rhythm = checkpointing.map { SavingRhythm($0, isSaved: savedCount > 0) }
    while !isOver(stopping) {
      // What the file has needs no copy.
      let before = checkpointing == nil || savedCount == history.count ? nil : snapshot(stopping)
      let next = history.count + 1
      var isWhole = false
      do {
        try advance(through: next, computingLoss: computingLoss)
        if let stopping { try measure(stopping) }
        isWhole = true
        if let checkpointing, rhythm?.isDue(after: next) == true || isOver(stopping) {
          try snapshot(stopping, copying: false).save(to: checkpointing.path)
          savedCount = next
          rhythm?.saved()
        }
        // Without early stopping the last record is not complete yet.
        if stopping != nil || !isAtEnd { try progress(history[next - 1]) }
      } catch let error as CancellationError {
        if let checkpointing, savedCount < next {
          try (isWhole ? snapshot(stopping, copying: false) : before)?.save(to: checkpointing.path)
        }
        throw error
      }
    }
    if let stopping { return bestModel(stopping) }
    try finish(computingLoss: computingLoss)
    if let last = history.last { try progress(last) }
    return finishedModel()
  }

  private func isOver(_ stopping: EarlyStopping?) -> Bool {
    guard let stopping else { return isAtEnd }
    return stopping.isOver(after: history, of: mostIterations)
  }

  private func goOn(from checkpointing: Checkpointing, _ stopping: EarlyStopping?) throws {
    try checkpointing.validate()
    guard FileManager.default.fileExists(atPath: checkpointing.path) else { return }
    let checkpoint = try Checkpoint(path: checkpointing.path)
    guard checkpointing.resumes else {
      throw ALSError(
        .configuration,
        "\(checkpointing.path): holds a training that has come to iteration \(checkpoint.training.history.count). Resume it, or "
          + "remove the file to start again.")
    }
    try restore(checkpoint, stopping)
  }
}
