import ALSDense
import ALSPlatform

/// What the rows of a half-sweep have in common when they are solved by conjugate gradients.
///
/// The fixed side may be stored times a power of two c, its scale. Everything is then solved for x/c, with diagonals
/// times c², so that no pass over entries has to know.
struct GradientSweep<Element: Scalar>: Sendable {
  let sweep: HalfSweep<Element>
  let table: GatherTable<Element>
  let instructions: InstructionSet
  /// The most steps of a row.
  let steps: Int
  /// A row is solved when a step would move it by less than this, relatively.
  let tolerance: Element
  /// c²·a0·Λ, padded with zeros.
  let dense: Buffer<Element>
  /// Of a last sweep.
  let coupling: Coupling<Element>?
  let resolved: ResolvedFactors
  /// c²·w·Λ/N with w the mean weight of entries: what an entry is expected to add to the diagonal.
  let expected: Buffer<Element>

  init(_ sweep: HalfSweep<Element>, steps: Int, format: TableFormat, instructions: InstructionSet) {
    self.sweep = sweep
    self.instructions = instructions
    table = GatherTable(
      sweep.fixed.table, format: format, instructions: instructions, threads: sweep.threads,
      largest: sweep.fixed.largest, room: sweep.room)
    // The last sweep must be right to 1e-4, with some room for badly conditioned rows.
    self.steps = sweep.isLast ? max(100, 2 * sweep.width) : steps
    tolerance =
      sweep.isLast ? Element(max(32 * Double(Element.ulpOfOne), 1e-10)) : min(1e-4, Element.ulpOfOne.squareRoot())
    let square = Double(table.scale) * Double(table.scale)
    let spectrum = sweep.fixed.spectrum ?? []
    let weight = sweep.objective.gramWeight
    if sweep.isLast && weight != 0 {
      let gram = sweep.fixed.preciseGram ?? preciseGram(of: sweep.fixed.table, threads: sweep.threads)
      let width = sweep.width
      dense = Self.padded((0..<width).map { square * weight * gram[$0 * (width + 1)] }, width: table.width)
      coupling = Coupling(
        gram, order: width, times: square * weight, width: table.width, instructions: instructions)
    } else {
      dense = Self.padded(spectrum.map { square * weight * $0 }, width: table.width)
      coupling = nil
    }
    resolved = ResolvedFactors(sweep)
    let count = Double(max(sweep.fixed.count, 1))
    let meanWeight = sweep.meanWeight()
    expected = Self.padded(spectrum.map { square * meanWeight * $0 / count }, width: table.width)
  }

  private static func padded(_ values: [Double], width: Int) -> Buffer<Element> {
    Buffer((0..<width).map { $0 < values.count ? Element(values[$0]) : 0 })
  }
}
