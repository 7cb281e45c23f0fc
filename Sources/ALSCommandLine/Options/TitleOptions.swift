import ALS
import ALSFiles
import ArgumentParser

/// Names for a person to read beside the identifiers.
struct TitleOptions: ParsableArguments {
  @Option(help: "File with an item and its title per line (CSV, TSV, or alike), to print beside the item.")
  var titles: String?
  @Option(help: "Column of the item in the titles' file: its name or its number. Default: 1.")
  var titleItemColumn: Column?
  @Option(help: "Column of the title. Guessed when left out.")
  var titleColumn: Column?

  var files: CommandFiles { CommandFiles(reading: ["--titles": titles]) }

  func read() throws -> Titles? {
    try titles.map { try Titles(contentsOf: $0, idColumn: titleItemColumn, titleColumn: titleColumn) }
  }
}

extension Cell {
  init(title identifier: Identifier, in titles: Titles) {
    self = titles[identifier].map { .text($0) } ?? .missing
  }

  /// A score with the digits that the model's precision has.
  init(score: Double, precision: Precision) {
    self = precision == .float ? .single(Float(score), digits: 4) : .number(score, digits: 4)
  }
}
