import ALS
import ALSFiles
import ALSPlatform
import ALSSparse
import ArgumentParser

/// The command `als update`.
struct Update: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Add new users and items to a model.",
    discussion: """
      Users and items of the file that the model does not know are solved from what they have there, and added. Known users keep \
      their factors, unless --previous names what they had before, or --complete says that the file has all of it: then they are \
      solved anew. --refit trains on from there.

        als update model.safetensors today.csv --output updated.safetensors
        als update model.safetensors today.csv --previous train.csv --refit 2 --output updated.safetensors
      """)

  @Argument(help: "Model file.")
  var model: String
  @Argument(help: "File of new interactions, or - for standard input.")
  var input: String
  @Option(help: "File of the interactions before, usually the training file: users are solved from both.")
  var previous: String?
  @Flag(help: "The file has all interactions of its users, also of those that the model knows.")
  var complete = false
  @Option(help: "Iterations of training on all interactions, from the updated factors.")
  var refit: Int?
  @Option(name: .shortAndLong, help: "Model file to write (.safetensors).")
  var output: String
  @OptionGroup(title: "Input") var inputOptions: InputOptions
  @OptionGroup var threadOptions: ThreadOptions

  var files: CommandFiles {
    CommandFiles(
      reading: ["the model": model, "the file of new interactions": input, "--previous": previous],
      writing: ["--output": output])
  }

  func validate() throws {
    if complete, previous != nil {
      throw ValidationError("--complete says that nothing is missing in the file, but --previous names more.")
    }
    if let refit {
      if refit < 1 { throw ValidationError("--refit is \(refit), but it must be 1 or more.") }
      if previous == nil, !complete {
        throw ValidationError("--refit needs all interactions: name the others with --previous, or say --complete.")
      }
    }
  }

  func run() throws {
    let (threads, model) = (threadOptions.threads, try FactorModel(contentsOf: self.model))
    try OutputPath.check(output)
    let new = try inputOptions.read(input, threads: threads).events
    let before = try previous.map { try inputOptions.read($0, threads: threads).events }
    let all = before.map { $0.appending(new) } ?? new
    let isNew = new.users.map { model.users.index(of: $0) == nil }
    // Which of all users are solved: those of the new file, as far as everything is known of them.
    let solves = all.users.map { user in
      new.users.index(of: user).map { isNew[$0] || complete || before != nil } ?? false
    }
    let isAdded = all.items.map { item in model.items.index(of: item) == nil && new.items.index(of: item) != nil }
    let users = try interactions(all.filtered { solves[Int(all.userIndices.pointer[$0])] }, model)
    let items = try interactions(all.filtered { isAdded[Int(all.itemIndices.pointer[$0])] }, model)
    var updated = try model.updating(users: users, threads: threads)
    if items.count > 0 {
      // Items are solved against all their users, new ones too, and then users against all items.
      updated = try updated.updating(items: items, threads: threads)
      updated = try updated.updating(users: users, threads: threads)
    }
    let solved = users.users.count - (updated.users.count - model.users.count)
    let kept = isNew.count { !$0 } - solved
    StandardError.write(
      "\((updated.users.count - model.users.count).grouped) users and \((updated.items.count - model.items.count).grouped) "
        + "items added, \(solved.grouped) known users solved anew\n")
    if kept > 0 {
      StandardError.warn(
        "\(kept.grouped) known users keep their factors: name what they had before with --previous, or say --complete")
    }
    let blank = users.users.count { user in
      updated.users.index(of: user).map { updated.userFactors(at: $0).allSatisfy { $0 == 0 } } ?? false
    }
    if blank > 0 {
      StandardError.warn("\(blank.grouped) users have no factors: nobody else has any of their items")
    }
    if let refit {
      let data = try interactions(all, model)
      var configuration = updated.configuration
      configuration.iterations = refit
      let remembers = updated.remembersSeen
      updated = try configuration.fit(
        data, userFeatures: updated.userFeatures?.features, itemFeatures: updated.itemFeatures?.features,
        startingFrom: updated, choosing: .none, threads: threads)
      if remembers { updated = updated.remembering(data) }
      StandardError.write("\(refit) iterations of training on \(data.summary)\n")
    }
    try MappedFiles.requireUnchanged()
    try updated.write(to: output)
    StandardError.write("\(output): \(updated.summary.text)\n")
  }

  /// The matrix of some events, as the options say and the model needs it.
  private func interactions(_ events: Events, _ model: FactorModel) throws -> Interactions {
    let interactions = try Interactions(
      events.withoutUnused(), duplicates: inputOptions.policy(for: model.configuration.loss.feedback),
      threads: threadOptions.threads)
    return try inputOptions.minimumValue.map {
      try interactions.removing(valuesBelow: $0, threads: threadOptions.threads).interactions
    } ?? interactions
  }
}
