import ALSDense
import ALSPlatform

/// The scratch of one worker that solves rows whose coordinates may not be anything.
///
///     minimise xᵀAx − 2bᵀx + μ‖x‖₁ over x in 𝒟
///
/// Sweeps over the coordinates, each set to where its minimum is with the others as they are, find which ones are zero; the
/// others are then taken to the minimum that they have together, or as far on the way as none of them changes its sign. No
/// step raises the value, so that a row that begins where it was never gets worse. A last coordinate that is a bias has no
/// part in 𝒟 and μ.
///
/// Sources: Hsieh and Dhillon, *Fast coordinate descent methods with variable selection for non-negative matrix
/// factorization*, KDD 2011; Friedman, Hastie and Tibshirani, *Regularization paths for generalized linear models via
/// coordinate descent*, Journal of Statistical Software 33 (2010).
///
/// - Complexity: O(k·s) per sweep and O(k·s + s³) per joint step, with s coordinates that are not zero.
final class CoordinateDescent<Element: Scalar> {
  /// The solution, padded with zeros; what it is at first is where the descent begins.
  let x: UnsafeMutablePointer<Element>
  private let order, width, factors: Int
  private let domain: Domain
  private let instructions: InstructionSet
  /// Half the gradient but for μ, Ax − b; a step; and the roots of the diagonal of A.
  private let gradient, step, roots: UnsafeMutablePointer<Element>
  private let vectors: Buffer<Element>
  private let system, diagonals: Buffer<Element>
  private let support: Buffer<Int>
  private var supportCount = 0
  private var half: Element = 0

  /// Sweeps between joint steps.
  private static var sweeps: Int { 2 }
  /// A descent takes a few rounds, unless A is singular.
  private static var mostRounds: Int { 400 }

  /// For `order` unknowns in rows of `width`, of which the first `factors` are in 𝒟.
  init(order: Int, width: Int, factors: Int, domain: Domain, instructions: InstructionSet) {
    (self.order, self.width, self.factors, self.domain) = (order, width, factors, domain)
    self.instructions = instructions
    vectors = Buffer(repeating: 0, count: 4 * width)
    (x, gradient) = (vectors.pointer, vectors.pointer + width)
    (step, roots) = (vectors.pointer + 2 * width, vectors.pointer + 3 * width)
    system = Buffer(repeating: 0, count: width * width)
    diagonals = Buffer(uninitialized: order)
    support = Buffer(uninitialized: order)
  }

  /// Goes down from `x` until no coordinate is further from its own minimum than the share `tolerance` of what is aimed at,
  /// or rounding; false when it does not get there, with `x` as far as it got.
  ///
  /// Reads the upper triangle of `a`, in rows of the padded width, and fills in the other.
  func solve(
    _ a: UnsafeMutablePointer<Element>, _ b: UnsafePointer<Element>, sparsity: Element, tolerance: Element
  ) -> Bool {
    guard let aim = begin(a, b, sparsity: sparsity) else { return false }
    for _ in 0..<Self.mostRounds {
      computeGradient(a, b)
      if isSolved(aim, tolerance, a) { return true }
      for _ in 0..<Self.sweeps { sweep(a) }
      if isSolved(aim, tolerance, a) { return true }
      while takeJointStep(a) {}
    }
    computeGradient(a, b)
    return isSolved(aim, tolerance, a)
  }

  /// Goes down from `x` by so many sweeps alone; false when the system is not finite.
  ///
  /// - Complexity: O(k·s) per sweep.
  func improve(
    _ a: UnsafeMutablePointer<Element>, _ b: UnsafePointer<Element>, sparsity: Element, sweeps: Int
  ) -> Bool {
    guard begin(a, b, sparsity: sparsity) != nil else { return false }
    computeGradient(a, b)
    for _ in 0..<sweeps { sweep(a) }
    return (0..<order).allSatisfy { x[$0].isFinite }
  }

  /// Takes the system, and moves `x` into 𝒟; the largest of what coordinates aim at, or `nil` when it is not finite.
  private func begin(
    _ a: UnsafeMutablePointer<Element>, _ b: UnsafePointer<Element>, sparsity: Element
  ) -> Element? {
    half = sparsity / 2
    var aim: Element = 0
    for i in 0..<order {
      for j in i + 1..<max(order, i + 1) { a[j * width + i] = a[i * width + j] }
      let curvature = a[i * (width + 1)]
      roots[i] = curvature > 0 ? curvature.squareRoot() : 0
      if domain == .nonnegative && i < factors { x[i] = max(0, x[i]) }
      guard curvature.isFinite, b[i].isFinite else {
        x[0] = .nan
        return nil
      }
      if roots[i] > 0 { aim = max(aim, abs(b[i]) / roots[i]) }
    }
    return aim
  }

  private func computeGradient(_ a: UnsafePointer<Element>, _ b: UnsafePointer<Element>) {
    for i in 0..<order { gradient[i] = -b[i] }
    for j in 0..<order where x[j] != 0 { move(x[j], along: a + j * width) }
  }

  /// Adds what moving a coordinate by so much does to the gradient.
  @inline(__always)
  private func move(_ distance: Element, along row: UnsafePointer<Element>) {
    let gradient = gradient
    for i in 0..<width { gradient[i] += distance * row[i] }
  }

  /// Where coordinate `j` has its minimum.
  @inline(__always)
  private func minimum(_ j: Int, _ a: UnsafePointer<Element>) -> Element {
    let curvature = a[j * (width + 1)]
    // Nothing says what it is.
    guard curvature > 0 else { return 0 }
    let value = curvature * x[j] - gradient[j]
    if j >= factors { return value / curvature }
    if value > half { return (value - half) / curvature }
    return domain == .all && value < -half ? (value + half) / curvature : 0
  }

  private func sweep(_ a: UnsafePointer<Element>) {
    for j in 0..<order {
      let (start, end) = (x[j], minimum(j, a))
      if start == end { continue }
      x[j] = end
      move(end - start, along: a + j * width)
    }
  }

  /// The conditions of Karush, Kuhn and Tucker: how far a coordinate is from its own minimum, in units in which A has a
  /// diagonal of ones.
  private func isSolved(_ aim: Element, _ tolerance: Element, _ a: UnsafePointer<Element>) -> Bool {
    var (residual, size): (Element, Element) = (0, 0)
    for j in 0..<order {
      residual = max(residual, abs(minimum(j, a) - x[j]) * roots[j])
      size += abs(x[j]) * roots[j]
    }
    return residual <= tolerance * aim + 4 * Element.ulpOfOne * size
  }

  /// Takes the coordinates that are not zero towards the minimum that they have together; whether one of them has come to
  /// zero before, so that there is another such step to take.
  private func takeJointStep(_ a: UnsafePointer<Element>) -> Bool {
    supportCount = 0
    for j in 0..<order where roots[j] > 0 && (x[j] != 0 || j >= factors) {
      support.pointer[supportCount] = j
      supportCount += 1
    }
    guard supportCount > 0, solveSupport(a) else { return false }
    var (share, blocked): (Element, Int?) = (1, nil)
    for (i, j) in support.elements.prefix(supportCount).enumerated() where j < factors {
      let end = x[j] + step[i]
      if x[j] > 0 ? end > 0 : end < 0 { continue }
      let way = -x[j] / step[i]
      if way < share || blocked == nil { (share, blocked) = (min(way, 1), i) }
    }
    for (i, j) in support.elements.prefix(supportCount).enumerated() {
      let distance = i == blocked ? -x[j] : share * step[i]
      let end = i == blocked ? 0 : x[j] + distance
      // Of two that come to zero together, rounding may take one beyond.
      let isBeyond = j < factors && (x[j] > 0 ? end < 0 : end > 0)
      move(isBeyond ? -x[j] : distance, along: a + j * width)
      x[j] = isBeyond ? 0 : end
    }
    return blocked != nil
  }

  /// Sets the step of the coordinates of the support to their minimum; false when their matrix is singular to working
  /// precision.
  private func solveSupport(_ a: UnsafePointer<Element>) -> Bool {
    let (count, support, system) = (supportCount, support.pointer, system.pointer)
    for i in 0..<count {
      let (j, row) = (support[i], a + support[i] * width)
      for other in i..<count { system[i * width + other] = row[support[other]] }
      step[i] = -gradient[j] - (j >= factors ? 0 : x[j] > 0 ? half : -half)
    }
    let tolerance = 2 * Element(count).squareRoot() * Element.ulpOfOne
    let isSolved =
      count <= NormalEquations<Element>.largestKernelOrder
      ? Element.factorAndSolve(
        order: count, stride: width, system, step, diagonals: diagonals.pointer, tolerance: tolerance,
        instructions: instructions)
      : withSingleThreadedBLAS { Element.posv(order: count, system, stride: width, step) == 0 }
    return isSolved && (0..<count).allSatisfy { step[$0].isFinite }
  }
}
