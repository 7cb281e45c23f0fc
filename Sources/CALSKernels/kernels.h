// The kernels of one instruction set, for internal use by the dispatcher.

#include "CALSKernels.h"

#define ALS_KERNELS(ISA)                                                                                     \
  void als_accumulate_f32_##ISA(als_rows, als_terms, bool, const float *, float *, float *);                 \
  void als_accumulate_f16_##ISA(als_rows, als_terms, bool, const float *, float *, float *);                 \
  void als_accumulate_f64_##ISA(als_rows, als_terms, bool, const double *, double *, double *);              \
  void als_gradient_f32_##ISA##_load(als_gradient_f32, const float *, size_t, float, const float *,          \
      const float *, float, float);                                                                          \
  void als_gradient_f64_##ISA##_load(als_gradient_f64, const double *, size_t, double, const double *,       \
      const double *, double, double);                                                                       \
  void als_gradient_f32_##ISA##_start(als_gradient_f32);                                                     \
  void als_gradient_f64_##ISA##_start(als_gradient_f64);                                                     \
  float als_gradient_f32_##ISA##_turn(als_gradient_f32, float, float, bool);                                 \
  double als_gradient_f64_##ISA##_turn(als_gradient_f64, double, double, bool);                              \
  bool als_gradient_f32_##ISA##_advance(als_gradient_f32, float, float);                                     \
  bool als_gradient_f64_##ISA##_advance(als_gradient_f64, double, double);                                   \
  bool als_gradient_f32_##ISA##_store(als_gradient_f32, float *, size_t, float, float);                      \
  bool als_gradient_f64_##ISA##_store(als_gradient_f64, double *, size_t, double, double);                   \
  float als_largest_##ISA(const float *, size_t);                                                            \
  void als_narrow_##ISA(const float *, float, uint16_t *, size_t);                                           \
  void als_add_normal_f32_##ISA(als_rows, const float *, const float *, float *, float *, float *);          \
  void als_add_normal_f64_##ISA(als_rows, const double *, const double *, double *, double *, double *);     \
  void als_product_f32_##ISA(const float *, size_t, size_t, size_t, const float *, size_t, float *, size_t); \
  void als_product_f64_##ISA(                                                                                \
      const double *, size_t, size_t, size_t, const double *, size_t, double *, size_t);                     \
  size_t als_solve_f32_##ISA(size_t, size_t, float *, float *, float *, float);                              \
  size_t als_solve_f64_##ISA(size_t, size_t, double *, double *, double *, double);                          \
  size_t als_solve_dual_f32_##ISA(als_rows, size_t, const float *, const float *, const float *, float *,    \
      float *, float);                                                                                       \
  size_t als_solve_dual_f64_##ISA(als_rows, size_t, const double *, const double *, const double *,          \
      double *, double *, double);

ALS_KERNELS(base)
ALS_KERNELS(avx2)
ALS_KERNELS(avx512)
