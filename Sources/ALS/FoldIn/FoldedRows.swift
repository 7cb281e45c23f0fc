import ALSPlatform
public import ALSSparse

/// The factors of many users, or of many items, found from their interactions against a trained model.
public struct FoldedRows: Sendable {
  /// The identifiers of the rows.
  public let identifiers: Identifiers
  /// The number of interactions of each row that the model knows and that are not as good as absent.
  public let entryCounts: [Int]
  /// Σ w·r of each row; empty where no confidence reads it.
  let totals: Buffer<Float>
  /// The interactions that had no part in the factors, because the model does not know their other side.
  public let unknownCount: Int
  /// The features that came with the rows; `nil` when none did.
  public let features: Features?
  /// The model's that the factors were solved with; see ``FactorModel/origin(fixing:)``.
  let origin: UInt64
  /// What the rows were solved from, with the columns of the model.
  let interactions: CSRMatrix<Float>
  /// Which side of the model the rows belong to.
  package let side: Side
  package let table: Table

  /// Rows in the model's precision.
  package enum Table: Sendable {
    case float(FactorRows<Float>)
    case double(FactorRows<Double>)
  }

  /// The number of rows.
  public var count: Int { identifiers.count }

  /// The factors of the row at `index`.
  ///
  /// - Complexity: O(k).
  public func factors(at index: Int) -> [Double] {
    precondition(index >= 0 && index < count, "row \(index) is outside 0..<\(count)")
    return switch table {
    case .float(let rows): rows.factors(index)
    case .double(let rows): rows.factors(index)
    }
  }

  /// The bias of the row at `index`; 0 in models without biases.
  public func bias(at index: Int) -> Double {
    precondition(index >= 0 && index < count, "row \(index) is outside 0..<\(count)")
    return switch table {
    case .float(let rows): Double(rows.bias(index))
    case .double(let rows): rows.bias(index)
    }
  }
}
