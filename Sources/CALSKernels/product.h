// The product of some rows and a matrix, written once on the compiler's vector types. Included with these defined:
//
//   PRODUCT    the function's name
//   REAL       the type of the arithmetic
//   VECTOR     a vector of LANES REALs without alignment
//   LANES      a divisor of ALS_LANES
//   TALL       the rows of a tile of the product that is kept in registers
//   WIDEST     the most vectors of such a row, 2 or 3

#define CONCATENATE_(a, b) a##b
#define CONCATENATE(a, b) CONCATENATE_(a, b)

// ROWS rows of WIDE vectors of the product. Every element is summed from the first inner index to the last, so that it
// does not depend on the tile that it lies in.
#define TILE(NAME, ROWS, WIDE)                                                                      \
  static inline __attribute__((always_inline)) void CONCATENATE(PRODUCT, NAME)(                     \
      const REAL *rows, size_t stride, size_t inner, const REAL *matrix, size_t matrix_stride,      \
      REAL *product, size_t width) {                                                                \
    VECTOR sum[ROWS][WIDE];                                                                         \
    for (size_t r = 0; r < ROWS; r++)                                                               \
      for (size_t j = 0; j < WIDE; j++) sum[r][j] = (VECTOR){0};                                    \
    for (size_t i = 0; i < inner; i++) {                                                            \
      VECTOR m[WIDE];                                                                               \
      for (size_t j = 0; j < WIDE; j++) m[j] = *(const VECTOR *)(matrix + i * matrix_stride + j * LANES); \
      for (size_t r = 0; r < ROWS; r++)                                                             \
        for (size_t j = 0; j < WIDE; j++) sum[r][j] += rows[r * stride + i] * m[j];                 \
    }                                                                                               \
    for (size_t r = 0; r < ROWS; r++)                                                               \
      for (size_t j = 0; j < WIDE; j++) *(VECTOR *)(product + r * width + j * LANES) = sum[r][j];   \
  }

// All rows of WIDE vectors from `column` on.
#define COLUMNS(WIDE)                                                                                     \
  TILE(_tall##WIDE, TALL, WIDE)                                                                           \
  TILE(_flat##WIDE, 1, WIDE)                                                                              \
  static void CONCATENATE(PRODUCT, _columns##WIDE)(                                                       \
      const REAL *rows, size_t count, size_t stride, size_t inner, const REAL *matrix,                    \
      size_t matrix_stride, REAL *product, size_t width) {                                                \
    size_t row = 0;                                                                                       \
    for (; row + TALL <= count; row += TALL)                                                              \
      CONCATENATE(PRODUCT, _tall##WIDE)(                                                                  \
          rows + row * stride, stride, inner, matrix, matrix_stride, product + row * width, width);       \
    for (; row < count; row++)                                                                            \
      CONCATENATE(PRODUCT, _flat##WIDE)(                                                                  \
          rows + row * stride, stride, inner, matrix, matrix_stride, product + row * width, width);       \
  }

COLUMNS(1)
COLUMNS(2)
COLUMNS(3)

void PRODUCT(
    const REAL *rows, size_t count, size_t stride, size_t inner, const REAL *matrix, size_t matrix_stride,
    REAL *product, size_t width) {
  size_t column = 0;
  while (column < width) {
    const size_t left = (width - column) / LANES;
    if (left == 1) {
      CONCATENATE(PRODUCT, _columns1)(rows, count, stride, inner, matrix + column, matrix_stride, product + column, width);
      column += LANES;
    } else if (left == 2 || left == 4 || WIDEST == 2) {
      CONCATENATE(PRODUCT, _columns2)(rows, count, stride, inner, matrix + column, matrix_stride, product + column, width);
      column += 2 * LANES;
    } else {
      CONCATENATE(PRODUCT, _columns3)(rows, count, stride, inner, matrix + column, matrix_stride, product + column, width);
      column += 3 * LANES;
    }
  }
}

#undef TILE
#undef COLUMNS
#undef CONCATENATE
#undef CONCATENATE_
#undef PRODUCT
#undef REAL
#undef VECTOR
#undef LANES
#undef TALL
#undef WIDEST
