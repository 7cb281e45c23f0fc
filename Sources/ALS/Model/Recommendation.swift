public import ALSSparse

/// An item, or a user, with its score.
public struct Recommendation: Hashable, Sendable {
  /// The identifier.
  public let id: Identifier
  /// The position in the model's table.
  public let index: Int
  /// The score: higher is better.
  public let score: Double

  /// An item, or a user, at `index` with `score`.
  public init(id: Identifier, index: Int, score: Double) {
    self.id = id
    self.index = index
    self.score = score
  }
}

/// A position and its score.
package struct Scored: Hashable, Sendable {
  package let index: Int32
  package let score: Double

  package init(index: Int32, score: Double) {
    self.index = index
    self.score = score
  }

  /// The order of results: by falling score, ties by index.
  static func isBetter(_ a: Scored, _ b: Scored) -> Bool {
    a.score > b.score || (a.score == b.score && a.index < b.index)
  }
}
