/// How alike two vectors of factors are.
public enum Similarity: String, CaseIterable, Hashable, Codable, Sendable {
  /// The cosine of their angle, between −1 and 1: taste, whatever the popularity.
  case cosine
  /// Their inner product, which grows with popularity.
  case innerProduct = "inner-product"
}
