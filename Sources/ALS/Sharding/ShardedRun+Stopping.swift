import ALSDense
import ALSPlatform
import ALSSparse

extension ShardedRun {
  /// Throws when this rank cannot hold all items for a measurement, once as they are and once in the order of their norms.
  func requireRoomToMeasure() throws {
    let numberBytes = precision == .float ? 4 : 8
    try Self.requireRoom(
      forItems: problem.shard.itemCount, bytes: 2 * problem.shard.itemCount * problem.width * numberBytes,
      in: AvailableMemory.limits())
  }

  package static func requireRoom(forItems count: Int, bytes: Int, in limits: [AvailableMemory]) throws {
    guard let least = limits.min(by: { $0.bytes < $1.bytes }), least.bytes < bytes else { return }
    throw ALSError(
      .configuration,
      "a measurement on held-out pairs needs all \(count) items in every rank, \(bytes >> 20) MiB, but only "
        + "\(least.bytes >> 20) MiB \(least.reason). Train without validation, for a number of iterations or until the "
        + "scores settle, or on machines with more memory.")
  }

  /// Measures the model after the last iteration if it is one that is measured, and keeps this rank's rows if it is the
  /// best.
  func measure(_ stopping: EarlyStopping) throws {
    let iteration = history.count
    guard stopping.isDue(after: iteration, of: mostIterations) else { return }
    func measured(_ tables: FactorModel.Tables) throws -> (measurement: EarlyStopping.Measurement, isBest: Bool) {
      var configuration = problem.configuration
      configuration.iterations = iteration
      let model = FactorModel(
        users: positions.users, items: positions.items, configuration: configuration, history: history,
        globalMean: problem.globalMean, dataFingerprint: fingerprint, itemCounts: nil, tables: tables)
      return try stopping.measured(model, after: iteration, history: history)
    }
    let found: (measurement: EarlyStopping.Measurement, isBest: Bool)
    switch state {
    case .float(let trainer):
      let copy = try trainer.finishedCopy()
      found = try measured(.float(try copy.tables()))
      if found.isBest { best = .float(copy.factors) }
    case .double(let trainer):
      let copy = try trainer.finishedCopy()
      found = try measured(.double(try copy.tables()))
      if found.isBest { best = .double(copy.factors) }
    }
    history[iteration - 1].record(found.measurement)
  }
}
