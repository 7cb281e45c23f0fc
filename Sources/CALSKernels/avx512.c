#if defined(__x86_64__)
#include "vectors.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)

#define ISA avx512
#define VECTOR_f32 f32x16
#define VECTOR_f64 f64x8
#define GATHERED_f64 f64x4
#define PRODUCT_TALL 8
#define PRODUCT_WIDEST 3
#define SCAN_USERS 8
#define SCAN_PANELS 2
#include "kernels.h"

#pragma clang attribute pop
#endif
