import ALS
import ALSFiles
import ALSPlatform
import ALSSparse
import ArgumentParser

/// The command `als recommend`.
struct Recommend: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Recommend items to users, or find the users for items.",
    discussion: """
      What users have is left out if the model remembers it (train --remember-seen), and what --exclude names.

        als recommend model.safetensors --user 42 --user 43 --titles products.csv
        als recommend model.safetensors --history carts.csv --candidates in-stock.txt
        als recommend model.safetensors --user 42 --items products.csv --where 'category = toys and stock > 0'
        als recommend model.safetensors --user-features new.csv --titles products.csv
        als recommend model.safetensors --all --count 20 --exclude train.csv --format csv --output top20.csv
        als recommend model.safetensors --for-items --item 85123A --item 22423 --count 1000 --format csv

      With --for-items, who should like each item: users who have it are left out, --candidates are users, and --where says for which \
      items, if none are named.
      """)

  @Argument(help: "Model file.")
  var model: String
  @Option(help: "A user; can be repeated.")
  var user: [String] = []
  @Option(help: "File of users, one per line; - for standard input.")
  var users: String?
  @Flag(help: "All users of the model, or of --history and --user-features.")
  var all = false
  @Flag(help: "Find users for items: for those of --item, or of --where, or for all of the model.")
  var forItems = false
  @Option(help: "An item to find users for; can be repeated.")
  var item: [String] = []
  @Option(
    help: """
      File of all that some users have: each is folded in from it, known to the model or not, and what is in it is not \
      recommended. All of them unless some are named.
      """)
  var history: String?
  @Option(help: "Items per user, or users per item; fewer when fewer are left after the exclusions.")
  var count = 10
  @Option(help: "File of interactions, usually the training file: what a user has there is not recommended.")
  var exclude: String?
  @Flag(help: "Do not leave out what the model remembers that users have.")
  var includeSeen = false
  @Option(help: "File of items, one per line, that nobody should get.")
  var excludeItems: String?
  @OptionGroup(title: "Features of these users, and of new items") var featureOptions: FeatureOptions
  @OptionGroup(title: "Filters") var filterOptions: FilterOptions
  @OptionGroup(title: "Titles") var titleOptions: TitleOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  var files: CommandFiles {
    CommandFiles(
      reading: [
        "the model": model, "--users": users, "--history": history, "--exclude": exclude,
        "--exclude-items": excludeItems,
      ])
      + featureOptions.files + filterOptions.files + titleOptions.files + results.files
  }

  func validate() throws {
    if count < 1 { throw ValidationError("--count is \(count), but it must be 1 or more.") }
    if forItems { return try validateForItems() }
    if !item.isEmpty { throw ValidationError("--item is for --for-items, which finds users for items.") }
    let ways = [!user.isEmpty, users != nil, all].count { $0 }
    if ways > 1 || (ways == 0 && history == nil && featureOptions.userFeatures == nil) {
      throw ValidationError(
        "Say for whom, in one way: --user ID, --users FILE, --all, or --history FILE and --user-features FILE.")
    }
  }

  func run() throws {
    let trained = try featureOptions.updated(
      FactorModel(contentsOf: self.model), [.items], threads: threadOptions.threads)
    if forItems { return try recommendUsers(of: trained) }
    let folded = try FoldedHistories(
      history.map { (try read($0, for: trained), inputOptions.displayName($0)) },
      featureOptions.read(.users, for: trained), in: trained, threads: threadOptions.threads)
    let all = user.isEmpty && users == nil
    let model = folded?.model ?? trained
    // All names are looked up before anything is written.
    let named = try all ? [] : names()
    let users = all ? model.users.indices.map { $0 } : named.map { model.users.index(of: $0) }
    let indices = users.map { $0.flatMap { folded?.isKnown[$0] == false ? nil : $0 } }
    if filterOptions.coldStart == .error {
      for user in named { _ = try model.index(user: user) }
      if let folded, let place = indices.firstIndex(of: nil), let user = users[place] {
        throw folded.unknown(userAt: user)
      }
    }
    let titles = try titleOptions.read()
    if folded == nil { warnOfSeen(model, "users may be recommended what they have") }
    var exclusions = try exclusions(for: model)
    if let folded, !includeSeen { exclusions = exclusions.union(folded.exclusions) }
    let options = try filterOptions.options(for: model)
    let cells = RecommendationCells(
      model: model, names: all ? nil : named, indices: indices, titles: titles,
      hasPopular: filterOptions.coldStart == .popular)
    try write(cells) { transform, deliver in
      try model.forEachBlockOfTop(
        ofUsers: indices, count: count, excluding: exclusions, options: options, threads: threadOptions.threads,
        transform: transform, deliver: deliver)
    }
  }

  private func names() throws -> [Identifier] {
    if let users { return try readIdentifiers(from: users) }
    return user.map { Identifier($0) }
  }
}
