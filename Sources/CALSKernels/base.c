// 16-byte vectors: SSE2 on x86-64, NEON (with fused multiply–add) on aarch64, and plain code where there is neither.

#include "vectors.h"

#if !defined(__aarch64__)
typedef uint16_t u16x4 __attribute__((vector_size(8), aligned(2)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));

// Exponent and significand moved to their places in single precision, where the exponent is 112 too small; numbers
// without a leading one come out right as well.
ALWAYS_INLINE f32x4 widened(const uint16_t *source) {
  const u32x4 bits = __builtin_convertvector(*(const u16x4 *)source, u32x4);
  const f32x4 magnitude = (f32x4)((bits & 0x7fff) << 13) * 0x1p112f;
  return (f32x4)((u32x4)magnitude | (bits & 0x8000) << 16);
}

// To the nearest, ties to even, as the processors' own conversion.
static uint16_t narrowed(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t sign = bits >> 16 & 0x8000;
  const float magnitude = __builtin_fabsf(value);
  if (magnitude < 0x1p-14f) {
    // Below the normal numbers the spacing is 2⁻²⁴, which is that of single precision at 1/2.
    const float shifted = magnitude + 0.5f;
    memcpy(&bits, &shifted, sizeof bits);
    return (uint16_t)(sign | (bits & 0x7fffff));
  }
  bits &= 0x7fffffff;
  bits += 0xfff + (bits >> 13 & 1);
  return (uint16_t)(sign | ((bits >> 13) - (112 << 10)));
}

ALWAYS_INLINE void narrow4(f32x4 values, uint16_t *target) {
  for (size_t lane = 0; lane < 4; lane++) target[lane] = narrowed(values[lane]);
}

#define WIDENED widened
#define NARROWED narrow4
#endif

#define ISA base
#define VECTOR_f32 f32x4
#define VECTOR_f64 f64x2
#define GATHERED_f64 f64x2
#define PRODUCT_TALL 4
#define PRODUCT_WIDEST 2
#if defined(__aarch64__)
#define SCAN_USERS 6
#else
#define SCAN_USERS 3
#endif
#define SCAN_PANELS 1
#include "kernels.h"
