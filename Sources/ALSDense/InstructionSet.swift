import CALSKernels

/// The instructions that the kernels of `CALSKernels` run on.
///
/// Results have the same bits on one instruction set, and differ between them by rounding.
package enum InstructionSet: CaseIterable, Sendable {
  /// SSE2 on x86-64, NEON on aarch64.
  case base
  /// AVX2, FMA and F16C.
  case avx2
  /// AVX-512 F, BW, DQ and VL.
  case avx512

  /// Those that this processor has, the slowest first.
  package static let supported = allCases.filter { als_supports($0.code) }
  /// The fastest that this processor has.
  package static let best = supported.last ?? .base

  var code: als_isa {
    switch self {
    case .base: .base
    case .avx2: .avx2
    case .avx512: .avx512
    }
  }
}
