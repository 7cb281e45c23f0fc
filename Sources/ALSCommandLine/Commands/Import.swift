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
  @Option(help: "Regularization λ, for folding in. Default: the archive's, if no other of these is given.")
  var regularization: Double?
  @Option(help: "Weight α of an interaction, for folding in. Default: the archive's, if no other of these is given.")
  var alpha: Double?
  @Option(help: "Precision to keep the factors in.")
  var precision: Precision = .float
  @Option(name: .shortAndLong, help: "Model file to write.")
  var output: String

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
  }

  func run() throws {
    let (users, items) = (try userIds.map(readIdentifiers(from:)), try itemIds.map(readIdentifiers(from:)))
    let configuration = ImplicitALS(
      .hkv(alpha: alpha, confidence: .linear), regularization: regularization, precision: precision
    ).any
    let model: FactorModel
    if let archive {
      let isDefault = regularization == nil && alpha == nil && precision == .float
      model = try FactorModel(
        importing: archive, users: users, items: items, configuration: isDefault ? nil : configuration)
    } else {
      model = try FactorModel(
        userFactors: userFactors ?? "", itemFactors: itemFactors ?? "", users: users, items: items,
        configuration: configuration)
    }
    try model.write(to: output)
  }
}
