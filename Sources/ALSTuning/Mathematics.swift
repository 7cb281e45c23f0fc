#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

func logarithm10(_ x: Double) -> Double { log10(x) }

func naturalLogarithm1p(_ x: Double) -> Double { log1p(x) }
