import ALSDense
import ALSPlatform

/// The items of a model made ready for ``TopItems``: in panels of a cache line's width, by falling norm.
///
/// Made once per model, on the first request. Memory: one more copy of the item table, and 9 bytes per item or less.
///
/// By Cauchy and Schwarz x·y ≤ ‖x‖‖y‖, so that a user is done with all items as soon as ‖x‖ times the norm of the next
/// one is below the score of its `count`-th best so far (Teflioudi, Gemulla and Mykytiuk, *LEMP: Fast Retrieval of
/// Large Entries in a Matrix Product*, SIGMOD 2015).
///
/// ### Rounding
/// Vectors are scaled by powers of two so that no norm is above 1, which loses nothing but what underflows. With u the
/// unit roundoff of `Element`, v that of `Double`, and K coordinates, what the scan computes for a user and an item and
/// what ``FactorTables/score(user:item:)`` gives, scaled alike, differ by no more than `relativeError`·‖x‖‖y‖ +
/// ``absoluteError``. The first adds up
/// * K·u for an inner product, in any order, fused or not (Higham, *Accuracy and Stability of Numerical Algorithms*,
///   section 3.1);
/// * (K + 3)·v for the canonical score, accumulated in double precision;
/// * 4u for thresholds and bounds, which are rounded as well;
///
/// and one hundredth for terms of second order; the second is what underflow may take from 2K products and coordinates.
final class RankedItems<Element: Scalar>: Sendable {
  /// From position to item, and back.
  let order: Buffer<Int32>
  let positions: Buffer<Int32>
  let panels: ItemPanels<Element>
  /// What items were multiplied with.
  let scale: Double

  private static func relativeError(length: Int) -> Double {
    let (length, u, v) = (Double(length), Double(Element.ulpOfOne) / 2, Double.ulpOfOne / 2)
    return 1.01 * ((length + 4) * u + (length + 3) * v)
  }

  var absoluteError: Double {
    Double(2 * panels.vectorLength + 4) * max(Double(Element.leastNonzeroMagnitude), 0x1p-400)
  }

  /// Norms whose squares, and products with one another, neither overflow nor underflow.
  static var safeNorms: ClosedRange<Double> { 0x1p-300...0x1p300 }

  /// The power of two that brings `norm` into 1/2..<1.
  static func scale(for norm: Double) -> Double { Double(sign: .plus, exponent: -norm.exponent - 1, significand: 1) }

  /// A computed norm made an upper bound of the exact one.
  static func bound(_ norm: Double, length: Int) -> Double {
    norm * (1 + Double(4 * length + 16) * Double.ulpOfOne) + safeNorms.lowerBound
  }

  /// `nil` when there are no items, or the largest norm is not a safe one.
  ///
  /// - Complexity: O(items · (k + log items)).
  init?(_ tables: FactorTables<Element>, threads: Int) {
    let (n, k) = (tables.items.rowCount, tables.vectorLength)
    let itemNorms = Buffer<Double>(uninitialized: n)
    parallelForEachChunk(of: n, size: 4096, workers: threads) { items, _ in
      for item in items { itemNorms.pointer[item] = tables.itemNorm(item) }
    }
    let order = (0..<Int32(n)).sorted {
      (itemNorms.pointer[Int($0)], $1) > (itemNorms.pointer[Int($1)], $0)
    }
    guard let first = order.first, itemNorms.elements.allSatisfy(\.isFinite),
      Self.safeNorms.contains(itemNorms.pointer[Int(first)])
    else { return nil }
    let scale = Self.scale(for: itemNorms.pointer[Int(first)])
    let lanes = ItemPanels<Element>.lanes
    let panelCount = (n + lanes - 1) / lanes
    let positions = Buffer<Int32>(uninitialized: n)
    let norms = Buffer<Double>(uninitialized: panelCount)
    let elements = Buffer<Element>(repeating: 0, count: panelCount * lanes * k)
    parallelForEachChunk(of: panelCount, size: 64, workers: threads) { part, _ in
      for panel in part {
        let start = panel * lanes
        norms.pointer[panel] = Self.bound(itemNorms.pointer[Int(order[start])] * scale, length: k)
        for position in start..<min(start + lanes, n) {
          positions.pointer[Int(order[position])] = Int32(position)
          tables.copyItem(
            Int(order[position]), scaledBy: scale, to: elements.pointer + start * k + position - start,
            stride: lanes)
        }
      }
    }
    panels = ItemPanels(
      elements: elements, norms: norms, vectorLength: k, relativeError: Self.relativeError(length: k))
    (self.order, self.positions, self.scale) = (Buffer(order), positions, scale)
  }
}
