package import ALSDense
import ALSPlatform
public import ALSSparse

/// What a model knows of the features of its users, or of its items: those of each, and how they make factors.
///
/// The factors of one of whom only features f are known are Wᵀf.
public struct LearnedFeatures: Sendable {
  /// What each entity has.
  public let features: Features
  /// W: features × factors and, in models with biases, one more column, which makes the bias.
  package let weights: Matrix<Double>

  package init(_ features: Features, weights: Matrix<Double>) {
    precondition(weights.rowCount == features.space.count)
    (self.features, self.weights) = (features, weights)
  }

  /// The features, and how their values are read.
  public var space: FeatureSpace { features.space }

  /// The row of W of the feature at `index`: what it adds to the factors of those that have it and, in models with biases, to
  /// their bias, which comes last.
  public func weights(ofFeatureAt index: Int) -> [Double] {
    precondition(space.names.indices.contains(index), "feature \(index) is outside 0..<\(space.count)")
    return Array(UnsafeBufferPointer(start: weights.row(index), count: weights.columnCount))
  }

  /// The length of that row.
  public func norm(ofFeatureAt index: Int) -> Double {
    weights(ofFeatureAt: index).reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

extension LearnedFeatures {
  /// What an entity has of each of its features, and where it was looked up.
  typealias Row = [(feature: Int, value: Double)]

  /// The features of `identifier`: those that are `given`, if it is there, or else the model's.
  func row(of identifier: Identifier, given: Features? = nil) -> Row {
    for source in [given, features] {
      if let source, let row = source.entities.index(of: identifier) { return Self.row(row, of: source) }
    }
    return []
  }

  static func row(_ row: Int, of features: Features) -> Row {
    var found: Row = []
    features.matrix.forEachEntry(ofRow: row) { found.append(($0, $1)) }
    return found
  }

  /// Wᵀf.
  func prior(_ row: Row) -> [Double] {
    var sum = [Double](repeating: 0, count: weights.columnCount)
    for (feature, value) in row {
      let source = weights.row(feature)
      for c in sum.indices { sum[c] += value * source[c] }
    }
    return sum
  }
}

/// What a model knows of features: one reference, because models are copied for every request.
package final class SideFeatures: Sendable {
  package let sides: Sides<LearnedFeatures?>

  package init(_ sides: Sides<LearnedFeatures?>) { self.sides = sides }

  /// The same with others of one side.
  func replacing(_ side: Side, with learned: LearnedFeatures) -> SideFeatures {
    var copy = sides
    copy[side] = learned
    return SideFeatures(copy)
  }
}
