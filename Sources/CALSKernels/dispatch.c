#include "CALSKernels.h"

#include <assert.h>

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

extern const als_kernels als_kernels_base, als_kernels_avx2, als_kernels_avx512;

const als_kernels *als_kernels_for(als_isa isa) {
  assert(als_supports(isa));
#if defined(__x86_64__)
  static const als_kernels *const tables[] = {&als_kernels_base, &als_kernels_avx2, &als_kernels_avx512};
  return tables[isa];
#else
  return &als_kernels_base;
#endif
}

// 16 KB, but enough that a tile of the product is not loaded and stored more often than it is added to.
size_t als_normal_rows(size_t width) {
  const size_t rows = (16 << 10) / (width * sizeof(float));
  return rows < 32 ? 32 : rows > 256 ? 256 : rows;
}

// Scales, right-hand side, scratch of the factorisation, the matrix, and the packed rows.
size_t als_dual_scratch(size_t width, size_t count) {
  const size_t stride = (count + ALS_LANES - 1) / ALS_LANES * ALS_LANES;
  return width + 2 * stride + stride * stride + width * stride;
}
