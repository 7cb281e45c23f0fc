import ALSPlatform

/// Points that fill the unit cube evenly, however many are taken: of the first 2ᵐ, each axis has one in every 2ᵐ-th.
///
/// Sobol, *On the distribution of points in a cube and the approximate evaluation of integrals*, 1967, with the direction
/// numbers of Joe and Kuo, *Constructing Sobol sequences with better two-dimensional projections*, SIAM J. Sci. Comput.
/// 2008, and a random digital shift, which keeps the evenness.
package struct SobolSequence: Sendable {
  /// Degree, coefficients and first direction numbers of the primitive polynomials, from the second axis on.
  private static let polynomials: [(degree: Int, coefficients: UInt32, start: [UInt32])] = [
    (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]),
  ]

  /// How many axes there are direction numbers for.
  package static let mostDimensions = polynomials.count + 1

  /// What each bit of the index adds to a coordinate, per axis.
  private let directions: [[UInt32]]
  private let shifts: [UInt32]

  package init(dimensions: Int, seed: UInt64) {
    precondition(dimensions <= Self.mostDimensions, "\(dimensions) axes are more than \(Self.mostDimensions)")
    var random = RandomGenerator(seed: seed)
    shifts = (0..<dimensions).map { _ in UInt32(truncatingIfNeeded: random.next() >> 32) }
    directions = (0..<dimensions).map { axis in
      axis == 0 ? (0..<32).map { 1 << UInt32(31 - $0) } : Self.directions(Self.polynomials[axis - 1])
    }
  }

  private static func directions(
    _ polynomial: (degree: Int, coefficients: UInt32, start: [UInt32])
  ) -> [UInt32] {
    let degree = polynomial.degree
    var result = polynomial.start.enumerated().map { bit, number in number << UInt32(31 - bit) }
    for bit in degree..<32 {
      var next = result[bit - degree] ^ (result[bit - degree] >> UInt32(degree))
      for k in 1..<max(degree, 1) where polynomial.coefficients >> UInt32(degree - 1 - k) & 1 == 1 {
        next ^= result[bit - k]
      }
      result.append(next)
    }
    return result
  }

  /// Point `index`, each coordinate in 0..<1.
  package subscript(index: Int) -> [Double] {
    zip(directions, shifts).map { directions, shift in
      var bits = shift
      for bit in 0..<32 where index >> bit & 1 == 1 { bits ^= directions[bit] }
      return Double(bits) * 0x1p-32
    }
  }
}
