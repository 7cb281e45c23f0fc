package import ALSPlatform

/// The features that a model was trained with: their names, and how values become coordinates.
///
/// A category `Acme` of an attribute `brand` is the feature `brand=Acme`, which is 1 or 0. Every other attribute is a feature
/// of its own name, whose coordinate is (value − shift) · scale.
public struct FeatureSpace: Sendable {
  /// The features' names, by position.
  public let names: Identifiers
  /// What is taken off a value, and what the rest is multiplied by.
  package let shifts, scales: Buffer<Double>

  package init(names: Identifiers, shifts: Buffer<Double>, scales: Buffer<Double>) {
    precondition(shifts.count == names.count && scales.count == names.count)
    (self.names, self.shifts, self.scales) = (names, shifts, scales)
  }

  /// The number of features.
  public var count: Int { names.count }

  /// What is taken off a value of the feature at `index`, and what the rest is then multiplied by.
  public func transformation(ofFeatureAt index: Int) -> (shift: Double, scale: Double) {
    precondition(names.indices.contains(index), "feature \(index) is outside 0..<\(count)")
    return (shifts.pointer[index], scales.pointer[index])
  }

  /// The name of the feature that a value of `attribute` belongs to.
  package static func name(_ attribute: String, _ value: FeatureValue) -> String {
    if case .category(let category) = value { "\(attribute)=\(category)" } else { attribute }
  }

  /// The coordinate of a value of the feature at `index`.
  func coordinate(_ value: FeatureValue, at index: Int) -> Double {
    switch value {
    case .category: 1
    case .number(let value), .amount(let value): (value - shifts.pointer[index]) * scales.pointer[index]
    }
  }
}
