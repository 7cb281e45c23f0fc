// The product of some rows and a matrix, in tiles of PRODUCT_TALL rows of up to PRODUCT_WIDEST vectors, 2 or 3, that
// are kept in registers.

// ROWS rows of WIDE vectors of the product. Every element is summed from the first inner index to the last, so that it
// does not depend on the tile that it lies in.
#define TILE(TILE_NAME, ROWS, WIDE)                                                                       \
  ALWAYS_INLINE void NAME(TILE_NAME)(                                                                     \
      const REAL *rows, size_t stride, size_t inner, const REAL *matrix, size_t matrix_stride,            \
      REAL *product, size_t width) {                                                                      \
    VECTOR sum[ROWS][WIDE];                                                                               \
    for (size_t r = 0; r < ROWS; r++)                                                                     \
      for (size_t j = 0; j < WIDE; j++) sum[r][j] = (VECTOR){0};                                          \
    for (size_t i = 0; i < inner; i++) {                                                                  \
      VECTOR m[WIDE];                                                                                     \
      for (size_t j = 0; j < WIDE; j++) m[j] = *(const VECTOR *)(matrix + i * matrix_stride + j * LANES); \
      for (size_t r = 0; r < ROWS; r++)                                                                   \
        for (size_t j = 0; j < WIDE; j++) sum[r][j] += rows[r * stride + i] * m[j];                       \
    }                                                                                                     \
    for (size_t r = 0; r < ROWS; r++)                                                                     \
      for (size_t j = 0; j < WIDE; j++) *(VECTOR *)(product + r * width + j * LANES) = sum[r][j];         \
  }

// All rows of WIDE vectors from `column` on.
#define COLUMNS(WIDE)                                                                               \
  TILE(product_tall##WIDE, PRODUCT_TALL, WIDE)                                                      \
  TILE(product_flat##WIDE, 1, WIDE)                                                                 \
  static void NAME(product_columns##WIDE)(                                                          \
      const REAL *rows, size_t count, size_t stride, size_t inner, const REAL *matrix,              \
      size_t matrix_stride, REAL *product, size_t width) {                                          \
    size_t row = 0;                                                                                 \
    for (; row + PRODUCT_TALL <= count; row += PRODUCT_TALL)                                        \
      NAME(product_tall##WIDE)(                                                                     \
          rows + row * stride, stride, inner, matrix, matrix_stride, product + row * width, width); \
    for (; row < count; row++)                                                                      \
      NAME(product_flat##WIDE)(                                                                     \
          rows + row * stride, stride, inner, matrix, matrix_stride, product + row * width, width); \
  }

COLUMNS(1)
COLUMNS(2)
COLUMNS(3)

static void NAME(product)(
    const REAL *rows, size_t count, size_t stride, size_t inner, const REAL *matrix, size_t matrix_stride,
    REAL *product, size_t width) {
  assert((rows || count == 0) && matrix && (product || count == 0));
  size_t column = 0;
  while (column < width) {
    const size_t left = (width - column) / LANES;
    if (left == 1) {
      NAME(product_columns1)(rows, count, stride, inner, matrix + column, matrix_stride, product + column, width);
      column += LANES;
    } else if (left == 2 || left == 4 || PRODUCT_WIDEST == 2) {
      NAME(product_columns2)(rows, count, stride, inner, matrix + column, matrix_stride, product + column, width);
      column += 2 * LANES;
    } else {
      NAME(product_columns3)(rows, count, stride, inner, matrix + column, matrix_stride, product + column, width);
      column += 3 * LANES;
    }
  }
}

#undef TILE
#undef COLUMNS
