// Vector types of the compiler, without alignment, and the sums of four vectors at once.

#include "CALSKernels.h"

#include <assert.h>
#include <math.h>
#include <string.h>

typedef float f32x4 __attribute__((vector_size(16), aligned(4)));
typedef float f32x8 __attribute__((vector_size(32), aligned(4)));
typedef float f32x16 __attribute__((vector_size(64), aligned(4)));
typedef double f64x2 __attribute__((vector_size(16), aligned(8)));
typedef double f64x4 __attribute__((vector_size(32), aligned(8)));
typedef double f64x8 __attribute__((vector_size(64), aligned(8)));

#define LINE 64

// How many lines ahead gathered rows are fetched: about what the second-level cache waits for at once. The first level
// has too few places for that (at 16 entries of 128 bytes ahead into it, gathering from 17 MB took twice as long).
#define LINES_AHEAD 128

// How many rows of `bytes` bytes that is.
#define ROWS_AHEAD(bytes) (LINES_AHEAD * LINE / (bytes) > ALS_GROUP ? LINES_AHEAD * LINE / (bytes) : ALS_GROUP)

// Asks for a row of `bytes` bytes to be fetched into the second-level cache.
#define FETCH(address, bytes)                                                               \
  for (size_t byte_ = 0; byte_ < (bytes); byte_ += LINE) __builtin_prefetch((const char *)(address) + byte_, 0, 2)

#define ALWAYS_INLINE static inline __attribute__((always_inline, unused))

// Halves of longer vectors.
#define LOW4(v) __builtin_shufflevector(v, v, 0, 1, 2, 3)
#define HIGH4(v) __builtin_shufflevector(v, v, 4, 5, 6, 7)
#define LOW8(v) __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
#define HIGH8(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15)

// Pairs of two vectors are added element by element after interleaving, twice; then every fourth element belongs to
// the same sum.
#define SUM4_f32x4(a, b, c, d)                                                                               \
  ({                                                                                                         \
    const f32x4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);  \
    const f32x4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);  \
    __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);               \
  })

#define INTERLEAVE_f32x8(a, b)                                     \
  (__builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13) +       \
   __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15))
#define SUM4_f32x8(a, b, c, d)                                                          \
  ({                                                                                    \
    const f32x8 ab = INTERLEAVE_f32x8(a, b), cd = INTERLEAVE_f32x8(c, d);               \
    const f32x8 s = __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +         \
                    __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);        \
    LOW4(s) + HIGH4(s);                                                                 \
  })

#define INTERLEAVE_f32x16(a, b)                                                                            \
  (__builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29) +               \
   __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31))
#define SUM4_f32x16(a, b, c, d)                                                                            \
  ({                                                                                                       \
    const f32x16 ab = INTERLEAVE_f32x16(a, b), cd = INTERLEAVE_f32x16(c, d);                               \
    const f32x16 s =                                                                                       \
        __builtin_shufflevector(ab, cd, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +        \
        __builtin_shufflevector(ab, cd, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);       \
    const f32x8 h = LOW8(s) + HIGH8(s);                                                                    \
    LOW4(h) + HIGH4(h);                                                                                    \
  })

#define SUM4_f64x2(a, b, c, d)                                                                   \
  ({                                                                                             \
    const f64x2 ab = __builtin_shufflevector(a, b, 0, 2) + __builtin_shufflevector(a, b, 1, 3);  \
    const f64x2 cd = __builtin_shufflevector(c, d, 0, 2) + __builtin_shufflevector(c, d, 1, 3);  \
    __builtin_shufflevector(ab, cd, 0, 1, 2, 3);                                                 \
  })

#define SUM4_f64x4(a, b, c, d)                                                                                  \
  ({                                                                                                            \
    const f64x4 ab = __builtin_shufflevector(a, b, 0, 4, 2, 6) + __builtin_shufflevector(a, b, 1, 5, 3, 7);     \
    const f64x4 cd = __builtin_shufflevector(c, d, 0, 4, 2, 6) + __builtin_shufflevector(c, d, 1, 5, 3, 7);     \
    __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);                  \
  })

#define SUM4_f64x8(a, b, c, d)                                                                             \
  ({                                                                                                       \
    const f64x4 a_ = LOW4(a) + HIGH4(a), b_ = LOW4(b) + HIGH4(b);                                  \
    const f64x4 c_ = LOW4(c) + HIGH4(c), d_ = LOW4(d) + HIGH4(d);                                  \
    SUM4_f64x4(a_, b_, c_, d_);                                                                            \
  })
