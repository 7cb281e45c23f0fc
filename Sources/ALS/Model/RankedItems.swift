import ALSDense
import ALSPlatform
import CALSTopItems

/// The items of a model made ready for ``TopItems``: by falling norm, in the eigenbasis of their Gram matrix.
///
/// Made once per model, on the first request. Memory: one more copy of the item table, and 16 bytes per item or less.
///
/// By Cauchy and Schwarz x·y ≤ ‖x‖‖y‖, so that a user is done with all items as soon as ‖x‖ times the norm of the next
/// one is below the score of its `count`-th best so far; and x·y ≤ x[..<d]·y[..<d] + ‖x[d...]‖‖y[d...]‖, where the
/// first coordinates carry most of a score, because the basis puts them first (Teflioudi, Gemulla and Mykytiuk, *LEMP*,
/// SIGMOD 2015; Li, Chan, Yiu and Mamoulis, *FEXIPRO*, SIGMOD 2017).
///
/// ### Rounding
/// Vectors are scaled by powers of two so that no norm is above 1, which loses nothing. With u the unit roundoff of
/// `Element`, v that of `Double`, and K coordinates, what the scan computes for a user and an item, and what
/// ``FactorTables/score(user:item:)`` gives, differ by no more than ``relativeError``·‖x‖‖y‖, for which it adds up
/// * (K + 1)u: an inner product in any order, fused or not (Higham, *Accuracy and Stability of Numerical Algorithms*,
///   section 3.1), cut in two;
/// * 2u: x and y are rounded to `Element` after the rotation;
/// * 2K√K·v + ``OrthonormalBasis/defect``: the rotation of both in double precision;
/// * (K + 3)v: the canonical score's own rounding, in double precision;
/// * 4u: thresholds, bounds and what is compared with them are rounded;
///
/// one hundredth for the terms of second order, and ``absoluteError`` for what underflow may lose.
final class RankedItems<Element: Scalar>: Sendable {
  /// From position to item, and back.
  let order: Buffer<Int32>
  let positions: Buffer<Int32>
  let basis: OrthonormalBasis
  /// What items were multiplied with.
  let scale: Double
  let relativeError: Double
  let panels: Buffer<Element>
  let norms: Buffer<Double>
  let residuals: Buffer<Element>
  /// Where the residual test is made; 0 for not at all.
  let cut: Int

  /// Items of a panel.
  static var lanes: Int { Int(ALS_TOP_PANEL_BYTES) / MemoryLayout<Element>.stride }
  var panelCount: Int { norms.count }
  var vectorLength: Int { basis.order }

  /// What underflow may take from a scaled score.
  var absoluteError: Double { Double(2 * vectorLength + 4) * max(Double(Element.leastNonzeroMagnitude), 0x1p-400) }

  /// Norms that may be squared and multiplied without a thought.
  static var safeNorms: ClosedRange<Double> { 0x1p-300...0x1p300 }

  /// A factor that makes a computed norm an upper bound of the exact one.
  static func upwards(_ vectorLength: Int) -> Double { 1 + Double(4 * vectorLength + 16) * Double.ulpOfOne }

  /// `nil` when there are no items, or the largest is so large, or so small, that its norm is of no use.
  ///
  /// - Complexity: O(items·k² + items·log items).
  init?(_ tables: FactorTables<Element>, threads: Int) {
    let (n, k) = (tables.items.rowCount, tables.vectorLength)
    let itemNorms = Self.norms(of: tables, threads: threads)
    let order = (0..<Int32(n)).sorted {
      (itemNorms.pointer[Int($0)], $1) > (itemNorms.pointer[Int($1)], $0)
    }
    guard let first = order.first, itemNorms.elements.allSatisfy(\.isFinite),
      Self.safeNorms.contains(itemNorms.pointer[Int(first)])
    else { return nil }
    let largest = itemNorms.pointer[Int(first)]
    let (basis, scale) = (
      OrthonormalBasis(eigenvectorsOf: tables.itemVectorGram(threads: threads), order: k),
      Double(sign: .plus, exponent: -largest.exponent - 1, significand: 1)
    )
    self.order = Buffer(order)
    self.basis = basis
    self.scale = scale
    positions = Buffer(repeating: 0, count: n)
    for (position, item) in order.enumerated() { positions.pointer[Int(item)] = Int32(position) }
    let (length, u, v) = (Double(k), Double(Element.ulpOfOne) / 2, Double.ulpOfOne / 2)
    relativeError =
      1.01 * ((length + 7) * u + (2 * length * length.squareRoot() + length + 3) * v + basis.defect)
    let panelCount = (n + Self.lanes - 1) / Self.lanes
    norms = Buffer(repeating: 0, count: panelCount)
    for panel in 0..<panelCount {
      let norm = itemNorms.pointer[Int(order[panel * Self.lanes])]
      norms.pointer[panel] = norm * scale * Self.upwards(k) + Self.safeNorms.lowerBound
    }
    cut = Self.cut(k)
    panels = Buffer(repeating: 0, count: panelCount * Self.lanes * k)
    residuals = Buffer(repeating: 0, count: cut == 0 ? 0 : panelCount * Self.lanes)
    fillPanels(from: tables, threads: threads)
  }

  static func cut(_ k: Int) -> Int { 0 }

  private static func norms(of tables: FactorTables<Element>, threads: Int) -> Buffer<Double> {
    let norms = Buffer<Double>(uninitialized: tables.items.rowCount)
    parallelForEachChunk(of: norms.count, size: 4096, workers: threads) { items, _ in
      for item in items {
        let (y, bias) = (tables.items.row(item), Double(tables.itemBiases?.pointer[item] ?? 0))
        norms.pointer[item] = (dot(y, y, tables.items.columnCount) + bias * bias).squareRoot()
      }
    }
    return norms
  }

  private func fillPanels(from tables: FactorTables<Element>, threads: Int) {
    let (lanes, k) = (Self.lanes, vectorLength)
    parallelForEachChunk(of: order.count, size: 16 * lanes, workers: threads) { part, _ in
      let rows = Buffer<Double>(uninitialized: part.count * k)
      let rotated = Buffer<Double>(uninitialized: part.count * k)
      for (row, position) in part.enumerated() {
        tables.copyItem(Int(order.pointer[position]), to: rows.pointer + row * k)
        for c in 0..<k { rows.pointer[row * k + c] *= scale }
      }
      basis.rotate(rows.pointer, count: part.count, to: rotated.pointer)
      for (row, position) in part.enumerated() {
        let target = panels.pointer + position / lanes * lanes * k + position % lanes
        for c in 0..<k { target[c * lanes] = Element(rotated.pointer[row * k + c]) }
        guard cut > 0 else { continue }
        let rest = dot(rotated.pointer + row * k + cut, rotated.pointer + row * k + cut, k - cut).squareRoot()
        residuals.pointer[position] = Element(rest * (1 + 4 * Double(Element.ulpOfOne)) + Self.safeNorms.lowerBound)
      }
    }
  }
}
