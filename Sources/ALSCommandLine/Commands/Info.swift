import ALS
import ALSFiles
import ALSPlatform
import ArgumentParser

/// The command `als info`.
struct Info: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Describe a model, a checkpoint or a file of interactions.",
    discussion: """
        als info model.safetensors
        als info ratings.csv
        als info model.safetensors --config > job.json; als train ratings.csv --config job.json --output new.safetensors
      """)

  @Argument(help: "Model file, checkpoint, or file of interactions.")
  var file: String
  @Flag(help: "Print a model's parameters as a file for als train --config.")
  var config = false
  @Flag(help: "List a model's features, those that say most first: the length of their weights and how many have them.")
  var features = false
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup(title: "Results") var results: ResultOptions

  var files: CommandFiles {
    CommandFiles(reading: ["the file": file]) + results.files
  }

  func run() throws {
    if config {
      guard try FactorModel.isModelFile(file) else {
        throw ALSError(.data, "is not a model, but --config prints the parameters of one.", at: file)
      }
      let output = try ReplacementFile(path: results.output ?? "-")
      try output.append(try FactorModel(contentsOf: file).configuration.jobFile)
      return try output.commit()
    }
    if features {
      let writer = try ResultWriter(columns: FeatureRows.columns, format: results.format, path: results.output)
      try writer.write(FeatureRows.rows(of: FactorModel(contentsOf: file)))
      return try writer.finish()
    }
    let rows: [(String, Cell)]
    if let checkpoint = try CheckpointSummary(contentsOf: file) {
      rows = describe(checkpoint)
    } else {
      rows = try FactorModel.isModelFile(file) ? describeModel() : describeData()
    }
    let writer = try ResultWriter(columns: ["property", "value"], format: results.format, path: results.output)
    try writer.write(rows.map { [.text($0), $1] })
    try writer.finish()
  }

  private func describeModel() throws -> [(String, Cell)] {
    let model = try FactorModel(contentsOf: file)
    let size = try ReadableFile(path: file).size ?? 0
    var rows: [(String, Cell)] = [
      ("file", .text(file)), ("size", .bytes(size)),
      ("users", .integer(model.users.count)), ("items", .integer(model.items.count)),
    ]
    for (name, learned) in [("user features", model.userFeatures), ("item features", model.itemFeatures)] {
      if let learned { rows.append((name, .integer(learned.space.count))) }
    }
    rows += model.configuration.optionTexts.map { ($0, Cell(parameter: $1)) }
    if !model.configuration.isPlain {
      rows.append(("zeros among factors of users", .share(model.zeroShareOfUsers)))
      rows.append(("zeros among factors of items", .share(model.zeroShareOfItems)))
    }
    if model.configuration.predictsRatings { rows.append(("global mean", .number(model.globalMean, digits: 4))) }
    rows.append(("training seconds", .number(model.history.reduce(0) { $0 + $1.seconds }, digits: 2)))
    rows.append(("remembers what users have", .text(model.remembersSeen ? "yes" : "no")))
    if let loss = model.history.last?.loss { rows.append(("final loss", .number(loss, digits: 4))) }
    if let choice = model.choice { rows.append(("parameters", .text(choice.summary))) }
    if let validation = model.validation { rows += describe(validation) }
    rows.append(("rescued rows", .integer(model.history.reduce(0) { $0 + $1.rescuedRows })))
    rows.append(("data fingerprint", .text(model.dataFingerprint)))
    return rows
  }

  private func describe(_ validation: ValidationRecord) -> [(String, Cell)] {
    [
      ("validation metric", .text(validation.metric)),
      ("best iteration", .integer(validation.best.iteration)),
      ("best value", .number(validation.best.value, digits: 5)),
      ("trained on", .text(validation.isRefitted ? "everything, after validation" : "all but the held-out part")),
      ("learning curve", .series(validation.curve.map { ($0.iteration, $0.value) })),
    ]
  }

  private func describeData() throws -> [(String, Cell)] {
    let events = try inputOptions.read(file, threads: threadOptions.threads).events
    var interactions = try Interactions(
      events, duplicates: inputOptions.duplicates ?? .sum, threads: threadOptions.threads)
    let repeated = events.count - interactions.count
    if let minimum = inputOptions.minimumValue {
      let (left, removed) = try interactions.removing(valuesBelow: minimum, threads: threadOptions.threads)
      inputOptions.sayRemoved(removed, "pairs", of: file)
      interactions = left
    }
    if interactions.count == 0 { throw ALSError(.data, "has no interactions with such values.", at: file) }
    let cells = Double(interactions.users.count) * Double(interactions.items.count)
    var rows: [(String, Cell)] = [
      ("rows", .integer(events.count)),
      ("users", .integer(interactions.users.count)), ("items", .integer(interactions.items.count)),
      ("interactions", .integer(interactions.count)),
      ("repeated rows", .integer(repeated)),
      ("density", .share(Double(interactions.count) / cells)),
    ]
    if let range = interactions.valueRange() {
      rows.append(("smallest value", .number(Double(range.lowerBound), digits: 3)))
      rows.append(("mean value", .number(interactions.meanValue(), digits: 3)))
      rows.append(("largest value", .number(Double(range.upperBound), digits: 3)))
    }
    for (name, degrees) in [
      ("items per user", interactions.itemCounts()), ("users per item", interactions.userCounts()),
    ] {
      let sorted = degrees.sorted()
      for (label, share) in [("min", 0.0), ("25 %", 0.25), ("median", 0.5), ("75 %", 0.75), ("99 %", 0.99), ("max", 1)]
      {
        rows.append(("\(name) \(label)", .integer(sorted[Int(share * Double(sorted.count - 1))])))
      }
    }
    for factors in [64, 128, 256] {
      let bytes = interactions.byteCount + (interactions.users.count + interactions.items.count) * factors * 4
      rows.append(("memory to train \(factors) factors", .bytes(bytes)))
    }
    return rows
  }
}

extension Cell {
  /// The value of a parameter, as ``ModelConfiguration/parameters`` has it.
  fileprivate init(parameter text: String) {
    if Double(text)?.isFinite == true || text == "true" || text == "false" {
      self = .literal(text)
    } else if ModelConfiguration.openValues.contains(text) {
      self = .absent(text)
    } else {
      self = .text(text)
    }
  }
}
