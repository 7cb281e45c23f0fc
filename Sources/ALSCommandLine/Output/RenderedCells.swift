import ALSPlatform

/// Cells of the same columns for many things, made once to be copied into many lines.
struct RenderedCells: Sendable {
  private let bytes: Buffer<UInt8>
  private let ends: Buffer<Int>

  /// The cells of `count` things in `layout`, of which the first is that of `column`.
  init(_ layout: ResultLayout, from column: Int, count: Int, cells: (_ thing: Int) -> [Cell]) {
    var lines = ResultLines(layout)
    ends = Buffer(uninitialized: count)
    for thing in 0..<count {
      lines.start(at: column)
      for cell in cells(thing) { lines.append(cell) }
      ends.pointer[thing] = lines.text.count
    }
    bytes = Buffer(lines.text)
  }

  subscript(thing: Int) -> UnsafeBufferPointer<UInt8> {
    let start = thing == 0 ? 0 : ends.pointer[thing - 1]
    return UnsafeBufferPointer(start: bytes.pointer + start, count: ends.pointer[thing] - start)
  }
}
