import ALSDense
import ALSPlatform

/// What the rows of a half-sweep have in common when they are solved by conjugate gradients.
///
/// The fixed side may be stored times a power of two c, its scale. Everything is then solved for x/c, with diagonals
/// times c², so that no pass over entries has to know.
struct RowProblem<Element: Scalar>: Sendable {
  /// As many coordinates at a time as a row is padded to a multiple of.
  typealias Chunk = SIMD16<Element>

  let sweep: HalfSweep<Element>
  let table: GatherTable<Element>
  let instructions: InstructionSet
  /// The most steps of a row.
  let steps: Int
  /// A row is solved when a step would move it by less than this, relatively.
  let tolerance: Element
  /// c²·a0·Λ, padded with zeros.
  let dense: Buffer<Chunk>
  /// c²·Λ/N: what an entry of weight 1 is expected to add to the diagonal.
  let expected: Buffer<Chunk>

  init(_ sweep: HalfSweep<Element>, steps: Int, format: TableFormat, instructions: InstructionSet) {
    self.sweep = sweep
    self.instructions = instructions
    table = GatherTable(sweep.fixed.table, format: format, instructions: instructions, threads: sweep.threads)
    // The last sweep must be right to 1e-4, with some room for badly conditioned rows.
    self.steps = sweep.isLast ? max(100, 2 * sweep.width) : steps
    tolerance = sweep.isLast ? Element(max(32 * Double(Element.ulpOfOne), 1e-10)) : Element(1e-4)
    let square = Double(table.scale) * Double(table.scale)
    let spectrum = sweep.fixed.spectrum ?? []
    dense = Self.chunks(spectrum.map { square * sweep.objective.gramWeight * $0 }, width: table.width)
    let count = Double(max(sweep.fixed.table.rowCount, 1))
    expected = Self.chunks(spectrum.map { square * $0 / count }, width: table.width)
  }

  private static func chunks(_ values: [Double], width: Int) -> Buffer<Chunk> {
    let buffer = Buffer<Chunk>(repeating: .zero, count: width / Chunk.scalarCount)
    for (i, value) in values.enumerated() {
      buffer.pointer[i / Chunk.scalarCount][i % Chunk.scalarCount] = Element(value)
    }
    return buffer
  }
}
