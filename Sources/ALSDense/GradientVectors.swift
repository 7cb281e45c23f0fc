import ALSPlatform
import CALSKernels

/// The vectors of the conjugate gradient iteration of one row, and what is done with them between two passes.
///
/// The system is (D + Σ w v vᵀ) x = Σ t v with a diagonal D. A row goes through `load`, a pass with targets from `x`,
/// `start`; then `turn`, a pass without targets from `direction`, and `advance`, as often as wanted. Each pass adds to
/// `sum`, which is zero before. All have the padded width of the table.
package struct GradientVectors<Element: Scalar>: Sendable {
  private let storage: Buffer<Element>
  private let width: Int
  private let instructions: InstructionSet

  package init(width: Int, instructions: InstructionSet) {
    storage = Buffer(repeating: 0, count: Int(ALS_GRADIENT_VECTORS) * width)
    (self.width, self.instructions) = (width, instructions)
  }

  package var x: UnsafeMutablePointer<Element> { storage.pointer }
  package var residual: UnsafeMutablePointer<Element> { storage.pointer + width }
  package var direction: UnsafeMutablePointer<Element> { storage.pointer + 2 * width }
  package var sum: UnsafeMutablePointer<Element> { storage.pointer + 3 * width }
  /// 1/M of each coordinate, with M the preconditioner; 0 for those that are left out.
  package var inverse: UnsafeMutablePointer<Element> { storage.pointer + 5 * width }

  /// Begins at x = `unit`·`source`, which has `order` elements, with D = `dense` + `regularization` and the
  /// preconditioner D + `count`·`expected`.
  package func load(
    _ source: UnsafePointer<Element>, order: Int, unit: Element, dense: UnsafePointer<Element>,
    expected: UnsafePointer<Element>, count: Element, regularization: Element
  ) {
    Element.load(
      storage.pointer, width: width, source, order: order, unit: unit, dense: dense, expected: expected, count: count,
      regularization: regularization, instructions: instructions)
  }

  /// Adds to a coordinate of D, and of the preconditioner.
  package func addToDiagonal(_ coordinate: Int, _ value: Element) {
    storage.pointer[4 * width + coordinate] += value
    inverse[coordinate] = 1 / (1 / inverse[coordinate] + value)
  }

  /// Makes the coordinates in `range` zero, for good.
  package func leaveOut(_ range: Range<Int>) {
    (x + range.lowerBound).update(repeating: 0, count: range.count)
    // No direction leads there.
    (inverse + range.lowerBound).update(repeating: 0, count: range.count)
  }

  /// Makes the sum of a pass the residual.
  package func start() { Element.start(storage.pointer, width: width, instructions: instructions) }

  /// The product of the residual with the preconditioned one; 0 when the latter is no longer than `tolerance` times x.
  ///
  /// If it is not 0 and `turning`, chooses the next direction; `decrease` is what the last turn returned, or 0.
  package func turn(decrease: Element, tolerance: Element, turning: Bool) -> Element {
    Element.turn(
      storage.pointer, width: width, decrease: decrease, tolerance: tolerance, turning: turning,
      instructions: instructions)
  }

  /// Goes to the minimum along the direction, or returns false when that is farther away than `longest` times it, or not
  /// there at all.
  package func advance(decrease: Element, longest: Element = .greatestFiniteMagnitude) -> Bool {
    Element.advance(storage.pointer, width: width, decrease: decrease, longest: longest, instructions: instructions)
  }

  /// Moves the `order` elements of `target` to `unit`·x and `beyond` times as far again.
  ///
  /// - Returns: Whether all of `unit`·x is finite.
  package func store(
    to target: UnsafeMutablePointer<Element>, order: Int, unit: Element, beyond: Element = 0
  ) -> Bool {
    Element.store(
      storage.pointer, to: target, order: order, unit: unit, beyond: beyond, instructions: instructions)
  }

  package func clearSum() { sum.update(repeating: 0, count: width) }
}
