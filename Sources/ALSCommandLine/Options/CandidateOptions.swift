import ALS
import ALSFiles
import ALSPlatform
import ALSSparse
import ArgumentParser

/// Which items, or users, may be results: those of a list, and those of which something is true.
struct CandidateOptions: ParsableArguments {
  @Option(help: "File of items, one per line, or of users where results are users: only these are considered.")
  var candidates: String?
  @Option(help: "File of what is known of items: a header, and a line for each (CSV, TSV, or alike), for --where.")
  var items: String?
  @Option(
    name: .customLong("where"),
    help:
      "Only items of which this is true: category = toys and (price < 20 or sale = yes) and not brand in (acme, 'A & B')."
  )
  var predicate: String?
  @Option(help: "Column of the item in the file of --items: its name or its number. Default: 1.")
  var itemsColumn: Column?

  var files: CommandFiles { CommandFiles(reading: ["--candidates": candidates, "--items": items]) }

  func validate() throws {
    if (items == nil) != (predicate == nil) {
      throw ValidationError("--items FILE and --where 'PREDICATE' go together: give both, or neither.")
    }
    if itemsColumn != nil, items == nil { throw ValidationError("--items-column is for --items.") }
    do {
      _ = try predicate.map { try ItemPredicate($0) }
    } catch let error as ALSError {
      throw ValidationError("--where: \(error.message)")
    }
  }

  /// What they choose of a side of `model`; `nil` for all of it.
  func selection(of side: Side = .items, for model: FactorModel) throws -> Selection? {
    let listed = try listed(side, for: model)
    guard let chosen = try chosen(for: model) else { return listed }
    return listed.map(chosen.intersection) ?? chosen
  }

  /// Those of a side of `model` that --candidates lists; `nil` without it.
  func listed(_ side: Side, for model: FactorModel) throws -> Selection? {
    try candidates.map { path in
      let names = try readIdentifiers(from: path)
      return side == .items ? try Selection(items: names, of: model) : try Selection(users: names, of: model)
    }
  }

  /// The items of `model` that --where chooses; `nil` without it.
  func chosen(for model: FactorModel) throws -> Selection? {
    guard let items, let predicate else { return nil }
    let table = try ItemTable(contentsOf: items, itemColumn: itemsColumn)
    let selection = try Selection(itemsOf: model, in: table, where: ItemPredicate(predicate))
    let missing = table.rows(of: model.items, threads: availableProcessors).elements.count { $0 < 0 }
    let columns = [(true, "numbers"), (false, "texts")].compactMap { isNumber, what in
      let names = table.columnNames(ofNumbers: isNumber)
      return names.isEmpty ? nil : "\(what): \(names.joined(separator: ", "))"
    }
    StandardError.write(
      "\(items): \(table.items.count.grouped) items; \(columns.joined(separator: "; ")); \(selection.count.grouped) of the model's "
        + "\(model.items.count.grouped) are chosen\(missing == 0 ? "" : ", \(missing.grouped) have no line")\n")
    return selection
  }
}
