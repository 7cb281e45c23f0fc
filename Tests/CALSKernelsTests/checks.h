// What the tests share: how they fail, memory that ends at a fence, and random numbers.

#ifndef CALS_CHECKS_H
#define CALS_CHECKS_H

#include "CALSKernels.h"

#include <float.h>
#include <math.h>
#include <string.h>

// The test of one kernel.
typedef void kernel_test(const als_kernels *kernels);

// Fails the running test unless the condition holds; what follows it is for printf, and says where it did not.
#define EXPECT(condition, ...)                         \
  do {                                                 \
    if (!(condition)) fail(#condition, __VA_ARGS__);   \
  } while (0)
__attribute__((format(printf, 2, 3))) void fail(const char *condition, const char *format, ...);

// Whether two numbers differ by no more than `tolerance`; NaN differs from all.
static inline bool is_near(double found, double expected, double tolerance) {
  return fabs(found - expected) <= tolerance;
}

// MARK: Memory

// Room for `count` elements of `size` bytes, all bits set: numbers are NaN until they are written. It ends, at times one
// element before, where no page is readable, so that it has all alignments that an element may have.
void *fenced(size_t count, size_t size);
// The same, aligned to whole panels, which `count` elements must fill.
void *fenced_panels(size_t count, size_t size);
// Checks what surrounds all that was fenced since the last time, and takes it back.
void release_fenced(void);

// MARK: Random numbers

void seed_random(uint64_t seed);
// From 0 up to `bound`, which is left out.
size_t random_below(size_t bound);
// Between −1 and 1.
double random_number(void);

#endif
