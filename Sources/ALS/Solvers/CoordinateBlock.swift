import ALSDense

/// Consecutive coordinates of a row that are solved together.
struct CoordinateBlock: Sendable {
  let coordinates: Range<Int>
  /// How many of them are factors; the last may be a bias.
  let factors: Int
  /// The elements of these coordinates of a fixed row, with padding.
  let width: Int
  /// The elements of the blocks before it.
  let offset: Int

  /// Blocks of `size` factors, the last of the rest of `factors`, and of the bias where there is one among `order`.
  static func blocks<Element: Scalar>(
    of size: Int, factors: Int, order: Int, _ type: Element.Type
  ) -> [CoordinateBlock] {
    var (blocks, offset) = ([CoordinateBlock](), 0)
    for start in stride(from: 0, to: factors, by: min(size, factors)) {
      let end = start + min(size, factors - start)
      let coordinates = start..<(end == factors ? order : end)
      let width = GatherTable<Element>.width(for: coordinates.count)
      blocks.append(CoordinateBlock(coordinates: coordinates, factors: end - start, width: width, offset: offset))
      offset += width
    }
    return blocks
  }
}
