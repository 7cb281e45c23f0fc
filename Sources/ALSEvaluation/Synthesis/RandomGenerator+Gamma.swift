import ALSPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension RandomGenerator {
  /// A gamma variate of scale one.
  ///
  /// Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM Trans. Math. Softw. 2000, with their
  /// power of a uniform variate for shapes below one.
  mutating func nextGamma(shape: Double) -> Double {
    if shape < 1 { return nextGamma(shape: shape + 1) * pow(nextUniform(), 1 / shape) }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let (x, _) = nextNormals()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      if v > 0, log(nextUniform()) < x * x / 2 + d * (1 - v + log(v)) { return d * v }
    }
  }

  /// exp(σz) for a standard normal z.
  mutating func nextLogNormal(deviation: Double) -> Double { exp(deviation * nextNormals().0) }
}
