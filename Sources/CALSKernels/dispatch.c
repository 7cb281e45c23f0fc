#include "kernels.h"

bool als_supports(als_isa isa) {
  switch (isa) {
    case als_isa_base: return true;
#if defined(__x86_64__)
    case als_isa_avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    case als_isa_avx512:
      return als_supports(als_isa_avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    case als_isa_avx2:
    case als_isa_avx512: return false;
#endif
  }
}

#if defined(__x86_64__)
#define DISPATCH(isa, name, part, ...)                                     \
  switch (isa) {                                                           \
    case als_isa_base: return name##_base##part(__VA_ARGS__);              \
    case als_isa_avx2: return name##_avx2##part(__VA_ARGS__);              \
    case als_isa_avx512: return name##_avx512##part(__VA_ARGS__);          \
  }
#else
#define DISPATCH(isa, name, part, ...) return name##_base##part(__VA_ARGS__);
#endif

void als_accumulate_f32(
    als_isa isa, als_rows rows, als_terms terms, bool targeted, const float *x, float *sum, float *packed) {
  DISPATCH(isa, als_accumulate_f32, , rows, terms, targeted, x, sum, packed)
}

void als_accumulate_f16(
    als_isa isa, als_rows rows, als_terms terms, bool targeted, const float *x, float *sum, float *packed) {
  DISPATCH(isa, als_accumulate_f16, , rows, terms, targeted, x, sum, packed)
}

void als_accumulate_f64(
    als_isa isa, als_rows rows, als_terms terms, bool targeted, const double *x, double *sum, double *packed) {
  DISPATCH(isa, als_accumulate_f64, , rows, terms, targeted, x, sum, packed)
}

void als_gradient_load_f32(
    als_isa isa, als_gradient_f32 row, const float *source, size_t order, float unit, const float *dense,
    const float *expected, float count, float regularization) {
  DISPATCH(isa, als_gradient_f32, _load, row, source, order, unit, dense, expected, count, regularization)
}

void als_gradient_start_f32(als_isa isa, als_gradient_f32 row) { DISPATCH(isa, als_gradient_f32, _start, row) }

float als_gradient_turn_f32(als_isa isa, als_gradient_f32 row, float decrease, float tolerance, bool turning) {
  DISPATCH(isa, als_gradient_f32, _turn, row, decrease, tolerance, turning)
}

bool als_gradient_store_f32(
    als_isa isa, als_gradient_f32 row, float *target, size_t order, float unit, float beyond) {
  DISPATCH(isa, als_gradient_f32, _store, row, target, order, unit, beyond)
}

bool als_gradient_advance_f32(als_isa isa, als_gradient_f32 row, float decrease, float longest) {
  DISPATCH(isa, als_gradient_f32, _advance, row, decrease, longest)
}

void als_gradient_load_f64(
    als_isa isa, als_gradient_f64 row, const double *source, size_t order, double unit, const double *dense,
    const double *expected, double count, double regularization) {
  DISPATCH(isa, als_gradient_f64, _load, row, source, order, unit, dense, expected, count, regularization)
}

void als_gradient_start_f64(als_isa isa, als_gradient_f64 row) { DISPATCH(isa, als_gradient_f64, _start, row) }

double als_gradient_turn_f64(als_isa isa, als_gradient_f64 row, double decrease, double tolerance, bool turning) {
  DISPATCH(isa, als_gradient_f64, _turn, row, decrease, tolerance, turning)
}

bool als_gradient_store_f64(
    als_isa isa, als_gradient_f64 row, double *target, size_t order, double unit, double beyond) {
  DISPATCH(isa, als_gradient_f64, _store, row, target, order, unit, beyond)
}

bool als_gradient_advance_f64(als_isa isa, als_gradient_f64 row, double decrease, double longest) {
  DISPATCH(isa, als_gradient_f64, _advance, row, decrease, longest)
}

void als_product_f32(
    als_isa isa, const float *rows, size_t count, size_t stride, size_t inner, const float *matrix,
    size_t matrix_stride, float *product, size_t width) {
  DISPATCH(isa, als_product_f32, , rows, count, stride, inner, matrix, matrix_stride, product, width)
}

void als_product_f64(
    als_isa isa, const double *rows, size_t count, size_t stride, size_t inner, const double *matrix,
    size_t matrix_stride, double *product, size_t width) {
  DISPATCH(isa, als_product_f64, , rows, count, stride, inner, matrix, matrix_stride, product, width)
}

float als_largest(als_isa isa, const float *numbers, size_t count) {
  DISPATCH(isa, als_largest, , numbers, count)
}

void als_narrow(als_isa isa, const float *source, float scale, uint16_t *target, size_t count) {
  DISPATCH(isa, als_narrow, , source, scale, target, count)
}

// 16 KB, but enough that a tile of the product is not loaded and stored more often than it is added to.
size_t als_normal_rows(size_t width) {
  const size_t rows = (16 << 10) / (width * sizeof(float));
  return rows < 32 ? 32 : rows > 256 ? 256 : rows;
}

void als_add_normal_f32(
    als_isa isa, als_rows rows, const float *weights, const float *targets, float *a, float *b, float *packed) {
  DISPATCH(isa, als_add_normal_f32, , rows, weights, targets, a, b, packed)
}

void als_add_normal_f64(
    als_isa isa, als_rows rows, const double *weights, const double *targets, double *a, double *b, double *packed) {
  DISPATCH(isa, als_add_normal_f64, , rows, weights, targets, a, b, packed)
}

size_t als_solve_f32(als_isa isa, size_t order, size_t width, float *a, float *b, float *diagonals, float tolerance) {
  DISPATCH(isa, als_solve_f32, , order, width, a, b, diagonals, tolerance)
}

size_t als_solve_f64(
    als_isa isa, size_t order, size_t width, double *a, double *b, double *diagonals, double tolerance) {
  DISPATCH(isa, als_solve_f64, , order, width, a, b, diagonals, tolerance)
}

// Scales, right-hand side, scratch of the factorisation, the matrix, and the packed rows.
size_t als_dual_scratch(size_t width, size_t count) {
  const size_t stride = (count + ALS_LANES - 1) / ALS_LANES * ALS_LANES;
  return width + 2 * stride + stride * stride + width * stride;
}

size_t als_solve_dual_f32(
    als_isa isa, als_rows rows, size_t order, const float *weights, const float *targets, const float *diagonal,
    float *x, float *scratch, float tolerance) {
  DISPATCH(isa, als_solve_dual_f32, , rows, order, weights, targets, diagonal, x, scratch, tolerance)
}

size_t als_solve_dual_f64(
    als_isa isa, als_rows rows, size_t order, const double *weights, const double *targets, const double *diagonal,
    double *x, double *scratch, double tolerance) {
  DISPATCH(isa, als_solve_dual_f64, , rows, order, weights, targets, diagonal, x, scratch, tolerance)
}
