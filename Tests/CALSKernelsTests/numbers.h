// Names and random numbers of one type.

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define NAME(name) PASTE(name, TYPE)

// `count` of them between −1 and 1, at a fence.
__attribute__((unused)) static REAL *NAME(numbers)(size_t count) {
  REAL *numbers = fenced(count, sizeof(REAL));
  for (size_t i = 0; i < count; i++) numbers[i] = (REAL)random_number();
  return numbers;
}

// The same between 1/2 and 3/2.
__attribute__((unused)) static REAL *NAME(positive_numbers)(size_t count) {
  REAL *numbers = NAME(numbers)(count);
  for (size_t i = 0; i < count; i++) numbers[i] = 1 + numbers[i] / 2;
  return numbers;
}

// A copy at a fence.
__attribute__((unused)) static REAL *NAME(copy)(const REAL *numbers, size_t count) {
  return memcpy(fenced(count, sizeof(REAL)), numbers, count * sizeof(REAL));
}
