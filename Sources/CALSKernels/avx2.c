#if defined(__x86_64__)
#include "kernels.h"
#include "vectors.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

typedef _Float16 f16x8 __attribute__((vector_size(16), aligned(2)));

void als_narrow_avx2(const float *source, float scale, uint16_t *target, size_t count) {
  for (size_t i = 0; i < count; i += 8) {
    *(f16x8 *)(target + i) = __builtin_convertvector(scale * *(const f32x8 *)(source + i), f16x8);
  }
}

float als_largest_avx2(const float *numbers, size_t count) {
  f32x8 most = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const f32x8 n = *(const f32x8 *)(numbers + i);
    most = __builtin_elementwise_max(most, __builtin_elementwise_abs(n));
  }
  float largest = 0;
  for (size_t lane = 0; lane < 8; lane++) largest = most[lane] > largest ? most[lane] : largest;
  for (; i < count; i++) {
    const float magnitude = __builtin_fabsf(numbers[i]);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

#define NAME als_accumulate_f32_avx2
#define REAL float
#define STORED float
#define VECTOR f32x8
#define LANES 8
#define LOAD(pointer) (*(const f32x8 *)(pointer))
#define SUM4 SUM4_F32X8
#define QUAD f32x4
#define VALUES(pointer) (*(const f32x4 *)(pointer))
#include "accumulate.h"

#define NAME als_accumulate_f16_avx2
#define REAL float
#define STORED uint16_t
#define VECTOR f32x8
#define LANES 8
#define LOAD(pointer) __builtin_convertvector(*(const f16x8 *)(pointer), f32x8)
#define SUM4 SUM4_F32X8
#define QUAD f32x4
#define VALUES(pointer) (*(const f32x4 *)(pointer))
#include "accumulate.h"

#define NAME als_accumulate_f64_avx2
#define REAL double
#define STORED double
#define VECTOR f64x4
#define LANES 4
#define LOAD(pointer) (*(const f64x4 *)(pointer))
#define SUM4 SUM4_F64X4
#define QUAD f64x4
#define VALUES(pointer) __builtin_convertvector(*(const f32x4 *)(pointer), f64x4)
#include "accumulate.h"

#define GRADIENT als_gradient_f32_avx2
#define SUFFIX f32
#define REAL float
#define VECTOR f32x8
#define LANES 8
#define SUM4 SUM4_F32X8
#define QUAD f32x4
#define LEAST 0x1p-126f
#include "conjugate.h"

#define GRADIENT als_gradient_f64_avx2
#define SUFFIX f64
#define REAL double
#define VECTOR f64x4
#define LANES 4
#define SUM4 SUM4_F64X4
#define QUAD f64x4
#define LEAST 0x1p-1022
#include "conjugate.h"

#define NORMAL als_add_normal_f32_avx2
#define REAL float
#define VECTOR f32x8
#define LANES 8
#define TALL 4
#define SQRT __builtin_sqrtf
#include "normal.h"

#define CHOLESKY als_solve_f32_avx2
#define REAL float
#define VECTOR f32x8
#define LANES 8
#define SUM4 SUM4_F32X8
#define QUAD f32x4
#define SQRT __builtin_sqrtf
#include "cholesky.h"

#define DUAL als_solve_dual_f32_avx2
#define NORMAL als_add_normal_f32_avx2
#define CHOLESKY als_solve_f32_avx2
#define REAL float
#define VECTOR f32x8
#define LANES 8
#define SQRT __builtin_sqrtf
#include "dual.h"

#define NORMAL als_add_normal_f64_avx2
#define REAL double
#define VECTOR f64x4
#define LANES 4
#define TALL 4
#define SQRT __builtin_sqrt
#include "normal.h"

#define CHOLESKY als_solve_f64_avx2
#define REAL double
#define VECTOR f64x4
#define LANES 4
#define SUM4 SUM4_F64X4
#define QUAD f64x4
#define SQRT __builtin_sqrt
#include "cholesky.h"

#define DUAL als_solve_dual_f64_avx2
#define NORMAL als_add_normal_f64_avx2
#define CHOLESKY als_solve_f64_avx2
#define REAL double
#define VECTOR f64x4
#define LANES 4
#define SQRT __builtin_sqrt
#include "dual.h"

#define PRODUCT als_product_f32_avx2
#define REAL float
#define VECTOR f32x8
#define LANES 8
#define TALL 6
#define WIDEST 2
#include "product.h"

#define PRODUCT als_product_f64_avx2
#define REAL double
#define VECTOR f64x4
#define LANES 4
#define TALL 6
#define WIDEST 2
#include "product.h"

#pragma clang attribute pop
#endif
