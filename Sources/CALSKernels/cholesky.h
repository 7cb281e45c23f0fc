// Cholesky factorisation and solution of one system.

// Rows of the factor that are made, and then taken off the rows below, together.
#define PANEL 4

// The factor of the diagonal block of a panel, by scalars; its pivots are replaced by the inverses of their roots.
ALWAYS_INLINE size_t NAME(solve_block)(
    const REAL *a, size_t first, size_t count, size_t width, const REAL *diagonals, REAL tolerance,
    REAL block[PANEL][PANEL]) {
  for (size_t p = 0; p < count; p++) {
    for (size_t i = p; i < count; i++) {
      REAL sum = a[(first + p) * width + first + i];
      for (size_t q = 0; q < p; q++) sum -= block[q][p] * block[q][i];
      block[p][i] = sum;
    }
    const REAL pivot = block[p][p];
    // Also true for NaN.
    if (!(pivot > tolerance * diagonals[first + p])) return first + p + 1;
    block[p][p] = 1 / SQRT(pivot);
    for (size_t i = p + 1; i < count; i++) block[p][i] *= block[p][p];
  }
  return 0;
}

// The rows of a panel, once its diagonal block is known.
ALWAYS_INLINE void NAME(solve_panel)(
    REAL *a, size_t first, size_t count, size_t width, REAL block[PANEL][PANEL]) {
  for (size_t c = first / LANES * LANES; c < width; c += LANES) {
    VECTOR factor[PANEL];
    for (size_t p = 0; p < count; p++) {
      VECTOR sum = *(const VECTOR *)(a + (first + p) * width + c);
      for (size_t q = 0; q < p; q++) sum -= block[q][p] * factor[q];
      factor[p] = block[p][p] * sum;
      *(VECTOR *)(a + (first + p) * width + c) = factor[p];
    }
  }
}

// rows −= mᵀ panel for ROWS rows, with m[p][r] = m[p · stride + r], from the vector of their diagonal on.
#define UPDATE(ROWS)                                                                            \
  ALWAYS_INLINE void NAME(solve_update##ROWS)(                                                  \
      const REAL *panel, REAL *rows, size_t width, const REAL *m, size_t stride, size_t from) { \
    VECTOR all[PANEL][ROWS];                                                                    \
    for (size_t p = 0; p < PANEL; p++)                                                          \
      for (size_t r = 0; r < ROWS; r++) all[p][r] = m[p * stride + r] - (VECTOR){0};            \
    for (size_t c = from; c < width; c += LANES) {                                              \
      VECTOR sum[ROWS];                                                                         \
      for (size_t r = 0; r < ROWS; r++) sum[r] = *(const VECTOR *)(rows + r * width + c);       \
      for (size_t p = 0; p < PANEL; p++) {                                                      \
        const VECTOR factor = -*(const VECTOR *)(panel + p * width + c);                        \
        for (size_t r = 0; r < ROWS; r++) sum[r] += all[p][r] * factor;                         \
      }                                                                                         \
      for (size_t r = 0; r < ROWS; r++) *(VECTOR *)(rows + r * width + c) = sum[r];             \
    }                                                                                           \
  }

UPDATE(1)
UPDATE(4)

static size_t NAME(solve)(size_t order, size_t width, REAL *a, REAL *b, REAL *diagonals, REAL tolerance) {
  assert(order > 0 && a && b && diagonals);
  for (size_t i = 0; i < order; i++) diagonals[i] = a[i * width + i];
  // A = RᵀR by panels of rows of R, and Rᵀy = b on the way, as one more row.
  for (size_t first = 0; first < order; first += PANEL) {
    const size_t count = order - first < PANEL ? order - first : PANEL, end = first + count;
    REAL block[PANEL][PANEL], y[PANEL];
    const size_t failure =
        NAME(solve_block)(a, first, count, width, diagonals, tolerance, block);
    if (failure) return failure;
    if (count == PANEL)
      NAME(solve_panel)(a, first, PANEL, width, block);
    else
      NAME(solve_panel)(a, first, count, width, block);
    for (size_t p = 0; p < count; p++) {
      REAL sum = b[first + p];
      for (size_t q = 0; q < p; q++) sum -= block[q][p] * y[q];
      y[p] = block[p][p] * sum;
      // The solution needs the inverses of the diagonal only, and y where the diagonal was.
      a[(first + p) * width + first + p] = block[p][p];
      diagonals[first + p] = y[p];
    }
    if (end == order) break;
    const REAL *panel = a + first * width;
    size_t row = end;
    for (; row + PANEL <= order; row += PANEL)
      NAME(solve_update4)(panel, a + row * width, width, panel + row, width, row / LANES * LANES);
    for (; row < order; row++)
      NAME(solve_update1)(panel, a + row * width, width, panel + row, width, row / LANES * LANES);
    NAME(solve_update1)(panel, b, width, y, 1, end / LANES * LANES);
  }
  // Rx = y from the last panel; unknowns that are not known yet are zero, as what lies below the diagonal nearly is.
  for (size_t c = 0; c < width; c++) b[c] = 0;
  for (size_t first = (order - 1) / PANEL * PANEL;; first -= PANEL) {
    const size_t count = order - first < PANEL ? order - first : PANEL, end = first + count;
    VECTOR sum[PANEL] = {{0}};
    for (size_t c = end / LANES * LANES; c < width; c += LANES) {
      const VECTOR x = *(const VECTOR *)(b + c);
      for (size_t p = 0; p < count; p++) sum[p] += *(const VECTOR *)(a + (first + p) * width + c) * x;
    }
    const QUAD known = SUM4(sum[0], sum[1], sum[2], sum[3]);
    for (size_t p = count; p-- > 0;) {
      const REAL *factor = a + (first + p) * width;
      REAL rest = diagonals[first + p] - known[p];
      for (size_t q = p + 1; q < count; q++) rest -= factor[first + q] * b[first + q];
      b[first + p] = rest * factor[first + p];
    }
    if (first == 0) break;
  }
  return 0;
}

#undef UPDATE
#undef PANEL
