#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

func power(_ base: Double, _ exponent: Double) -> Double { exponent == 1 ? base : pow(base, exponent) }

func naturalLogarithm1p(_ x: Double) -> Double { log1p(x) }

func exponential(_ x: Double) -> Double { exp(x) }
