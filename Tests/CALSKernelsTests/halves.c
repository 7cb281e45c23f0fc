// Half precision: tables in it, and the way into it.

#include "checks.h"

// The number that a half stands for, if it is finite, from the definition: IEEE 754, binary16.
static double value_of(uint16_t half) {
  static double values[1 << 16];
  if (values[half] == 0) {
    const int exponent = half >> 10 & 31;
    const double significand = (half & 1023) + (exponent > 0 ? 1024 : 0);
    values[half] = ldexp(half >> 15 ? -significand : significand, (exponent > 0 ? exponent : 1) - 25);
  }
  return values[half];
}

// Infinity, and one more than the largest finite half.
enum { INFINITE_HALF = 0x7c00 };

// The half nearest to a number below 65520, of two the one with an even last bit, by looking for it.
static uint16_t nearest(double number) {
  const double magnitude = fabs(number);
  uint16_t below = 0, above = INFINITE_HALF;
  while (above - below > 1) {
    const uint16_t middle = (uint16_t)((below + above) / 2);
    if (value_of(middle) <= magnitude) below = middle; else above = middle;
  }
  // Beyond the largest the spacing goes on.
  const double under = magnitude - value_of(below), over = value_of(above) - magnitude;
  const uint16_t found = under < over || (under == over && below % 2 == 0) ? below : above;
  return signbit(number) ? found | 0x8000 : found;
}

#define TYPE f16
#define REAL float
#define EPSILON FLT_EPSILON
#define ACCUMULATE(kernels) (kernels)->accumulate_f16
#define STORED uint16_t
#define STORE(number) nearest(number)
#define STORED_VALUE(stored) value_of(stored)
#include "numbers.h"
#include "accumulate.h"

// Every finite half becomes the number that it stands for, with its sign.
static void check_widening(const als_kernels *kernels) {
  uint16_t *table = fenced(INFINITE_HALF * 2, sizeof(uint16_t));
  for (size_t i = 0; i < INFINITE_HALF; i++) {
    table[2 * i] = (uint16_t)i;
    table[2 * i + 1] = (uint16_t)(i | 0x8000);
  }
  float *x = fenced(16, sizeof(float)), *sum = fenced(16, sizeof(float));
  for (size_t j = 0; j < 16; j++) x[j] = 0;
  // In a group, at weight zero and target one, and packed.
  const als_terms terms = {.target_constant = 1};
  for (size_t first = 0; first < 2 * INFINITE_HALF; first += 4 * 16) {
    float packed[4 * 16];
    for (size_t row = 0; row < 4; row++) {
      for (size_t j = 0; j < 16; j++) sum[j] = 0;
      const als_rows one = {.table = table + first + 16 * row, .count = 1, .width = 16};
      kernels->accumulate_f16(one, terms, true, x, sum, NULL);
      for (size_t j = 0; j < 16; j++)
        EXPECT((double)sum[j] == value_of(table[first + 16 * row + j]), "half %x", table[first + 16 * row + j]);
    }
    const als_rows four = {.table = table + first, .count = 4, .width = 16};
    kernels->accumulate_f16(four, terms, true, x, sum, packed);
    for (size_t i = 0; i < 4 * 16; i++) {
      const float expected = (float)value_of(table[first + i]);
      EXPECT(!memcmp(&packed[i], &expected, sizeof expected), "half %x, packed", table[first + i]);
    }
  }
  release_fenced();
}

void test_accumulate_f16(const als_kernels *kernels) {
  check_widening(kernels);
  accumulate_f16(kernels);
}

// MARK: Rounding

void test_narrow(const als_kernels *kernels) {
  // Around every half and every middle of two: itself, and the numbers in single precision on either side.
  enum { AROUND = 6, COUNT = 2 * AROUND * 16 };
  float *source = fenced(COUNT, sizeof(float));
  uint16_t *target = fenced(COUNT, sizeof(uint16_t));
  for (unsigned first = 0; first < INFINITE_HALF; first += 16) {
    for (unsigned h = 0; h < 16; h++) {
      const float half = (float)value_of((uint16_t)(first + h)), next = (float)value_of((uint16_t)(first + h + 1));
      const float middle = (half + next) / 2;
      const float around[AROUND] = {
        half, nextafterf(half, -1), nextafterf(half, INFINITY), nextafterf(middle, 0), middle, nextafterf(middle, INFINITY)};
      for (unsigned i = 0; i < AROUND; i++) {
        // From 65520 on, the middle of the largest and what would follow, products are out of range.
        const float number = around[i] < 65520 ? around[i] : 65504;
        source[(h * AROUND + i) * 2] = number;
        source[(h * AROUND + i) * 2 + 1] = -number;
      }
    }
    kernels->narrow(source, 1, target, COUNT);
    for (size_t i = 0; i < COUNT; i++)
      EXPECT(target[i] == nearest((double)source[i]), "%a became %x", (double)source[i], target[i]);
  }
  // Scaled, which rounds to single precision first; of every magnitude, and any number of them.
  for (size_t count = 0; count <= COUNT; count += ALS_LANES) {
    float *source = fenced(count, sizeof(float)), scale = (float)(1000 * random_number());
    uint16_t *target = fenced(count, sizeof(uint16_t));
    for (size_t i = 0; i < count; i++) source[i] = (float)ldexp(random_number(), 5 - (int)random_below(50));
    kernels->narrow(source, scale, target, count);
    for (size_t i = 0; i < count; i++)
      EXPECT(target[i] == nearest((double)(float)((double)scale * (double)source[i])), "count %zu, %a", count, (double)source[i]);
    if (count % (4 * ALS_LANES) == 0) release_fenced();
  }
  release_fenced();
}

// MARK: Magnitudes

void test_largest(const als_kernels *kernels) {
  const uint32_t no_number[] = {0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001};
  for (size_t count = 0; count <= 70; count++) {
    for (size_t place = 0; place < (count > 0 ? count : 1); place++) {
      float *numbers = fenced(count, sizeof(float));
      for (size_t i = 0; i < count; i++) numbers[i] = (float)random_number();
      if (count > 0) numbers[place] = place % 2 ? -3 : 3;
      EXPECT(kernels->largest(numbers, count) == (count > 0 ? 3 : 0), "%zu numbers, the largest at %zu", count, place);
      // NaN of all kinds, before and after it, counts as none.
      for (size_t i = 0; i < count; i++)
        if (i != place && random_below(2)) memcpy(&numbers[i], &no_number[random_below(4)], sizeof(float));
      EXPECT(kernels->largest(numbers, count) == (count > 0 ? 3 : 0), "%zu numbers and NaN, the largest at %zu", count, place);
      if (count > 0) numbers[place] = -INFINITY;
      EXPECT(kernels->largest(numbers, count) == (count > 0 ? INFINITY : 0), "%zu numbers, infinity at %zu", count, place);
      release_fenced();
    }
  }
}
