import ALSPlatform

/// How a file of interactions was understood.
public enum InputForm: Hashable, Sendable {
  /// Lines of fields: CSV and its relatives.
  case delimited(DelimitedLayout)
  /// A Matrix Market file: its field and its symmetry.
  case matrixMarket(field: String, symmetry: String)
  /// A sparse matrix that SciPy saved: its format.
  case sciPy(format: String)
  /// Compiled interactions; see ``CompiledInteractions``.
  case compiled(CompiledInteractions.Summary)
}

extension InputForm: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .delimited(let layout): "\(layout)"
    case .matrixMarket(let field, let symmetry): "Matrix Market, \(field), \(symmetry)"
    case .sciPy(let format): "SciPy \(format) matrix"
    case .compiled(let summary): "compiled interactions, \(summary)"
    }
  }
}

extension InputForm {
  /// What the first bytes of a file that is not delimited text say that it is.
  enum Kind {
    case matrixMarket, archive, compiled, model

    init?(_ start: [UInt8]) {
      if start.starts(with: MatrixMarket.banner.utf8) {
        self = .matrixMarket
      } else if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
        self = .archive
      } else if start.starts(with: CompiledHeader.magic) {
        self = .compiled
      } else if start.count >= 9, start[5..<8].allSatisfy({ $0 == 0 }), start[8] == UInt8(ascii: "{") {
        self = .model
      } else {
        return nil
      }
    }

    var name: String {
      switch self {
      case .matrixMarket: "a Matrix Market file"
      case .archive: "a ZIP archive"
      case .compiled: "a file of compiled interactions"
      case .model: "a model"
      }
    }

    /// How many bytes are looked at.
    static let startLength = 16
  }
}
