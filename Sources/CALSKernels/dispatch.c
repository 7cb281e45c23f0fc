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
#define DISPATCH(isa, name, ...)                                     \
  switch (isa) {                                                     \
    case als_isa_base: return name##_base(__VA_ARGS__);              \
    case als_isa_avx2: return name##_avx2(__VA_ARGS__);              \
    case als_isa_avx512: return name##_avx512(__VA_ARGS__);          \
  }
#else
#define DISPATCH(isa, name, ...) return name##_base(__VA_ARGS__);
#endif

void als_accumulate_f32(
    als_isa isa, als_rows rows, const float *weights, const float *targets, const float *x, float *sum, float *packed) {
  DISPATCH(isa, als_accumulate_f32, rows, weights, targets, x, sum, packed)
}

void als_accumulate_f16(
    als_isa isa, als_rows rows, const float *weights, const float *targets, const float *x, float *sum, float *packed) {
  DISPATCH(isa, als_accumulate_f16, rows, weights, targets, x, sum, packed)
}

void als_accumulate_f64(
    als_isa isa, als_rows rows, const double *weights, const double *targets, const double *x, double *sum,
    double *packed) {
  DISPATCH(isa, als_accumulate_f64, rows, weights, targets, x, sum, packed)
}

void als_narrow(als_isa isa, const float *source, float scale, uint16_t *target, size_t count) {
  DISPATCH(isa, als_narrow, source, scale, target, count)
}
