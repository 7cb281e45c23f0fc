#if defined(__x86_64__)
#include "vectors.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define ISA avx2
#define VECTOR_f32 f32x8
#define VECTOR_f64 f64x4
#define GATHERED_f64 f64x4
#define PRODUCT_TALL 6
#define PRODUCT_WIDEST 2
#define SCAN_USERS 6
#define SCAN_PANELS 1
#include "kernels.h"

#pragma clang attribute pop
#endif
