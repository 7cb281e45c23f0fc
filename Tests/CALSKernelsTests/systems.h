// Positive definite systems, and those in dual form.

// The identity with finite numbers wherever nothing is read for the solution: below the diagonal and beyond the order.
static REAL *NAME(identity)(size_t order, size_t width) {
  REAL *a = NAME(numbers)(order * width);
  for (size_t i = 0; i < order; i++)
    for (size_t j = i; j < order; j++) a[i * width + j] = i == j;
  return a;
}

// Systems that are not positive definite enough, because of one pivot.
static void NAME(check_pivot)(const als_kernels *kernels, size_t order, size_t width, size_t bad) {
  const REAL pivots[] = {0, -1, (REAL)NAN};
  for (size_t p = 0; p < 3; p++) {
    REAL *a = NAME(identity)(order, width), *b = NAME(numbers)(width), *diagonals = fenced(order, sizeof(REAL));
    a[bad * width + bad] = pivots[p];
    const size_t found = KERNELS(kernels).solve(order, width, a, b, diagonals, EPSILON);
    EXPECT(found == bad + 1, "order %zu, pivot %zu, found %zu", order, bad, found);
    release_fenced();
  }
  // 1 − (7/8)² is between 1/8 and 1/4.
  for (int allowed = 0; bad > 0 && allowed < 2; allowed++) {
    REAL *a = NAME(identity)(order, width), *b = NAME(numbers)(width), *diagonals = fenced(order, sizeof(REAL));
    a[(bad - 1) * width + bad] = (REAL)0.875;
    const size_t found = KERNELS(kernels).solve(order, width, a, b, diagonals, (REAL)(allowed ? 0.125 : 0.25));
    EXPECT(found == (allowed ? 0 : bad + 1), "order %zu, pivot %zu, found %zu", order, bad, found);
    release_fenced();
  }
}

void NAME(test_solve)(const als_kernels *kernels) {
  for (size_t order = 1; order <= 131; order += order < 70 ? 1 : 61) {
    const size_t width = (order + ALS_LANES - 1) / ALS_LANES * ALS_LANES;

    // The residual of a random system.
    double *m = fenced((order + 2) * order, sizeof(double));
    for (size_t i = 0; i < (order + 2) * order; i++) m[i] = random_number();
    REAL *a = NAME(identity)(order, width);
    for (size_t i = 0; i < order; i++) {
      for (size_t j = i; j < order; j++) {
        double sum = i == j ? 0.5 : 0;
        for (size_t e = 0; e < order + 2; e++) sum += m[e * order + i] * m[e * order + j];
        a[i * width + j] = (REAL)sum;
      }
    }
    const REAL *matrix = NAME(copy)(a, order * width), *right = NAME(numbers)(width);
    REAL *b = NAME(copy)(right, width), *diagonals = fenced(order, sizeof(REAL));
    EXPECT(KERNELS(kernels).solve(order, width, a, b, diagonals, EPSILON) == 0, "order %zu", order);
    for (size_t i = 0; i < order; i++) {
      double residual = -(double)right[i], size = fabs(residual);
      for (size_t j = 0; j < order; j++) {
        const double term = (double)(i < j ? matrix[i * width + j] : matrix[j * width + i]) * (double)b[j];
        residual += term;
        size += fabs(term);
      }
      // Backward stable (Higham, chapter 10), with room for the size of the factor's other rows.
      const double tolerance = (double)(4 * order + 8) * 8 * (double)EPSILON * fmax(1, size);
      EXPECT(is_near(residual, 0, tolerance), "order %zu, residual %zu", order, i);
    }
    release_fenced();

    // The first pivot that is too small, in all places of a panel.
    for (size_t bad = 0; bad < order; bad += bad < 8 || bad + 8 >= order ? 1 : 13) NAME(check_pivot)(kernels, order, width, bad);
  }
}

static void NAME(check_dual)(const als_kernels *kernels, size_t order, size_t count) {
  const size_t width = (order + ALS_LANES - 1) / ALS_LANES * ALS_LANES, row_count = 13;
  REAL *table = NAME(numbers)(row_count * width);
  for (size_t i = 0; i < row_count; i++)
    for (size_t j = order; j < width; j++) table[i * width + j] = 0;
  int32_t *columns = fenced(count, sizeof(int32_t));
  for (size_t i = 0; i < count; i++) columns[i] = (int32_t)random_below(row_count);
  const REAL *weights = NAME(positive_numbers)(count), *targets = NAME(numbers)(count);
  const REAL *diagonal = NAME(positive_numbers)(order);
  REAL *x = fenced(width, sizeof(REAL)), *scratch = fenced(als_dual_scratch(width, count), sizeof(REAL));
  const als_rows rows = {.table = table, .columns = columns, .count = count, .width = width};
  EXPECT(KERNELS(kernels).solve_dual(rows, order, weights, targets, diagonal, x, scratch, EPSILON) == 0,
         "order %zu, count %zu", order, count);

  // The residual of the direct form: D has no element below 1/2, and a product of rows is at most the order.
  double residual[order];
  for (size_t j = 0; j < order; j++) residual[j] = (double)diagonal[j] * (double)x[j];
  for (size_t e = 0; e < count; e++) {
    const REAL *v = table + (size_t)columns[e] * width;
    double score = 0;
    for (size_t j = 0; j < order; j++) score += (double)v[j] * (double)x[j];
    for (size_t j = 0; j < order; j++)
      residual[j] += ((double)weights[e] * score - (double)targets[e]) * (double)v[j];
  }
  const double tolerance = 64 * (double)((count + 1) * (order + 1)) * (double)EPSILON;
  for (size_t j = 0; j < width; j++)
    EXPECT(j < order ? is_near(residual[j], 0, tolerance) : x[j] == 0, "order %zu, count %zu, %zu", order, count, j);
  release_fenced();
}

void NAME(test_solve_dual)(const als_kernels *kernels) {
  for (size_t order = 1; order <= 131; order += order < 70 ? 1 : 61) {
    for (size_t count = 1; count <= 9; count++) NAME(check_dual)(kernels, order, count);
    NAME(check_dual)(kernels, order, 15 + order % 4);
    NAME(check_dual)(kernels, order, 33);
  }
  // The same row twice: of the diagonal, 101, the second pivot is 201/101.
  REAL *table = fenced(16, sizeof(REAL));
  for (size_t j = 0; j < 16; j++) table[j] = j == 0;
  int32_t *columns = fenced(2, sizeof(int32_t));
  columns[0] = columns[1] = 0;
  REAL *weights = NAME(numbers)(2), *diagonal = NAME(positive_numbers)(16);
  weights[0] = weights[1] = 100;
  diagonal[0] = 1;
  const als_rows rows = {.table = table, .columns = columns, .count = 2, .width = 16};
  for (int allowed = 0; allowed < 2; allowed++) {
    REAL *x = fenced(16, sizeof(REAL)), *scratch = fenced(als_dual_scratch(16, 2), sizeof(REAL));
    const size_t found = KERNELS(kernels).solve_dual(
        rows, 16, weights, NAME(numbers)(2), diagonal, x, scratch, (REAL)(allowed ? 0.015625 : 0.03125));
    EXPECT(found == (allowed ? 0 : 2), "found %zu", found);
  }
  release_fenced();
}
