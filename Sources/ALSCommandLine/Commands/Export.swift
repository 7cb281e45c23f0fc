import ALS
import ArgumentParser

/// The command `als export`.
struct Export: CommandWithFiles {
  static let configuration = CommandConfiguration(
    abstract: "Write a model's vectors for other programs.",
    discussion: """
      Files that end in .npy get an array, in the order of the identifiers' files; those that end in .csv a line per row.

        als export model.safetensors --items items.npy --item-ids items.txt
        als export model.safetensors --form cosine --items items.npy --users users.npy
      """)

  @Argument(help: "Model file.")
  var model: String
  @Option(
    help: """
      factors; inner-product: with the biases, so that the inner product orders a user's items; or cosine: so that the \
      cosine does, for indexes of nearest neighbours.
      """)
  var form: VectorForm = .factors
  @Option(help: "File for the items' vectors, .npy or .csv.")
  var items: String?
  @Option(help: "File for the users' vectors, .npy or .csv.")
  var users: String?
  @Option(help: "File for the items' identifiers, one per line.")
  var itemIds: String?
  @Option(help: "File for the users' identifiers, one per line.")
  var userIds: String?

  var files: CommandFiles {
    CommandFiles(
      reading: ["the model": model],
      writing: ["--items": items, "--users": users, "--item-ids": itemIds, "--user-ids": userIds])
  }

  func validate() throws {
    if [items, users, itemIds, userIds].allSatisfy({ $0 == nil }) {
      throw ValidationError("Say what to write: --items, --users, --item-ids or --user-ids FILE.")
    }
  }

  func run() throws {
    let model = try FactorModel(contentsOf: self.model)
    if let items { try model.writeVectors(of: .items, as: form, to: items) }
    if let users { try model.writeVectors(of: .users, as: form, to: users) }
    if let itemIds { try model.writeIdentifiers(of: .items, to: itemIds) }
    if let userIds { try model.writeIdentifiers(of: .users, to: userIds) }
  }
}
