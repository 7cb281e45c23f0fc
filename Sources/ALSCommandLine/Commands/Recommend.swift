import ALS
import ALSFiles
import ArgumentParser

/// The command `als recommend`.
struct Recommend: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Recommend items to users.",
    discussion: """
        als recommend model.safetensors --user 42 --user 43 --exclude train.csv --titles products.csv
        als recommend model.safetensors --all --count 20 --exclude train.csv --format csv --output top20.csv
      """)

  @Argument(help: "Model file.")
  var model: String
  @Option(help: "A user; can be repeated.")
  var user: [String] = []
  @Option(help: "File of users, one per line; - for standard input.")
  var users: String?
  @Flag(help: "All users of the model.")
  var all = false
  @Option(help: "Items per user; fewer when fewer are left after the exclusions.")
  var count = 10
  @Option(help: "File of interactions, usually the training file: what a user has there is not recommended.")
  var exclude: String?
  @Option(help: "File of items, one per line, that nobody should get.")
  var excludeItems: String?
  @OptionGroup(title: "Titles") var titleOptions: TitleOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  func validate() throws {
    if [!user.isEmpty, users != nil, all].count(where: { $0 }) != 1 {
      throw ValidationError("Say for whom, in one way: --user ID, --users FILE, or --all.")
    }
    if count < 1 { throw ValidationError("--count is \(count), but it must be 1 or more.") }
  }

  func run() throws {
    let model = try FactorModel(contentsOf: self.model)
    let indices = try all ? Array(model.users.indices) : names().map { try model.index(ofUser: $0) }
    let titles = try titleOptions.read()
    let feedback: Feedback = model.configuration.isExplicit ? .explicit : .implicit
    let exclusions = try Exclusions(
      seen: try exclude.map {
        try inputOptions.interactions($0, feedback: feedback, threads: threadOptions.threads, quiet: true)
      },
      items: try excludeItems.map(readIdentifiers(from:)) ?? [], for: model)
    let writer = try ResultWriter(
      columns: ["user", "rank", "item"] + (titles == nil ? [] : ["title"]) + ["score"], format: results.format,
      path: results.output)
    try model.forEachRecommendation(
      ofUsers: indices, count: count, excluding: exclusions, threads: threadOptions.threads
    ) { user, items in
      let name = Cell(model.users[user])
      try writer.write(
        items.enumerated().map { rank, item in
          [name, .integer(rank + 1), Cell(item.id)] + (titles.map { [Cell(title: item.id, in: $0)] } ?? [])
            + [Cell(score: item.score, in: model)]
        })
    }
    try writer.finish()
  }

  private func names() throws -> [Identifier] {
    if let users { return try readIdentifiers(from: users) }
    return user.map { Identifier($0) }
  }
}
