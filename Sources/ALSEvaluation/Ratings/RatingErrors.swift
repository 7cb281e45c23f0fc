import ALSPlatform

/// A measure of predicted ratings; lower is better.
public enum RatingMetric: String, CaseIterable, Sendable, Hashable, Codable {
  /// Root mean squared error: √(Σ (p − r)² / n) for n predictions p of ratings r.
  case rmse
  /// Mean absolute error: Σ |p − r| / n.
  case mae
}

/// How far predicted ratings are from the true ones.
///
/// Both measures as in Herlocker et al., "Evaluating Collaborative Filtering Recommender Systems", TOIS 2004.
public struct RatingErrors: Sendable, Hashable {
  /// The number of predictions.
  public let count: Int
  private let sumOfSquares: Double
  private let sumOfMagnitudes: Double

  /// The value of `metric`, in units of the ratings; `nil` when there are no predictions.
  public subscript(metric: RatingMetric) -> Double? {
    guard count > 0 else { return nil }
    switch metric {
    case .rmse: return (sumOfSquares / Double(count)).squareRoot()
    case .mae: return sumOfMagnitudes / Double(count)
    }
  }

  /// The errors that add up to `sums`, those of several parts of the ratings added.
  init(sums: [Double]) {
    (count, sumOfSquares, sumOfMagnitudes) = (Int(sums[0]), sums[1], sums[2])
  }

  /// The number of predictions, and the sums of squares and of magnitudes.
  var sums: [Double] { [Double(count), sumOfSquares, sumOfMagnitudes] }

  /// The errors of `predicted`, position by position.
  ///
  /// - Parameters:
  ///   - predicted: Predictions.
  ///   - actual: What they should be.
  /// - Throws: `ALSError` when the arrays differ in length.
  /// - Complexity: O(n).
  public init(predicted: [Double], actual: [Double]) throws {
    guard predicted.count == actual.count else {
      throw ALSError(
        .data, "there are \(predicted.count) predictions of \(actual.count) ratings: one of each is needed.")
    }
    self.init(count: predicted.count, threads: 1) { predicted[$0] - actual[$0] }
  }

  /// The errors `difference(0)`, `difference(1)`, …, prediction minus rating, each asked for once.
  ///
  /// Blocks of fixed size are summed in order and their sums pairwise: the same for every number of threads.
  package init(count: Int, threads: Int, difference: @Sendable (Int) -> Double) {
    let blockSize = 4096
    let blocks = (count + blockSize - 1) / blockSize
    let squares = Buffer<Double>(repeating: 0, count: blocks)
    let magnitudes = Buffer<Double>(repeating: 0, count: blocks)
    parallelForEachChunk(of: count, size: blockSize, workers: threads) { block, _ in
      var (square, magnitude) = (0.0, 0.0)
      for index in block {
        let error = difference(index)
        square += error * error
        magnitude += abs(error)
      }
      squares.pointer[block.lowerBound / blockSize] = square
      magnitudes.pointer[block.lowerBound / blockSize] = magnitude
    }
    self.count = count
    sumOfSquares = pairwiseSum(Array(squares.elements)[...])
    sumOfMagnitudes = pairwiseSum(Array(magnitudes.elements)[...])
  }
}

extension RatingMetric {
  /// The mean of squares, or of magnitudes, that the value is made of.
  func ratio(ofValue value: Double) -> Double { self == .rmse ? value * value : value }

  /// The standard error of the value, given that of the ratio; to first order, as √R varies by 1/(2√R) as much as R.
  func standardError(ofRatio error: Double, value: Double) -> Double? {
    self == .rmse ? (value > 0 ? error / (2 * value) : nil) : error
  }
}
