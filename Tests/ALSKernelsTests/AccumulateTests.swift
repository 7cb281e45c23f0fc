import ALSDense
import ALSPlatform
import Testing

/// The gathering kernel against plain Swift, on every instruction set that this machine has.
@Suite struct AccumulateTests {
  @Test(arguments: InstructionSet.supported)
  func float(_ instructions: InstructionSet) {
    for k in 1...70 { check(k, Float.self, .full, instructions) }
  }

  @Test(arguments: InstructionSet.supported)
  func half(_ instructions: InstructionSet) {
    for k in 1...70 { check(k, Float.self, .half, instructions) }
  }

  @Test(arguments: InstructionSet.supported)
  func double(_ instructions: InstructionSet) {
    for k in 1...70 { check(k, Double.self, .full, instructions) }
  }

  @Test func widthsAboveAreChecked() {
    for instructions in InstructionSet.supported {
      for k in [128, 131, 256, 300] {
        check(k, Float.self, .full, instructions)
        check(k, Float.self, .half, instructions)
        check(k, Double.self, .full, instructions)
      }
    }
  }

  @Test func baseIsAlwaysSupported() {
    #expect(InstructionSet.supported.first == .base)
    #expect(InstructionSet.supported.contains(.best))
    #expect(InstructionSet.chosen != nil || InstructionSet.supported.last == .best)
  }

  /// Rows of 0 to 9 entries, with and without targets and packing, operands off their alignment.
  private func check<Element: Scalar>(
    _ k: Int, _ type: Element.Type, _ format: TableFormat, _ instructions: InstructionSet
  ) {
    var random = RandomGenerator(seed: UInt64(k))
    func value() -> Element { Element(2 * random.nextUniform() - 1) }
    let rowCount = 13
    let matrix = Matrix<Element>(
      rowCount: rowCount, columnCount: k, buffer: Buffer((0..<rowCount * k).map { _ in value() }))
    let table = GatherTable(matrix, format: format, instructions: instructions, threads: 1)
    let (width, scale) = (table.width, Double(table.scale))
    // What the kernel reads: the table's own rounding is checked apart.
    let rounding = format == .half ? 0x1p-11 : 0.0
    for n in 0...9 {
      let columns = Buffer((0..<n + 3).map { _ in Int32(random.nextIndex(below: rowCount)) })
      let values = Buffer((0...n).map { _ in Float(value()) })
      let (scales, offsets) = (
        Buffer((0..<rowCount).map { _ in value() }), Buffer((0..<rowCount).map { _ in value() })
      )
      let (weight, target) = ((constant: 0.25, slope: -1.5), (constant: -0.5, slope: 0.75))
      let x = Buffer((0...width).map { $0 > k ? 0 : value() })
      let start = (0..<width).map { _ in value() }
      for (hasTargets, packs, fromPacked, hasValues, hasOffsets, hasScales) in [
        (true, false, false, true, false, false), (true, true, false, true, true, true),
        (false, false, false, true, true, true), (false, true, true, true, false, false),
        (true, false, false, false, true, false), (false, true, true, false, false, false),
        (true, true, false, false, false, true),
      ] {
        let terms = GatheredTerms(
          weight: weight, target: target, values: hasValues ? values.pointer + 1 : nil,
          scales: hasScales ? scales.pointer : nil, offsets: hasOffsets ? offsets.pointer : nil)
        let sum = Buffer([0] + start)
        let packed = Buffer<Element>(repeating: .nan, count: 12 * width + 2)
        let rows = table.gathered(columns.pointer, count: n, ahead: 3)
        Element.accumulate(
          rows, terms, withTargets: hasTargets, x.pointer + 1, into: sum.pointer + 1,
          packing: packs ? packed.pointer + 1 : nil, instructions: instructions)
        if fromPacked {
          (sum.pointer + 1).update(from: start, count: width)
          Element.accumulate(
            .packed(packed.pointer + 1, count: n, width: width), terms, withTargets: false, x.pointer + 1,
            into: sum.pointer + 1, packing: nil, instructions: instructions)
        }
        var expected = start.map { Double($0) }
        var size = expected.map(abs)
        for entry in 0..<n {
          let row = (0..<k).map { Double(matrix[Int(columns[entry]), $0]) * scale }
          let reach = (0..<k).reduce(0.0) { $0 + abs(row[$1] * Double(x[$1 + 1])) }
          let dot = (0..<k).reduce(0.0) { $0 + row[$1] * Double(x[$1 + 1]) }
          let r = hasValues ? Double(values[entry + 1]) : 1
          let w = weight.constant + weight.slope * r
          let offset = hasOffsets ? Double(offsets[Int(columns[entry])]) : 0
          let root = hasScales ? Double(scales[Int(columns[entry])]) : 1
          let t = hasTargets ? (target.constant + target.slope * r) * root - w * offset : 0
          // Terms can cancel, so the error goes with the sizes of their parts.
          let (reachW, reachT) = (0.25 + 1.5 * abs(r), 0.5 + 0.75 * abs(r) + (0.25 + 1.5 * abs(r)) * abs(offset))
          for i in 0..<k {
            expected[i] += (t - w * dot) * row[i]
            size[i] += ((hasTargets ? reachT : 0) + reachW * reach) * abs(row[i])
          }
        }
        // k + n roundings in all, each in proportion to the sizes that meet; and that of the table, twice.
        let tolerance = Double(k + n + 8) * Double(Element.ulpOfOne) + 3 * rounding
        for i in 0..<width {
          #expect(
            abs(Double(sum[i + 1]) - expected[i]) <= tolerance * size[i] + 1e-30,
            "\(instructions), \(format), k = \(k), n = \(n), coordinate \(i)")
        }
        #expect(sum[0] == 0 && packed[0].isNaN && packed[12 * width + 1].isNaN)
      }
    }
  }
}
