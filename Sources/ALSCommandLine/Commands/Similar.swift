import ALS
import ALSFiles
import ArgumentParser

/// The command `als similar`.
struct Similar: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Find items, or users, whose factors point in the same direction.",
    discussion: """
        als similar model.safetensors --item 85123A --titles products.csv
        als similar model.safetensors --item 85123A --items products.csv --where 'stock > 0'
        als similar model.safetensors --user 42
      """)

  @Argument(help: "Model file.")
  var model: String
  @Option(help: "An item; can be repeated.")
  var item: [String] = []
  @Option(help: "A user; can be repeated.")
  var user: [String] = []
  @Option(help: "Results for each.")
  var count = 10
  @Option(help: "cosine: of the same taste; or inner-product: popular ones as well.")
  var measure: Similarity = .cosine
  @Option(parsing: .unconditional, help: "Leave out those that are less alike; -1 is the least.")
  var minimumScore: Double?
  @OptionGroup(title: "Candidates") var candidateOptions: CandidateOptions
  @OptionGroup(title: "New users and items") var featureOptions: FeatureOptions
  @OptionGroup(title: "Titles") var titleOptions: TitleOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  var files: CommandFiles {
    CommandFiles(reading: ["the model": model]) + candidateOptions.files + featureOptions.files + titleOptions.files
      + results.files
  }

  func validate() throws {
    if item.isEmpty == user.isEmpty { throw ValidationError("Say to what: --item ID or --user ID.") }
    if item.isEmpty, candidateOptions.items != nil { throw ValidationError("--items and --where are for --item.") }
    if count < 1 { throw ValidationError("--count is \(count), but it must be 1 or more.") }
  }

  func run() throws {
    let model = try featureOptions.updated(FactorModel(contentsOf: self.model), threads: nil)
    let titles = item.isEmpty ? nil : try titleOptions.read()
    let kind = item.isEmpty ? "user" : "item"
    let among = try candidateOptions.selection(of: item.isEmpty ? .users : .items, for: model)
    // All names are looked up before anything is written.
    let found = try (item.isEmpty ? user : item).map { name in
      let identifier = Identifier(name)
      return (
        identifier,
        item.isEmpty
          ? try model.similar(
            user: identifier, count: count, by: measure, among: among, minimumScore: minimumScore)
          : try model.similar(
            item: identifier, count: count, by: measure, among: among, minimumScore: minimumScore)
      )
    }
    let writer = try ResultWriter(
      columns: [kind, "rank", "similar"] + (titles == nil ? [] : ["title"]) + [measure.rawValue],
      format: results.format,
      path: results.output)
    for (identifier, neighbours) in found {
      if let titles, let title = titles[identifier] { StandardError.write("\(identifier): \(title)\n") }
      try writer.write(
        neighbours.enumerated().map { rank, neighbour in
          [.identifier(identifier), .integer(rank + 1), .identifier(neighbour.id)]
            + (titles.map { [Cell(title: neighbour.id, in: $0)] } ?? [])
            + [Cell(score: neighbour.score, precision: model.precision)]
        })
    }
    try writer.finish()
  }
}
