import CALSKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The instructions that the kernels of `CALSKernels` run on.
///
/// Results have the same bits on one instruction set, and differ between them by rounding.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// SSE2 on x86-64, NEON on aarch64.
  case base
  /// AVX2, FMA and F16C.
  case avx2
  /// AVX-512 F, BW, DQ and VL.
  case avx512

  /// Those that this processor has, the slowest first.
  package static let supported = allCases.filter { als_supports($0.code) }

  /// The one to use: the fastest that this processor has, unless ``variable`` names another that it has.
  package static let best = chosen.flatMap(Self.init(supported:)) ?? supported.last ?? .base

  /// The environment variable that names one of these, for tests and for the same bits on unequal machines.
  package static let variable = "ALS_INSTRUCTIONS"

  /// What ``variable`` says; `nil` when it is not set.
  package static let chosen = getenv(variable).map { String(cString: $0) }

  /// The one of this name, if the processor has it.
  package init?(supported name: String) {
    guard let named = Self(rawValue: name), Self.supported.contains(named) else { return nil }
    self = named
  }

  /// The kernels compiled for these instructions.
  @inline(__always)
  var kernels: als_kernels { als_kernels_for(code).pointee }

  private var code: als_isa {
    switch self {
    case .base: .base
    case .avx2: .avx2
    case .avx512: .avx512
    }
  }
}
