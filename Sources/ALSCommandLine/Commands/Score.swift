import ALS
import ALSFiles
import ALSPlatform
import ALSSparse
import ArgumentParser

/// The command `als score`.
struct Score: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Score given pairs of user and item.",
    discussion: """
      A row per line of the file, in its order; pairs that the model does not know have no score. With --interactions each \
      score has a deviation: how unsure it is by the user's own interactions, in units of that of one observation.

        als score model.safetensors pairs.csv --rank
        als score model.safetensors pairs.csv --interactions train.csv --format json
      """)

  @Argument(help: "Model file.")
  var model: String
  @Argument(help: "File of pairs, or - for standard input: a user and an item per line; values do not matter.")
  var pairs: String
  @Flag(help: "Give the place of the item among all items of the model, for this user.")
  var rank = false
  @Option(
    help: "File of interactions, usually the training file, with all that the users have done: scores get deviations.")
  var interactions: String?
  @OptionGroup(title: "Titles") var titleOptions: TitleOptions
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  var files: CommandFiles {
    CommandFiles(reading: ["the model": model, "the file of pairs": pairs, "--interactions": interactions])
      + titleOptions.files + results.files
  }

  func run() throws {
    let model = try FactorModel(contentsOf: self.model)
    let titles = try titleOptions.read()
    let events = try inputOptions.read(pairs, keepsWeightless: true, threads: threadOptions.threads).events
    let histories = try interactions.map {
      try inputOptions.interactions(
        $0, feedback: model.configuration.loss.feedback, threads: threadOptions.threads, quiet: true)
    }
    let scorer = PairScorer(model, events, hasRanks: rank, histories: histories, threads: try threadOptions.count)
    if scorer.unknownCount == events.count {
      throw ALSError(
        .data, "the model knows none of the pairs. Check that they have its kind of identifiers.",
        at: inputOptions.displayName(pairs))
    }
    if scorer.unknownCount > 0 {
      StandardError.warn(
        "\(scorer.unknownCount.grouped) of \(events.count.grouped) pairs have no score, whose user or item the model does not know"
      )
    }
    let writer = try ResultWriter(
      columns: ["user", "item"] + (titles == nil ? [] : ["title"]) + ["score"] + (rank ? ["rank"] : [])
        + (histories == nil ? [] : ["deviation"]),
      format: results.format, path: results.output)
    try scorer.forEachBlock { range, scored in
      try writer.write(
        zip(range, scored).map { event, found in
          let item = events.items[Int(events.itemIndices.pointer[event])]
          var row: [Cell] = [.identifier(events.users[Int(events.userIndices.pointer[event])]), .identifier(item)]
          if let titles { row.append(Cell(title: item, in: titles)) }
          row.append(found.map { Cell(score: $0.score, precision: model.precision) } ?? .missing)
          if rank { row.append(found.map { .integer($0.rank) } ?? .missing) }
          if histories != nil { row.append(found?.deviation.map { .number($0, digits: 4) } ?? .missing) }
          return row
        })
    }
    try writer.finish()
  }
}
