import ALSDense
import ALSPlatform

/// The scratch of one worker that solves blocks of coordinates: those coordinates of gathered rows, and their system.
final class SubspaceScratch<Element: Scalar> {
  private let table: GatherTable<Element>
  private let blocks: [CoordinateBlock]
  /// The elements of all blocks of a row.
  private let width: Int
  /// Those of the first block, and of the last.
  private let systems: [NormalEquations<Element>]
  private let packed, products: Buffer<Element>
  /// 0, 1, 2, …: packed rows are their own columns.
  private let positions: Buffer<Int32>
  /// The entries of the row that all blocks are packed of.
  private var kept = 0..<0
  private var columns: UnsafePointer<Int32>?

  /// Bytes of packed rows that are kept for all blocks: they stay in the second-level cache.
  private static var keptBytes: Int { 256 << 10 }

  init(_ table: GatherTable<Element>, _ blocks: [CoordinateBlock], instructions: InstructionSet) {
    (self.table, self.blocks) = (table, blocks)
    width = blocks.reduce(0) { $0 + $1.width }
    systems = Set([blocks[0].coordinates.count, blocks[blocks.count - 1].coordinates.count]).map {
      NormalEquations(order: $0, capacity: 1, instructions: instructions)
    }
    let keptElements = Self.keptBytes / MemoryLayout<Element>.stride
    packed = Buffer(uninitialized: blocks.reduce(keptElements) { max($0, $1.width * normalRows(width: $1.width)) })
    let most = blocks.reduce(keptElements / width) { max($0, normalRows(width: $1.width)) }
    products = Buffer(uninitialized: most)
    positions = Buffer((0..<Int32(most)).map(\.self))
  }

  /// The system of a block.
  func system(of block: CoordinateBlock) -> NormalEquations<Element> {
    systems[0].order == block.coordinates.count ? systems[0] : systems[systems.count - 1]
  }

  /// Takes `part` of the entries of a row, whose columns are `columns`; keeps all blocks of their rows where there is room.
  func open(_ columns: UnsafePointer<Int32>, _ part: Range<Int>) {
    self.columns = columns
    kept = part.count * width <= packed.count && part.count <= positions.count ? part : 0..<0
    if !kept.isEmpty { pack(0..<blocks.count, kept) }
  }

  /// Sets the system of block `index` to the sums over the entries in `part`, and returns it.
  func sums(_ index: Int, over part: Range<Int>, of row: SubspaceRow<Element>) -> NormalEquations<Element> {
    let (system, width) = (system(of: blocks[index]), blocks[index].width)
    system.begin(0, weightedGram: nil, nil)
    forEachPiece(of: part, in: index) { rows, entries in
      system.add(
        .packed(rows, columns: positions.pointer, count: entries.count, width: width),
        weights: row.weights + entries.lowerBound, targets: row.residuals + entries.lowerBound, to: 0)
    }
    return system
  }

  /// Takes off the residuals of the entries in `part` what `step` in block `index` adds to their scores.
  func move(_ index: Int, by step: UnsafePointer<Element>, _ part: Range<Int>, of row: SubspaceRow<Element>) {
    let (order, width) = (blocks[index].coordinates.count, blocks[index].width)
    forEachPiece(of: part, in: index) { rows, entries in
      let (weights, residuals) = (row.weights + entries.lowerBound, row.residuals + entries.lowerBound)
      // Some BLAS read what a factor of zero is for.
      products.pointer.update(repeating: 0, count: entries.count)
      Element.gemv(
        transpose: false, rows: entries.count, columns: order, alpha: 1, rows, stride: width, step, beta: 1,
        products.pointer)
      for entry in 0..<entries.count { residuals[entry] -= weights[entry] * products.pointer[entry] }
    }
  }

  /// The packed coordinates of a block, for some entries at a time.
  @inline(__always)
  private func forEachPiece(
    of part: Range<Int>, in index: Int, _ body: (_ rows: UnsafePointer<Element>, _ entries: Range<Int>) -> Void
  ) {
    let block = blocks[index]
    if !kept.isEmpty { return body(packed.pointer + block.offset * kept.count, kept) }
    let size = normalRows(width: block.width)
    for start in stride(from: part.lowerBound, to: part.upperBound, by: size) {
      let entries = start..<min(start + size, part.upperBound)
      pack(index..<index + 1, entries)
      body(packed.pointer, entries)
    }
  }

  /// Packs some blocks of the rows of some entries, block by block.
  private func pack(_ indices: Range<Int>, _ entries: Range<Int>) {
    guard let columns else { preconditionFailure("no entries have been taken") }
    let (rows, count) = (table.fullRows, entries.count)
    let start = packed.pointer - blocks[indices.lowerBound].offset * count
    for (position, entry) in entries.enumerated() {
      let row = rows + Int(columns[entry]) * table.width
      for index in indices {
        let (block, target) = (blocks[index], start + blocks[index].offset * count + position * blocks[index].width)
        target.update(from: row + block.coordinates.lowerBound, count: block.coordinates.count)
        (target + block.coordinates.count).update(repeating: 0, count: block.width - block.coordinates.count)
      }
    }
  }
}
