/// The text format of the Matrix Market (Boisvert, Pozo and Remington, NISTIR 5935): a banner, comments, the size,
/// and one entry per line with row and column counted from 1.
enum MatrixMarket {
  static let banner = "%%MatrixMarket"

  /// What the banner says.
  struct Header: Hashable, Sendable {
    enum Field: String { case real, integer, pattern }
    enum Symmetry: String {
      case general, symmetric
      case skew = "skew-symmetric"
    }

    var field: Field
    var symmetry: Symmetry

    /// The reason why a banner cannot be read is thrown as text.
    init(banner line: String) throws(Problem) {
      let words = line.split(whereSeparator: { $0.isWhitespace }).map { $0.lowercased() }
      guard words.count == 5, words[0] == MatrixMarket.banner.lowercased(), words[1] == "matrix" else {
        throw Problem("the banner is not one of a matrix: %%MatrixMarket matrix coordinate real general, for example.")
      }
      guard words[2] == "coordinate" else {
        throw Problem(
          "the matrix is stored as \(words[2]), but only coordinate can be read. Save it as a sparse matrix.")
      }
      let field = words[3] == "double" ? "real" : words[3]
      guard let field = Field(rawValue: field), let symmetry = Symmetry(rawValue: words[4]) else {
        throw Problem(
          "the matrix is \(words[3]) \(words[4]), but it must be real, integer or pattern, and not hermitian.")
      }
      self.field = field
      self.symmetry = symmetry
    }
  }

  struct Problem: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }
}
