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

#define NAME als_accumulate_f32_avx512
#define REAL float
#define STORED float
#define VECTOR f32x16
#define LANES 16
#define LOAD(pointer) (*(const f32x16 *)(pointer))
#define SUM4 SUM4_F32X16
#define QUAD f32x4
#include "accumulate.h"

#define NAME als_accumulate_f16_avx512
#define REAL float
#define STORED uint16_t
#define VECTOR f32x16
#define LANES 16
#define LOAD(pointer) __builtin_convertvector(*(const f16x16 *)(pointer), f32x16)
#define SUM4 SUM4_F32X16
#define QUAD f32x4
#include "accumulate.h"

#define NAME als_accumulate_f64_avx512
#define REAL double
#define STORED double
#define VECTOR f64x4
#define LANES 4
#define LOAD(pointer) (*(const f64x4 *)(pointer))
#define SUM4 SUM4_F64X4
#define QUAD f64x4
#include "accumulate.h"

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

#pragma clang attribute pop
#endif
