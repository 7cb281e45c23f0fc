// Normal equations of gathered rows, written once on the compiler's vector types. Included with these defined:
//
//   NORMAL     the function's name
//   REAL       the type of the arithmetic and of the table
//   VECTOR     a vector of LANES REALs without alignment
//   LANES      a divisor of ALS_LANES
//   TALL       the rows of a tile of A that is kept in registers, a divisor of ALS_LANES
//   SQRT       the square root of a REAL

#define CONCATENATE_(a, b) a##b
#define CONCATENATE(a, b) CONCATENATE_(a, b)
#define INLINE static inline __attribute__((always_inline))

// A tile of TALL rows and WIDE vectors: += Σ u[row] u[columns] over packed rows u.
#define TILE(WIDE)                                                                                    \
  INLINE void CONCATENATE(NORMAL, _tile##WIDE)(                                                       \
      const REAL *packed, size_t count, size_t width, size_t row, size_t column, REAL *a) {           \
    VECTOR sum[TALL][WIDE];                                                                           \
    for (size_t i = 0; i < TALL; i++)                                                                 \
      for (size_t j = 0; j < WIDE; j++)                                                               \
        sum[i][j] = *(const VECTOR *)(a + (row + i) * width + column + j * LANES);                    \
    for (size_t e = 0; e < count; e++) {                                                              \
      const REAL *u = packed + e * width;                                                             \
      VECTOR v[WIDE];                                                                                 \
      for (size_t j = 0; j < WIDE; j++) v[j] = *(const VECTOR *)(u + column + j * LANES);             \
      for (size_t i = 0; i < TALL; i++)                                                               \
        for (size_t j = 0; j < WIDE; j++) sum[i][j] += u[row + i] * v[j];                             \
    }                                                                                                 \
    for (size_t i = 0; i < TALL; i++)                                                                 \
      for (size_t j = 0; j < WIDE; j++)                                                               \
        *(VECTOR *)(a + (row + i) * width + column + j * LANES) = sum[i][j];                          \
  }

TILE(1)
TILE(2)
TILE(3)

// The upper triangle of a += Σ u uᵀ over packed rows, in tiles; some elements below the diagonal are written, too.
INLINE void CONCATENATE(NORMAL, _square)(const REAL *packed, size_t count, size_t width, REAL *a) {
  for (size_t row = 0; row < width; row += TALL) {
    size_t column = row / LANES * LANES;
    while (column < width) {
      const size_t left = (width - column) / LANES;
      if (left == 1) {
        CONCATENATE(NORMAL, _tile1)(packed, count, width, row, column, a);
        column += LANES;
      } else if (left == 2 || left == 4) {
        CONCATENATE(NORMAL, _tile2)(packed, count, width, row, column, a);
        column += 2 * LANES;
      } else {
        CONCATENATE(NORMAL, _tile3)(packed, count, width, row, column, a);
        column += 3 * LANES;
      }
    }
  }
}

void NORMAL(als_rows rows, const REAL *weights, const REAL *targets, REAL *a, REAL *b, REAL *packed) {
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
    CONCATENATE(NORMAL, _square)(packed, count, width, a);
  }
}

#undef TILE
#undef INLINE
#undef CONCATENATE
#undef CONCATENATE_
#undef NORMAL
#undef REAL
#undef VECTOR
#undef LANES
#undef TALL
#undef SQRT
