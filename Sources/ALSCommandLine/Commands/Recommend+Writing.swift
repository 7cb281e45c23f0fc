import ALS
import ALSFiles
import ALSPlatform
import ALSSparse

/// What finding items for users and users for items have in common.
extension Recommend {
  /// Rows of a table, or lines, for some of those that something is found for.
  enum Block: Sendable {
    case rows([[[Cell]]])
    case lines([UInt8])
  }

  func read(_ path: String, for model: FactorModel) throws -> Interactions {
    try inputOptions.interactions(
      path, feedback: model.configuration.loss.feedback, threads: threadOptions.threads, quiet: true)
  }

  /// What nobody should get, and what users have.
  func exclusions(for model: FactorModel) throws -> Exclusions {
    try Exclusions(
      seen: try exclude.map { try read($0, for: model) },
      items: try excludeItems.map(readIdentifiers(from:)) ?? [], remembered: !includeSeen, for: model)
  }

  /// Warns where nothing says what users have.
  func warnOfSeen(_ model: FactorModel, _ consequence: String) {
    guard exclude == nil, !includeSeen, !model.remembersSeen else { return }
    StandardError.warn(
      "\(consequence): the model does not remember it. Name their interactions with --exclude, "
        + "train with --remember-seen, or say --include-seen")
  }

  /// Writes what `search` finds, as fast as it is found.
  func write(
    _ cells: RecommendationCells,
    _ search: (
      _ transform: @Sendable (_ places: Range<Int>, _ best: [[Scored]]) -> Block, _ deliver: (Block) throws -> Void
    ) throws -> Void
  ) throws {
    let writer = try ResultWriter(columns: cells.columns, format: results.format, path: results.output)
    let lines = results.format == .table ? nil : RecommendationLines(cells, writer.layout)
    try search { places, best in
      if let lines { return .lines(lines.text(places: places, best: best)) }
      return .rows(zip(places, best).map(cells.rows))
    } _: { block in
      switch block {
      case .rows(let rows): try rows.forEach(writer.write)
      case .lines(let text): try writer.write(text)
      }
    }
    try writer.finish()
  }
}
