// The vector operations of the conjugate gradient iteration of one row, written once on the compiler's vector types.
// Included with these defined:
//
//   GRADIENT   the functions' common prefix
//   REAL       the type of the arithmetic
//   VECTOR     a vector of LANES REALs without alignment
//   LANES      a divisor of ALS_LANES
//   SUM4       the four sums of the elements of four VECTORs, as a QUAD
//   QUAD       a vector of four REALs without alignment
//   LEAST      the least normal number

#define CONCATENATE_(a, b) a##b
#define CONCATENATE(a, b) CONCATENATE_(a, b)
#define VECTORS(row)                                                                              \
  const size_t vectors = row.width / LANES;                                                       \
  VECTOR *restrict x = (VECTOR *)row.x, *restrict residual = x + vectors;                         \
  VECTOR *restrict direction = residual + vectors, *restrict sum = direction + vectors;           \
  VECTOR *restrict diagonal = sum + vectors, *restrict inverse = diagonal + vectors;              \
  (void)residual, (void)direction, (void)sum, (void)diagonal, (void)inverse

void CONCATENATE(GRADIENT, _load)(
    CONCATENATE(als_gradient_, SUFFIX) row, const REAL *source, size_t order, REAL unit, const REAL *dense,
    const REAL *expected, REAL count, REAL regularization) {
  VECTORS(row);
  const size_t whole = order / LANES;
  for (size_t j = 0; j < whole; j++) x[j] = unit * ((const VECTOR *)source)[j];
  for (size_t i = whole * LANES; i < row.width; i++) row.x[i] = i < order ? unit * source[i] : 0;
  for (size_t j = 0; j < vectors; j++) {
    const VECTOR d = ((const VECTOR *)dense)[j] + regularization;
    diagonal[j] = d;
    // Where nothing is expected, no fixed row has that coordinate and its residual is zero.
    inverse[j] = 1 / (d + count * ((const VECTOR *)expected)[j] + LEAST);
    sum[j] = (VECTOR){0};
  }
}

void CONCATENATE(GRADIENT, _start)(CONCATENATE(als_gradient_, SUFFIX) row) {
  VECTORS(row);
  for (size_t j = 0; j < vectors; j++) residual[j] = sum[j] - diagonal[j] * x[j];
}

REAL CONCATENATE(GRADIENT, _turn)(
    CONCATENATE(als_gradient_, SUFFIX) row, REAL decrease, REAL tolerance, bool turning) {
  VECTORS(row);
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

bool CONCATENATE(GRADIENT, _advance)(CONCATENATE(als_gradient_, SUFFIX) row, REAL decrease, REAL longest) {
  VECTORS(row);
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

bool CONCATENATE(GRADIENT, _store)(
    CONCATENATE(als_gradient_, SUFFIX) row, REAL *target, size_t order, REAL unit, REAL beyond) {
  // Of a number that is not finite, the product with zero is no number.
  VECTOR check = {0};
  const size_t whole = order / LANES;
  for (size_t j = 0; j < whole; j++) {
    const VECTOR value = unit * ((const VECTOR *)row.x)[j];
    ((VECTOR *)target)[j] = value + beyond * (value - ((VECTOR *)target)[j]);
    check += 0 * value;
  }
  REAL sum = 0;
  for (size_t i = whole * LANES; i < order; i++) {
    const REAL value = unit * row.x[i];
    target[i] = value + beyond * (value - target[i]);
    sum += 0 * value;
  }
  const QUAD sums = SUM4(check, check, check, check);
  return sum + sums[0] == 0;
}

#undef VECTORS
#undef CONCATENATE
#undef CONCATENATE_
#undef GRADIENT
#undef SUFFIX
#undef REAL
#undef VECTOR
#undef LANES
#undef SUM4
#undef QUAD
#undef LEAST
