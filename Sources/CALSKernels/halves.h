// Half precision: what a table in it takes. WIDENED is a vector from a pointer to halves, NARROWED writes one there.

#ifndef WIDENED
typedef _Float16 halves __attribute__((vector_size(sizeof(VECTOR_f32) / 2), aligned(2)));
#define WIDENED(source) __builtin_convertvector(*(const halves *)(source), VECTOR_f32)
#define NARROWED(vector, target) (*(halves *)(target) = __builtin_convertvector(vector, halves))
#endif

#define LANES_f32 (sizeof(VECTOR_f32) / sizeof(float))

static void ONLY_NAME(narrow)(const float *source, float scale, uint16_t *target, size_t count) {
  assert((source && target) || count == 0);
  for (size_t i = 0; i < count; i += LANES_f32) {
    NARROWED(scale * *(const VECTOR_f32 *)(source + i), target + i);
  }
}

static float ONLY_NAME(largest)(const float *numbers, size_t count) {
  assert(numbers || count == 0);
  VECTOR_f32 most = {0};
  size_t i = 0;
  for (; i + LANES_f32 <= count; i += LANES_f32) {
    const VECTOR_f32 n = __builtin_elementwise_abs(*(const VECTOR_f32 *)(numbers + i));
    // Any NaN fails a comparison; of a signalling one, NEON's maximum is NaN.
    const __typeof__(n > most) above = n > most;
    most = (VECTOR_f32)((above & (__typeof__(above))n) | (~above & (__typeof__(above))most));
  }
  float largest = 0;
  for (size_t lane = 0; lane < LANES_f32; lane++) largest = most[lane] > largest ? most[lane] : largest;
  for (; i < count; i++) {
    const float magnitude = __builtin_fabsf(numbers[i]);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

#undef LANES_f32
