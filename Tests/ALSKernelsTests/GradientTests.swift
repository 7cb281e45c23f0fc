import ALSDense
import ALSPlatform
import Testing

/// The steps of a conjugate gradient iteration against plain Swift, on every instruction set that this machine has.
@Suite struct GradientTests {
  @Test(arguments: InstructionSet.supported)
  func float(_ instructions: InstructionSet) {
    for k in Array(1...70) + [128, 131] { check(k, Float.self, instructions) }
  }

  @Test(arguments: InstructionSet.supported)
  func double(_ instructions: InstructionSet) {
    for k in Array(1...70) + [128, 131] { check(k, Double.self, instructions) }
  }

  @Test(arguments: InstructionSet.supported)
  func largestOfAnyNumberOfNumbers(_ instructions: InstructionSet) {
    for count in 0...70 {
      for place in 0..<max(count, 1) {
        var numbers = [Float](repeating: 0.25, count: count)
        if count > 0 { numbers[place] = -3 }
        let buffer = Buffer([9] + numbers + [9])
        #expect(largestMagnitude(buffer.pointer + 1, count: count, instructions: instructions) == (count > 0 ? 3 : 0))
      }
    }
  }

  @Test(arguments: InstructionSet.supported)
  func whatIsNotFiniteIsSeen(_ instructions: InstructionSet) {
    for k in [1, 15, 16, 17, 64, 70] {
      for place in 0..<k {
        for bad in [Float.infinity, -.infinity, .nan] {
          let row = GradientVectors<Float>(width: GatherTable<Float>.width(for: k), instructions: instructions)
          row.x.update(repeating: 0, count: k)
          let target = Buffer<Float>(repeating: 7, count: k + 1)
          #expect(row.store(to: target.pointer, order: k, unit: 1))
          row.x[place] = bad
          #expect(!row.store(to: target.pointer, order: k, unit: 1))
          #expect(target[k] == 7)
        }
      }
    }
  }

  /// One whole step on the system D x = b − …, whose passes are simulated by a second diagonal.
  private func check<Element: Scalar>(_ k: Int, _ type: Element.Type, _ instructions: InstructionSet) {
    var random = RandomGenerator(seed: UInt64(k))
    func values() -> [Double] { (0..<k).map { _ in Double(Element(0.5 + random.nextUniform())) } }
    let width = GatherTable<Element>.width(for: k)
    func padded(_ values: [Double]) -> Buffer<Element> {
      Buffer((0..<width).map { $0 < k ? Element(values[$0]) : 0 })
    }
    let (source, dense, expected) = (values(), values(), values())
    let (entries, targets) = (values(), values())
    let tolerance = 8 * Double(k + 8) * Double(Element.ulpOfOne)
    func expectEqual(_ found: UnsafeMutablePointer<Element>, _ wanted: [Double], _ what: String) {
      for i in 0..<width {
        let value = i < k ? wanted[i] : 0
        #expect(
          abs(Double(found[i]) - value) <= tolerance * (abs(value) + 4), "\(what), \(instructions), k = \(k), at \(i)")
      }
    }

    let row = GradientVectors<Element>(width: width, instructions: instructions)
    for i in 0..<width { row.sum[i] = .nan }
    let start = Buffer((0..<k).map { Element(source[$0]) })
    let (denseRow, expectedRow) = (padded(dense), padded(expected))
    row.load(
      start.pointer, order: k, unit: 0.5, dense: denseRow.pointer, expected: expectedRow.pointer, count: 3,
      regularization: 0.125)
    var x = source.map { 0.5 * $0 }
    let diagonal = dense.map { $0 + 0.125 }
    let inverse = (0..<k).map { 1 / (diagonal[$0] + 3 * expected[$0]) }
    expectEqual(row.x, x, "x")
    for i in 0..<width { #expect(row.sum[i] == 0) }

    for i in 0..<k { row.sum[i] = Element(targets[i] - entries[i] * x[i]) }
    row.start()
    var residual = (0..<k).map { targets[$0] - (diagonal[$0] + entries[$0]) * x[$0] }
    expectEqual(row.residual, residual, "residual")

    var direction = [Double](repeating: 0, count: k)
    var decrease = 0.0
    // As many steps as unknowns leave nothing to do.
    for step in 0..<min(k, 2) {
      let preconditioned = (0..<k).map { residual[$0] * inverse[$0] }
      let promise = (0..<k).reduce(0.0) { $0 + residual[$1] * preconditioned[$1] }
      let unturned = row.turn(decrease: Element(decrease), tolerance: 0, turning: false)
      #expect(abs(Double(unturned) - promise) <= tolerance * 16 * (promise + 1))
      // Nothing is longer than any multiple of x.
      #expect(
        row.turn(decrease: Element(decrease), tolerance: .greatestFiniteMagnitude.squareRoot(), turning: true) == 0)
      let turned = row.turn(decrease: Element(decrease), tolerance: 0, turning: true)
      #expect(turned == unturned)
      let ratio = decrease > 0 ? promise / decrease : 0
      for i in 0..<k { direction[i] = preconditioned[i] + ratio * direction[i] }
      decrease = promise
      expectEqual(row.direction, direction, "direction \(step)")
      for i in 0..<width { #expect(row.sum[i] == 0) }

      for i in 0..<k { row.sum[i] = Element(-entries[i] * direction[i]) }
      #expect(row.advance(decrease: turned))
      let curvature = (0..<k).reduce(0.0) { $0 + direction[$1] * (diagonal[$1] + entries[$1]) * direction[$1] }
      for i in 0..<k {
        x[i] += decrease / curvature * direction[i]
        residual[i] -= decrease / curvature * (diagonal[i] + entries[i]) * direction[i]
      }
      expectEqual(row.x, x, "x after step \(step)")
      expectEqual(row.residual, residual, "residual after step \(step)")
    }
    // No curvature, nor a negative one, is gone along.
    let before = (0..<width).map { row.x[$0] }
    for i in 0..<width { row.sum[i] = 1e6 * row.direction[i] }
    #expect(!row.advance(decrease: 1))
    #expect((0..<width).map { row.x[$0] } == before)

    let target = Buffer<Element>(repeating: 7, count: k + 1)
    #expect(row.store(to: target.pointer, order: k, unit: 2))
    for i in 0..<k { #expect(target[i] == 2 * row.x[i]) }
    #expect(target[k] == 7)
  }
}
