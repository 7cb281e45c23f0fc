import ALSDense
import ALSPlatform

extension DistributedTrainer {
  /// Saves what this rank has, and of the best model if there is one.
  func savePart(to path: String, best: DistributedFactors<Element>?) throws {
    var writer = SafetensorsWriter(metadata: [
      "format": DistributedCheckpoint.partFormat, FormatVersion.key: "\(FormatVersion.current)",
      "swift_als_version": ALSVersion.current,
    ])
    for (prefix, factors) in [("", factors), ("best_", best)] {
      guard let factors else { continue }
      for (name, table) in [("users", factors.users), ("items", factors.owned)] {
        writer.add("\(prefix)\(name)", table.buffer, shape: [table.rowCount, table.columnCount])
      }
    }
    try writer.write(to: path)
  }

  /// Takes this rank's rows from the parts that have them, whoever saved them; returns those of the best model if it is
  /// there.
  func restore(_ checkpoint: DistributedCheckpoint, path: String, hasBest: Bool) throws -> DistributedTrainer? {
    let best =
      hasBest
      ? DistributedTrainer(
        self,
        keeping: DistributedFactors(
          users: Matrix(zeros: users.rowCount, users.columnCount),
          owned: Matrix(zeros: owned.rowCount, owned.columnCount))) : nil
    try communicator.agreeing {
      try read(checkpoint, path: path, prefix: "", into: factors)
      if let best { try read(checkpoint, path: path, prefix: "best_", into: best.factors) }
    }
    try distribute()
    return best
  }

  private func read(
    _ checkpoint: DistributedCheckpoint, path: String, prefix: String, into factors: DistributedFactors<Element>
  ) throws {
    for part in checkpoint.parts {
      let wanted = [
        ("\(prefix)users", part.users, problem.shard.users, factors.users),
        ("\(prefix)items", part.items, exchange.owned, factors.owned),
      ].filter { !$0.1.clamped(to: $0.2).isEmpty }
      if wanted.isEmpty { continue }
      let file = try part.opened(of: path)
      guard file.metadata["format"] == DistributedCheckpoint.partFormat else {
        throw SafetensorsFile.damaged(file.path, "it is not a part of a checkpoint")
      }
      try FormatVersion.requireKnown(file.metadata, of: file.path)
      for (name, saved, own, table) in wanted {
        let (shape, buffer) = try file.tensor(name, Element.self, dimensions: 2)
        guard shape == [saved.count, table.columnCount] else {
          throw SafetensorsFile.damaged(file.path, "\(name) have shape \(shape)")
        }
        let rows = Matrix(rowCount: saved.count, columnCount: table.columnCount, buffer: buffer)
        try rows.requireUsable(name, of: file.path)
        let common = saved.clamped(to: own)
        table.row(common.lowerBound - own.lowerBound).update(
          from: buffer.pointer + (common.lowerBound - saved.lowerBound) * table.columnCount,
          count: common.count * table.columnCount)
      }
    }
  }
}
