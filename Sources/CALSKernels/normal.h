// Normal equations of gathered rows.

// The rows of a tile of A that is kept in registers, a divisor of ALS_LANES.
#define TALL (LANES < 4 ? LANES : 4)

// A tile of TALL rows and WIDE vectors: += Σ u[row] u[columns] over packed rows u.
#define TILE(WIDE)                                                                          \
  ALWAYS_INLINE void NAME(normal_tile##WIDE)(                                               \
      const REAL *packed, size_t count, size_t width, size_t row, size_t column, REAL *a) { \
    VECTOR sum[TALL][WIDE];                                                                 \
    for (size_t i = 0; i < TALL; i++)                                                       \
      for (size_t j = 0; j < WIDE; j++)                                                     \
        sum[i][j] = *(const VECTOR *)(a + (row + i) * width + column + j * LANES);          \
    for (size_t e = 0; e < count; e++) {                                                    \
      const REAL *u = packed + e * width;                                                   \
      VECTOR v[WIDE];                                                                       \
      for (size_t j = 0; j < WIDE; j++) v[j] = *(const VECTOR *)(u + column + j * LANES);   \
      for (size_t i = 0; i < TALL; i++)                                                     \
        for (size_t j = 0; j < WIDE; j++) sum[i][j] += u[row + i] * v[j];                   \
    }                                                                                       \
    for (size_t i = 0; i < TALL; i++)                                                       \
      for (size_t j = 0; j < WIDE; j++)                                                     \
        *(VECTOR *)(a + (row + i) * width + column + j * LANES) = sum[i][j];                \
  }

TILE(1)
TILE(2)
TILE(3)

// The upper triangle of a += Σ u uᵀ over packed rows, in tiles; some elements below the diagonal are written, too.
ALWAYS_INLINE void NAME(normal_square)(const REAL *packed, size_t count, size_t width, REAL *a) {
  for (size_t row = 0; row < width; row += TALL) {
    size_t column = row / LANES * LANES;
    while (column < width) {
      const size_t left = (width - column) / LANES;
      if (left == 1) {
        NAME(normal_tile1)(packed, count, width, row, column, a);
        column += LANES;
      } else if (left == 2 || left == 4) {
        NAME(normal_tile2)(packed, count, width, row, column, a);
        column += 2 * LANES;
      } else {
        NAME(normal_tile3)(packed, count, width, row, column, a);
        column += 3 * LANES;
      }
    }
  }
}

static void NAME(add_normal)(als_rows rows, const REAL *weights, const REAL *targets, REAL *a, REAL *b, REAL *packed) {
  assert(a && b && packed && (rows.count == 0 || (rows.table && rows.columns && weights && targets)));
  const REAL *table = rows.table;
  const size_t width = rows.width, vectors = width / LANES, readable = rows.count + rows.ahead;
  const size_t bytes = width * sizeof(REAL), ahead = ROWS_AHEAD(bytes);
  // As many packed rows as there is room for.
  const size_t room = als_normal_rows(width);
  for (size_t start = 0; start < rows.count; start += room) {
    const size_t count = rows.count - start < room ? rows.count - start : room;
    for (size_t e = 0; e < count; e++) {
      const size_t entry = start + e;
      if (entry + ahead < readable) FETCH(table + (size_t)rows.columns[entry + ahead] * width, bytes);
      const REAL *v = table + (size_t)rows.columns[entry] * width;
      const REAL root = SQRT(weights[entry]), target = targets[entry];
      for (size_t j = 0; j < vectors; j++) {
        const VECTOR element = *(const VECTOR *)(v + j * LANES);
        *(VECTOR *)(packed + e * width + j * LANES) = root * element;
        *(VECTOR *)(b + j * LANES) += target * element;
      }
    }
    NAME(normal_square)(packed, count, width, a);
  }
}

#undef TILE
#undef TALL
