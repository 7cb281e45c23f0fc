/// What is exported of a user or an item, as a vector.
public enum VectorForm: String, CaseIterable, Hashable, Codable, Sendable {
  /// The k factors; biases are left out.
  case factors
  /// Vectors whose inner product orders a user's items: the factors, and in models with biases one coordinate more, which
  /// is 1 for users and the bias for items.
  case innerProduct = "inner-product"
  /// Vectors whose cosine orders a user's items, for indexes of nearest neighbours: those for inner products, and one
  /// coordinate more.
  ///
  /// It is √(M² − ‖y‖²) for items, with M the largest norm, so that all have the norm M, and 0 for users: then
  /// cos(x, y) = x·y / (‖x‖·M). Source: Bachrach et al., *Speeding up the Xbox recommender system using a Euclidean
  /// transformation for inner-product spaces*, RecSys 2014.
  case cosine
}
