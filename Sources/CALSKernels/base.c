// 16-byte vectors: SSE2 on x86-64, NEON (with fused multiply–add) on aarch64, and plain code where there is neither.

#include "kernels.h"
#include "vectors.h"

#include <string.h>

typedef uint16_t u16x4 __attribute__((vector_size(8), aligned(2)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));

#if defined(__aarch64__)
typedef _Float16 f16x4 __attribute__((vector_size(8), aligned(2)));

ALWAYS_INLINE f32x4 widened(const uint16_t *source) { return __builtin_convertvector(*(const f16x4 *)source, f32x4); }

static uint16_t narrowed(float value) {
  const _Float16 half = (_Float16)value;
  uint16_t bits;
  memcpy(&bits, &half, sizeof bits);
  return bits;
}
#else
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
#endif

void als_narrow_base(const float *source, float scale, uint16_t *target, size_t count) {
  for (size_t i = 0; i < count; i++) target[i] = narrowed(scale * source[i]);
}

float als_largest_base(const float *numbers, size_t count) {
  f32x4 most = {0};
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const f32x4 n = *(const f32x4 *)(numbers + i);
    most = __builtin_elementwise_max(most, __builtin_elementwise_abs(n));
  }
  float largest = 0;
  for (size_t lane = 0; lane < 4; lane++) largest = most[lane] > largest ? most[lane] : largest;
  for (; i < count; i++) {
    const float magnitude = __builtin_fabsf(numbers[i]);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

#define NAME als_accumulate_f32_base
#define REAL float
#define STORED float
#define VECTOR f32x4
#define LANES 4
#define LOAD(pointer) (*(const f32x4 *)(pointer))
#define SUM4 SUM4_F32X4
#define QUAD f32x4
#define VALUES(pointer) (*(const f32x4 *)(pointer))
#include "accumulate.h"

#define NAME als_accumulate_f16_base
#define REAL float
#define STORED uint16_t
#define VECTOR f32x4
#define LANES 4
#define LOAD(pointer) widened(pointer)
#define SUM4 SUM4_F32X4
#define QUAD f32x4
#define VALUES(pointer) (*(const f32x4 *)(pointer))
#include "accumulate.h"

#define NAME als_accumulate_f64_base
#define REAL double
#define STORED double
#define VECTOR f64x2
#define LANES 2
#define LOAD(pointer) (*(const f64x2 *)(pointer))
#define SUM4 SUM4_F64X2
#define QUAD f64x4
#define VALUES(pointer) __builtin_convertvector(*(const f32x4 *)(pointer), f64x4)
#include "accumulate.h"

#define GRADIENT als_gradient_f32_base
#define SUFFIX f32
#define REAL float
#define VECTOR f32x4
#define LANES 4
#define SUM4 SUM4_F32X4
#define QUAD f32x4
#define LEAST 0x1p-126f
#include "conjugate.h"

#define GRADIENT als_gradient_f64_base
#define SUFFIX f64
#define REAL double
#define VECTOR f64x2
#define LANES 2
#define SUM4 SUM4_F64X2
#define QUAD f64x4
#define LEAST 0x1p-1022
#include "conjugate.h"

#define NORMAL als_add_normal_f32_base
#define REAL float
#define VECTOR f32x4
#define LANES 4
#define TALL 4
#define SQRT __builtin_sqrtf
#include "normal.h"

#define CHOLESKY als_solve_f32_base
#define REAL float
#define VECTOR f32x4
#define LANES 4
#define SUM4 SUM4_F32X4
#define QUAD f32x4
#define SQRT __builtin_sqrtf
#include "cholesky.h"

#define DUAL als_solve_dual_f32_base
#define NORMAL als_add_normal_f32_base
#define CHOLESKY als_solve_f32_base
#define REAL float
#define VECTOR f32x4
#define LANES 4
#define SQRT __builtin_sqrtf
#include "dual.h"

#define NORMAL als_add_normal_f64_base
#define REAL double
#define VECTOR f64x2
#define LANES 2
#define TALL 2
#define SQRT __builtin_sqrt
#include "normal.h"

#define CHOLESKY als_solve_f64_base
#define REAL double
#define VECTOR f64x2
#define LANES 2
#define SUM4 SUM4_F64X2
#define QUAD f64x4
#define SQRT __builtin_sqrt
#include "cholesky.h"

#define DUAL als_solve_dual_f64_base
#define NORMAL als_add_normal_f64_base
#define CHOLESKY als_solve_f64_base
#define REAL double
#define VECTOR f64x2
#define LANES 2
#define SQRT __builtin_sqrt
#include "dual.h"

#define PRODUCT als_product_f32_base
#define REAL float
#define VECTOR f32x4
#define LANES 4
#define TALL 4
#define WIDEST 2
#include "product.h"

#define PRODUCT als_product_f64_base
#define REAL double
#define VECTOR f64x2
#define LANES 2
#define TALL 4
#define WIDEST 2
#include "product.h"
