// The normal equations of gathered rows: few, as many as are packed together, and more.

static void NAME(check_normal)(const als_kernels *kernels, size_t width, size_t count) {
  const size_t row_count = 13, ahead = 3;
  const REAL *table = NAME(numbers)(row_count * width), *targets = NAME(numbers)(count);
  REAL *weights = NAME(positive_numbers)(count);
  if (count > 3) weights[3] = 0;
  int32_t *columns = fenced(count + ahead, sizeof(int32_t));
  for (size_t i = 0; i < count + ahead; i++) columns[i] = (int32_t)random_below(row_count);
  const REAL *start_a = NAME(numbers)(width * width), *start_b = NAME(numbers)(width);
  REAL *a = NAME(copy)(start_a, width * width), *b = NAME(copy)(start_b, width);
  REAL *packed = fenced(als_normal_rows(width) * width, sizeof(REAL));
  const als_rows rows = {.table = table, .columns = columns, .count = count, .ahead = ahead, .width = width};
  KERNELS(kernels).add_normal(rows, weights, targets, a, b, packed);

  // Each sum has `count` terms, each of them rounded three times.
  const double tolerance = (double)(count + 4) * 2 * (double)EPSILON;
  for (size_t i = 0; i < width; i++) {
    double sum = start_b[i], size = fabs(sum);
    for (size_t e = 0; e < count; e++) {
      const double term = (double)targets[e] * (double)table[(size_t)columns[e] * width + i];
      sum += term;
      size += fabs(term);
    }
    EXPECT(is_near((double)b[i], sum, tolerance * size), "width %zu, count %zu, b %zu", width, count, i);
    for (size_t j = i; j < width; j++) {
      double sum = start_a[i * width + j], size = fabs(sum);
      for (size_t e = 0; e < count; e++) {
        const REAL *row = table + (size_t)columns[e] * width;
        const double term = (double)weights[e] * (double)row[i] * (double)row[j];
        sum += term;
        size += fabs(term);
      }
      EXPECT(is_near((double)a[i * width + j], sum, tolerance * size), "width %zu, count %zu, a %zu %zu", width, count, i, j);
    }
  }
  release_fenced();
}

void NAME(test_add_normal)(const als_kernels *kernels) {
  for (size_t width = 16; width <= 144; width += 16) {
    for (size_t count = 0; count <= 9; count++) NAME(check_normal)(kernels, width, count);
    const size_t room = als_normal_rows(width);
    NAME(check_normal)(kernels, width, room);
    NAME(check_normal)(kernels, width, width <= 64 ? 2 * room + 5 : room + 1);
  }
}
