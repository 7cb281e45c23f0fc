/// The files that a server works from.
public struct ServedFiles: Sendable {
  /// The model.
  public var model: String
  /// What users have interacted with: not recommended again, and what explanations are made of.
  public var interactions: String?
  /// Names of items for people.
  public var titles: String?

  /// Files by path.
  public init(model: String, interactions: String? = nil, titles: String? = nil) {
    self.model = model
    self.interactions = interactions
    self.titles = titles
  }

  var all: [String] { [model] + [interactions, titles].compactMap { $0 } }
}
