// Products of rows with a matrix, against the sums that define them and against the promise about their bits.

static void NAME(check_product)(const als_kernels *kernels, size_t inner, size_t width) {
  const size_t count = 29, stride = inner + inner % 3, matrix_stride = width + 16 * (inner % 2);
  // Of the last row, only what is multiplied need be there.
  const REAL *rows = NAME(numbers)((count - 1) * stride + inner);
  const REAL *matrix = NAME(numbers)((inner - 1) * matrix_stride + width);
  REAL *product = fenced(count * width, sizeof(REAL));
  KERNELS(kernels).product(rows, count, stride, inner, matrix, matrix_stride, product, width);
  for (size_t r = 0; r < count; r++) {
    for (size_t c = 0; c < width; c++) {
      double sum = 0, size = 0;
      for (size_t i = 0; i < inner; i++) {
        const double term = (double)rows[r * stride + i] * (double)matrix[i * matrix_stride + c];
        sum += term;
        size += fabs(term);
      }
      EXPECT(is_near((double)product[r * width + c], sum, (double)(inner + 1) * (double)EPSILON * size),
             "inner %zu, width %zu, element %zu %zu", inner, width, r, c);
    }
  }
  const size_t parts[][2] = {{0, 0}, {0, 1}, {1, 1}, {7, 1}, {28, 1}, {3, 4}, {5, 13}, {10, 19}};
  for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
    const size_t first = parts[p][0], some = parts[p][1];
    REAL *part = fenced(some * width, sizeof(REAL));
    KERNELS(kernels).product(rows + first * stride, some, stride, inner, matrix, matrix_stride, part, width);
    EXPECT(!memcmp(part, product + first * width, some * width * sizeof(REAL)),
           "inner %zu, width %zu, rows %zu to %zu", inner, width, first, first + some);
  }
  release_fenced();
}

void NAME(test_product)(const als_kernels *kernels) {
  for (size_t inner = 1; inner <= 35; inner++) NAME(check_product)(kernels, inner, 16 * (1 + inner % 9));
  for (size_t width = 16; width <= 144; width += 16) NAME(check_product)(kernels, width - 1 + width % 3, width);
}
