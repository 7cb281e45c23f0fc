#if defined(__x86_64__)
#include "kernels.h"
#include "vectors.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)

typedef _Float16 f16x16 __attribute__((vector_size(32), aligned(2)));

void als_narrow_avx512(const float *source, float scale, uint16_t *target, size_t count) {
  for (size_t i = 0; i < count; i += 16) {
    *(f16x16 *)(target + i) = __builtin_convertvector(scale * *(const f32x16 *)(source + i), f16x16);
  }
}

float als_largest_avx512(const float *numbers, size_t count) {
  f32x16 most = {0};
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const f32x16 n = *(const f32x16 *)(numbers + i);
    most = __builtin_elementwise_max(most, __builtin_elementwise_abs(n));
  }
  float largest = 0;
  for (size_t lane = 0; lane < 16; lane++) largest = most[lane] > largest ? most[lane] : largest;
  for (; i < count; i++) {
    const float magnitude = __builtin_fabsf(numbers[i]);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

#define NAME als_accumulate_f32_avx512
#define REAL float
#define STORED float
#define VECTOR f32x16
#define LANES 16
#define LOAD(pointer) (*(const f32x16 *)(pointer))
#define SUM4 SUM4_F32X16
#define QUAD f32x4
#define VALUES(pointer) (*(const f32x4 *)(pointer))
#include "accumulate.h"

#define NAME als_accumulate_f16_avx512
#define REAL float
#define STORED uint16_t
#define VECTOR f32x16
#define LANES 16
#define LOAD(pointer) __builtin_convertvector(*(const f16x16 *)(pointer), f32x16)
#define SUM4 SUM4_F32X16
#define QUAD f32x4
#define VALUES(pointer) (*(const f32x4 *)(pointer))
#include "accumulate.h"

#define NAME als_accumulate_f64_avx512
#define REAL double
#define STORED double
#define VECTOR f64x4
#define LANES 4
#define LOAD(pointer) (*(const f64x4 *)(pointer))
#define SUM4 SUM4_F64X4
#define QUAD f64x4
#define VALUES(pointer) __builtin_convertvector(*(const f32x4 *)(pointer), f64x4)
#include "accumulate.h"

#define GRADIENT als_gradient_f32_avx512
#define SUFFIX f32
#define REAL float
#define VECTOR f32x16
#define LANES 16
#define SUM4 SUM4_F32X16
#define QUAD f32x4
#define LEAST 0x1p-126f
#include "conjugate.h"

#define GRADIENT als_gradient_f64_avx512
#define SUFFIX f64
#define REAL double
#define VECTOR f64x8
#define LANES 8
#define SUM4 SUM4_F64X8
#define QUAD f64x4
#define LEAST 0x1p-1022
#include "conjugate.h"

#define NORMAL als_add_normal_f32_avx512
#define REAL float
#define VECTOR f32x16
#define LANES 16
#define TALL 4
#define SQRT __builtin_sqrtf
#include "normal.h"

#define CHOLESKY als_solve_f32_avx512
#define REAL float
#define VECTOR f32x16
#define LANES 16
#define SUM4 SUM4_F32X16
#define QUAD f32x4
#define SQRT __builtin_sqrtf
#include "cholesky.h"

#define DUAL als_solve_dual_f32_avx512
#define NORMAL als_add_normal_f32_avx512
#define CHOLESKY als_solve_f32_avx512
#define REAL float
#define VECTOR f32x16
#define LANES 16
#define SQRT __builtin_sqrtf
#include "dual.h"

#define NORMAL als_add_normal_f64_avx512
#define REAL double
#define VECTOR f64x8
#define LANES 8
#define TALL 4
#define SQRT __builtin_sqrt
#include "normal.h"

#define CHOLESKY als_solve_f64_avx512
#define REAL double
#define VECTOR f64x8
#define LANES 8
#define SUM4 SUM4_F64X8
#define QUAD f64x4
#define SQRT __builtin_sqrt
#include "cholesky.h"

#define DUAL als_solve_dual_f64_avx512
#define NORMAL als_add_normal_f64_avx512
#define CHOLESKY als_solve_f64_avx512
#define REAL double
#define VECTOR f64x8
#define LANES 8
#define SQRT __builtin_sqrt
#include "dual.h"

#define PRODUCT als_product_f32_avx512
#define REAL float
#define VECTOR f32x16
#define LANES 16
#define TALL 8
#define WIDEST 3
#include "product.h"

#define PRODUCT als_product_f64_avx512
#define REAL double
#define VECTOR f64x8
#define LANES 8
#define TALL 8
#define WIDEST 3
#include "product.h"

#pragma clang attribute pop
#endif
