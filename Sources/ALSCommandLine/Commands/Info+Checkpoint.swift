import ALS

extension Info {
  /// What a training under way has saved.
  func describe(_ checkpoint: CheckpointSummary) -> [(String, Cell)] {
    let kind =
      switch checkpoint.kind {
      case .whole: "checkpoint of a training that has not ended"
      case .parts(let ranks): "checkpoint of a training over \(ranks) ranks that has not ended"
      case .part: "part of a checkpoint, of one of several ranks"
      }
    var rows: [(String, Cell)] = [
      ("file", .text(file)), ("kind", .text(kind)), ("users", .integer(checkpoint.users)),
      ("items", .integer(checkpoint.items)),
    ]
    if let configuration = checkpoint.configuration {
      rows.append(("iterations behind it", .integer(checkpoint.history.count)))
      rows += configuration.optionTexts.map { ($0, .text($1)) }
      rows.append(("training seconds", .number(checkpoint.history.reduce(0) { $0 + $1.seconds }, digits: 2)))
    }
    if let loss = checkpoint.history.last?.loss { rows.append(("last loss", .number(loss, digits: 4))) }
    if let metric = checkpoint.metric {
      rows.append(("validation metric", .text(metric)))
      let values = checkpoint.history.compactMap { record in
        record.validation.map { "\(record.iteration):\($0.significant(5))" }
      }
      rows.append(("learning curve", .text(values.joined(separator: " "))))
    }
    if checkpoint.kind != .part { rows.append(("data fingerprint", .text(checkpoint.dataFingerprint))) }
    rows.append(("saved by version", .text(checkpoint.version)))
    if checkpoint.kind != .part {
      rows.append(("to go on", .text("the same command with --checkpoint \(file) --resume")))
    }
    return rows
  }
}
