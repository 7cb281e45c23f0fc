import ALSPlatform

/// Draws positions with given probabilities in constant time, by Walker's alias method in Vose's form.
///
/// Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution", IEEE Trans. Softw. Eng. 1991.
struct AliasTable: Sendable {
  /// The chance that a column keeps its own position.
  private var kept: [Float]
  private var alias: [Int32]

  /// A table for weights that need not add up to one.
  ///
  /// - Precondition: No weight is negative, and one is positive.
  /// - Complexity: O(n).
  init(weights: [Double]) {
    let total = weights.reduce(0, +)
    precondition(total > 0 && total.isFinite, "no position has a positive weight")
    var height = weights.map { $0 / total * Double(weights.count) }
    kept = [Float](repeating: 1, count: weights.count)
    alias = Array(0..<Int32(weights.count))
    var (low, high): ([Int], [Int]) = ([], [])
    for position in weights.indices {
      if height[position] < 1 { low.append(position) } else { high.append(position) }
    }
    while let small = low.popLast(), let large = high.popLast() {
      kept[small] = Float(height[small])
      alias[small] = Int32(large)
      height[large] -= 1 - height[small]
      if height[large] < 1 { low.append(large) } else { high.append(large) }
    }
  }

  /// A random position.
  func draw(using random: inout RandomGenerator) -> Int32 {
    let column = random.nextIndex(below: kept.count)
    return Float(random.nextUniform()) <= kept[column] ? Int32(column) : alias[column]
  }
}
