// One system with fewer entries than unknowns, solved in its dual form, with the tiles of normal.h and cholesky.h.

static size_t NAME(solve_dual)(
    als_rows rows, size_t order, const REAL *weights, const REAL *targets, const REAL *diagonal, REAL *x, REAL *scratch,
    REAL tolerance) {
  assert(rows.count > 0 && rows.table && rows.columns && weights && targets && diagonal && x && scratch);
  const REAL *table = rows.table;
  const size_t width = rows.width, count = rows.count;
  const size_t stride = (count + ALS_LANES - 1) / ALS_LANES * ALS_LANES;
  REAL *scale = scratch, *y = scale + width, *spare = y + stride, *m = spare + stride, *packed = m + stride * stride;
  for (size_t j = 0; j < order; j++) scale[j] = 1 / SQRT(diagonal[j]);

  // The columns of √w v D^(−1/2), so that their products are sums over the unknowns.
  for (size_t e = 0; e < count; e++) {
    const REAL *v = table + (size_t)rows.columns[e] * width;
    const REAL root = SQRT(weights[e]);
    for (size_t j = 0; j < order; j++) packed[j * stride + e] = root * scale[j] * v[j];
    y[e] = targets[e] / root;
  }
  for (size_t j = 0; j < order; j++)
    for (size_t e = count; e < stride; e++) packed[j * stride + e] = 0;
  for (size_t i = 0; i < stride * stride; i++) m[i] = 0;
  for (size_t e = 0; e < count; e++) m[e * stride + e] = 1;
  for (size_t e = count; e < stride; e++) y[e] = 0;
  NAME(normal_square)(packed, order, stride, m);
  const size_t failure = NAME(solve)(count, stride, m, y, spare, tolerance);
  if (failure) return failure;

  for (size_t j = 0; j < width; j += LANES) *(VECTOR *)(x + j) = (VECTOR){0};
  for (size_t e = 0; e < count; e++) {
    const REAL *v = table + (size_t)rows.columns[e] * width;
    const REAL share = y[e] * SQRT(weights[e]);
    for (size_t j = 0; j < width; j += LANES) *(VECTOR *)(x + j) += share * *(const VECTOR *)(v + j);
  }
  for (size_t j = 0; j < order; j++) x[j] *= scale[j] * scale[j];
  return 0;
}
