import ALSPlatform
import CALSKernels
import Synchronization

/// A table in the form that the kernels gather from: rows padded with zeros, and perhaps in half precision.
///
/// In half precision the table is multiplied by a power of two, ``scale``, that brings its largest element near the top
/// of the range of halves.
package struct GatherTable<Element: Scalar>: Sendable {
  /// The elements of a row, with padding.
  package let width: Int
  package let format: TableFormat
  /// What the elements were multiplied by.
  package let scale: Element
  private let rows: Buffer<Element>?
  private let halves: Buffer<UInt16>?
  /// The rows or the halves, which are kept by these.
  nonisolated(unsafe) private let base: UnsafeRawPointer

  /// The width of rows of `columnCount` elements with their padding.
  package static func width(for columnCount: Int) -> Int {
    let lanes = Int(ALS_LANES)
    return (columnCount + lanes - 1) / lanes * lanes
  }

  /// An odd number of cache lines for rows of `width`, so that those of a panel of columns do not fall on the same few sets.
  package static func unevenStride(for width: Int) -> Int { (width / Int(ALS_LANES) | 1) * Int(ALS_LANES) }

  /// The bytes of a row.
  package var rowBytes: Int { width * (format == .half ? 2 : MemoryLayout<Element>.stride) }

  /// The rows of `table`, which is not copied when it has the right width and no format to change.
  ///
  /// Half precision is for `Float`; a table of `Double` stays as it is. `largest` is the largest magnitude that the scale
  /// is to fit, when it is not that of this table: parts of one table then have one scale. A copy lies in `room`.
  ///
  /// - Complexity: O(size of the table).
  @_specialize(where Element == Float)
  @_specialize(where Element == Double)
  package init(
    _ table: Matrix<Element>, format: TableFormat, instructions: InstructionSet, threads: Int, largest: Float? = nil,
    room: TableRoom = TableRoom()
  ) {
    let (columnCount, width) = (table.columnCount, Self.width(for: table.columnCount))
    self.width = width
    guard format == .half, let source = table as? Matrix<Float> else {
      let padded =
        columnCount == width ? table.buffer : room.buffer(of: Element.self, count: table.rowCount * width)
      if columnCount != width {
        parallelForEachChunk(of: table.rowCount, size: 1024, workers: threads) { chunk, _ in
          for row in chunk { table.copyRow(row, padding: width, to: padded.pointer + row * width) }
        }
      }
      (self.format, scale, rows, halves, base) = (.full, 1, padded, nil, UnsafeRawPointer(padded.pointer))
      return
    }
    let scale = scaleForHalves(
      largest ?? source.largestMagnitude(instructions: instructions, threads: threads))
    let narrowed = room.buffer(of: UInt16.self, count: table.rowCount * width)
    parallelForEachChunk(of: table.rowCount, size: 256, workers: threads) { chunk, _ in
      let block = Buffer<Float>(uninitialized: chunk.count * width)
      for (position, row) in chunk.enumerated() {
        source.copyRow(row, padding: width, to: block.pointer + position * width)
      }
      instructions.kernels.narrow(block.pointer, scale, narrowed.pointer + chunk.lowerBound * width, block.count)
    }
    self.format = .half
    self.scale = Element(scale)
    (rows, halves, base) = (nil, narrowed, UnsafeRawPointer(narrowed.pointer))
  }

  /// The first row, in full precision.
  ///
  /// Valid while the table is alive.
  package var fullRows: UnsafePointer<Element> {
    guard let rows else { preconditionFailure("a table in half precision") }
    return UnsafePointer(rows.pointer)
  }

  /// The rows at `columns`; `ahead` more columns can be read, and their rows are fetched in advance.
  ///
  /// Valid while the table is alive.
  package func gathered(_ columns: UnsafePointer<Int32>, count: Int, ahead: Int) -> GatheredRows {
    GatheredRows(
      code: als_rows(table: base, columns: columns, count: count, ahead: ahead, width: width), format: format)
  }
}

/// How the elements of a ``GatherTable`` are stored.
package enum TableFormat: Sendable {
  /// As they are computed with.
  case full
  /// IEEE half precision, for single-precision arithmetic.
  case half
}

/// Rows of a table, chosen by the columns of a sparse row.
package struct GatheredRows {
  let code: als_rows
  let format: TableFormat

  /// The first `count` rows, without gaps, of packed ones.
  ///
  /// Only ``Scalar/accumulate`` takes rows without `columns`; for the others these are 0, 1, 2 and so on.
  package static func packed<Element: Scalar>(
    _ rows: UnsafePointer<Element>, columns: UnsafePointer<Int32>? = nil, count: Int, width: Int
  ) -> GatheredRows {
    GatheredRows(code: als_rows(table: rows, columns: columns, count: count, ahead: 0, width: width), format: .full)
  }
}

/// What the entries of gathered rows weigh and aim at, as linear functions of their weights q and their values r.
///
///     w = w0 + w1·q        t = (t0 + t1·r)·s − w·o
///
/// with s the scale and o the offset of the entry's column.
package struct GatheredTerms {
  let code: als_terms

  /// `values` are by entry, ones when `nil`, and so are `weights`, the values when `nil`; `scales` and `offsets` are by
  /// column, ones and zeros when `nil`, and for targets only.
  package init<Element: Scalar>(
    weight: (constant: Double, slope: Double), target: (constant: Double, slope: Double),
    values: UnsafePointer<Float>?, weights: UnsafePointer<Float>? = nil, scales: UnsafePointer<Element>? = nil,
    offsets: UnsafePointer<Element>?
  ) {
    code = als_terms(
      weight_constant: weight.constant, weight_slope: weight.slope, target_constant: target.constant,
      target_slope: target.slope, values: values, weights: weights, scales: scales, offsets: offsets)
  }
}

extension Matrix {
  /// Row `row` and zeros up to `width`.
  fileprivate func copyRow(_ row: Int, padding width: Int, to target: UnsafeMutablePointer<Element>) {
    target.initialize(from: self.row(row), count: columnCount)
    (target + columnCount).initialize(repeating: 0, count: width - columnCount)
  }
}

extension Matrix where Element == Float {
  /// The largest magnitude of all elements; NaN counts as none.
  package func largestMagnitude(instructions: InstructionSet, threads: Int) -> Float {
    let largest = Mutex<Float>(0)
    parallelForEachChunk(of: rowCount, size: 1024, workers: threads) { chunk, _ in
      let found = ALSDense.largestMagnitude(
        row(chunk.lowerBound), count: chunk.count * columnCount, instructions: instructions)
      largest.withLock { $0 = max($0, found) }
    }
    return largest.withLock { $0 }
  }
}

/// The power of two that takes the largest element to between 2¹³ and 2¹⁴, a quarter of what halves hold.
private func scaleForHalves(_ largest: Float) -> Float {
  Float(sign: .plus, exponent: min(max(13 - (largest > 0 ? largest.exponent : 0), -60), 60), significand: 1)
}

/// The largest magnitude among `count` numbers; NaN counts as none.
package func largestMagnitude(_ numbers: UnsafePointer<Float>, count: Int, instructions: InstructionSet) -> Float {
  instructions.kernels.largest(numbers, count)
}
