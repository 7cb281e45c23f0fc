import ALS
import ALSFiles
import ArgumentParser

/// The command `als import`.
struct Import: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Make a model of factors from another program.",
    discussion: """
        als import implicit.npz --user-ids users.txt --item-ids items.txt --output model.safetensors
        als import --user-factors users.npy --item-factors items.npy --output model.safetensors

      What new users are folded in by, and the precision that the factors are kept in, is said with the options of train; without \
      any, it is --objective hkv with --confidence linear, and the archive's λ and α. docs/serving.md has a recipe for Spark.
      """)

  @Argument(help: "Archive (.npz) with user_factors and item_factors, as Python's implicit saves it.")
  var archive: String?
  @Option(help: "Users' factors, users × k (.npy).")
  var userFactors: String?
  @Option(help: "Items' factors, items × k (.npy).")
  var itemFactors: String?
  @Option(help: "File of the users' identifiers, one per line, in the order of the rows. Default: 0, 1, 2 and so on.")
  var userIds: String?
  @Option(help: "File of the items' identifiers.")
  var itemIds: String?
  @Option(name: .shortAndLong, help: "Model file to write.")
  var output: String
  @OptionGroup(title: "Folding in") var training: TrainingOptions

  var files: CommandFiles {
    CommandFiles(
      reading: [
        "the archive": archive, "--user-factors": userFactors, "--item-factors": itemFactors, "--user-ids": userIds,
        "--item-ids": itemIds,
      ],
      writing: ["--output": output])
  }

  func validate() throws {
    guard (archive == nil) == (userFactors != nil), (userFactors == nil) == (itemFactors == nil) else {
      throw ValidationError("Name an archive, or both --user-factors and --item-factors.")
    }
    if training.factors != nil || training.iterations != nil {
      throw ValidationError(
        "--factors and --iterations are for training: these factors are as they are. Leave them out.")
    }
  }

  /// What was asked for; `nil` when nothing was.
  private var configuration: ModelConfiguration? {
    if training.configuration == ImplicitALS().any { return nil }
    guard training.feedback == .implicit else { return training.configuration }
    var training = training
    training.kind.objective = training.kind.objective ?? .hkv
    training.confidence = training.confidence ?? .linear
    return training.configuration
  }

  func run() throws {
    let (users, items) = (try userIds.map(readIdentifiers(from:)), try itemIds.map(readIdentifiers(from:)))
    let model: FactorModel
    if let archive {
      model = try FactorModel(importing: archive, users: users, items: items, configuration: configuration)
    } else {
      model = try FactorModel(
        userFactors: userFactors ?? "", itemFactors: itemFactors ?? "", users: users, items: items,
        configuration: configuration ?? ImplicitALS(.hkv(confidence: .linear)).any)
    }
    try model.write(to: output)
  }
}
