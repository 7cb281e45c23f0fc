import ALSPlatform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TrainingRun {
  /// Runs what is left, saving the state on the way; goes on from a saved one if that is wanted.
  func finalModel(
    _ checkpointing: Checkpointing, computingLoss: Bool, progress: (IterationRecord) throws -> Void
  ) throws -> FactorModel {
    try checkpointing.validate()
    if FileManager.default.fileExists(atPath: checkpointing.path) {
      let checkpoint = try Checkpoint(path: checkpointing.path)
      guard checkpointing.resumes else {
        throw ALSError(
          .configuration,
          "\(checkpointing.path): holds a training that has come to iteration \(checkpoint.training.history.count). Resume it, or "
            + "remove the file to start again.")
      }
      try restore(checkpoint)
    }
    var savedCount = history.count
    while !isAtEnd {
      // What the file has needs no copy.
      let copy = savedCount == history.count ? nil : snapshot()
      let next = history.count + 1
      do {
        try advance(through: next, computingLoss: computingLoss)
        if next % checkpointing.interval == 0 || isAtEnd {
          try save(to: checkpointing.path)
          savedCount = next
        }
        if !isAtEnd { try progress(history[next - 1]) }
      } catch let error as CancellationError {
        if let copy, history.count < next { try save(copy, to: checkpointing.path) }
        throw error
      }
    }
    try finish(computingLoss: computingLoss)
    if let last = history.last { try progress(last) }
    return finishedModel()
  }
}
