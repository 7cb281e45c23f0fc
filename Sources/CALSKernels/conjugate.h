// The vector operations of the conjugate gradient iteration of one row.

#define VECTORS                                                                         \
  assert(row);                                                                          \
  const size_t vectors = width / LANES;                                                 \
  VECTOR *restrict x = (VECTOR *)row, *restrict residual = x + vectors;                 \
  VECTOR *restrict direction = residual + vectors, *restrict sum = direction + vectors; \
  VECTOR *restrict diagonal = sum + vectors, *restrict inverse = diagonal + vectors;    \
  (void)residual, (void)direction, (void)sum, (void)diagonal, (void)inverse

static void NAME(gradient_load)(
    REAL *row, size_t width, const REAL *source, size_t order, REAL unit, const REAL *dense,
    const REAL *expected, REAL count, REAL regularization) {
  VECTORS;
  assert(source && dense && expected);
  const size_t whole = order / LANES;
  for (size_t j = 0; j < whole; j++) x[j] = unit * ((const VECTOR *)source)[j];
  for (size_t i = whole * LANES; i < width; i++) row[i] = i < order ? unit * source[i] : 0;
  for (size_t j = 0; j < vectors; j++) {
    const VECTOR d = ((const VECTOR *)dense)[j] + regularization;
    diagonal[j] = d;
    // Where nothing is expected, no fixed row has that coordinate and its residual is zero.
    inverse[j] = 1 / (d + count * ((const VECTOR *)expected)[j] + LEAST);
    sum[j] = (VECTOR){0};
  }
}

static void NAME(gradient_start)(REAL *row, size_t width) {
  VECTORS;
  for (size_t j = 0; j < vectors; j++) residual[j] = sum[j] - diagonal[j] * x[j];
}

static REAL NAME(gradient_turn)(
    REAL *row, size_t width, REAL decrease, REAL tolerance, bool turning) {
  VECTORS;
  VECTOR product = {0}, length = {0}, size = {0};
  // The preconditioned residual is kept where the sum was.
  for (size_t j = 0; j < vectors; j++) {
    const VECTOR z = residual[j] * inverse[j];
    sum[j] = z;
    product += residual[j] * z;
    length += z * z;
    size += x[j] * x[j];
  }
  const QUAD sums = SUM4(product, length, size, size);
  if (!(sums[1] > tolerance * tolerance * sums[2] && sums[0] > 0)) return 0;
  if (turning) {
    const REAL ratio = decrease > 0 ? sums[0] / decrease : 0;
    for (size_t j = 0; j < vectors; j++) {
      // The first direction may hold anything.
      direction[j] = decrease > 0 ? sum[j] + ratio * direction[j] : sum[j];
      sum[j] = (VECTOR){0};
    }
  }
  return sums[0];
}

static bool NAME(gradient_advance)(REAL *row, size_t width, REAL decrease, REAL longest) {
  VECTORS;
  VECTOR product = {0};
  for (size_t j = 0; j < vectors; j++) {
    const VECTOR applied = diagonal[j] * direction[j] - sum[j];
    sum[j] = applied;
    product += direction[j] * applied;
  }
  const QUAD sums = SUM4(product, product, product, product);
  const REAL length = decrease / sums[0];
  if (!(length > 0 && length <= longest)) return false;
  for (size_t j = 0; j < vectors; j++) {
    x[j] += length * direction[j];
    residual[j] -= length * sum[j];
  }
  return true;
}

static bool NAME(gradient_store)(
    REAL *row, REAL *target, size_t order, REAL unit, REAL beyond) {
  assert(row && target);
  // Of a number that is not finite, the product with zero is no number.
  VECTOR check = {0};
  const size_t whole = order / LANES;
  for (size_t j = 0; j < whole; j++) {
    const VECTOR value = unit * ((const VECTOR *)row)[j];
    ((VECTOR *)target)[j] = value + beyond * (value - ((VECTOR *)target)[j]);
    check += 0 * value;
  }
  REAL sum = 0;
  for (size_t i = whole * LANES; i < order; i++) {
    const REAL value = unit * row[i];
    target[i] = value + beyond * (value - target[i]);
    sum += 0 * value;
  }
  const QUAD sums = SUM4(check, check, check, check);
  return sum + sums[0] == 0;
}

#undef VECTORS
