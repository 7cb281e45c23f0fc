// The accumulation kernel, written once on the compiler's vector types. Included with these defined:
//
//   NAME       the function's name
//   REAL       the type of the arithmetic
//   STORED     the type of the table's elements
//   VECTOR     a vector of LANES REALs without alignment
//   LANES      a divisor of ALS_LANES
//   LOAD       VECTOR from a pointer to STORED
//   SUM4       the four sums of the elements of four VECTORs, as a QUAD
//   QUAD       a vector of four REALs without alignment
//   VALUES     QUAD from a pointer to four floats

#define CONCATENATE_(a, b) a##b
#define CONCATENATE(a, b) CONCATENATE_(a, b)
#define INLINE static inline __attribute__((always_inline))

// Four rows: the dot products with x, then the sum of the rows so weighted.
INLINE void CONCATENATE(NAME, _group)(
    const STORED *r0, const STORED *r1, const STORED *r2, const STORED *r3, const QUAD *weights,
    const QUAD *targets, const VECTOR *x, VECTOR *sum, REAL *restrict packed, size_t vectors) {
  VECTOR a0 = {0}, a1 = {0}, a2 = {0}, a3 = {0};
  const size_t width = vectors * LANES;
  for (size_t j = 0; j < vectors; j++) {
    const VECTOR v0 = LOAD(r0 + j * LANES), v1 = LOAD(r1 + j * LANES);
    const VECTOR v2 = LOAD(r2 + j * LANES), v3 = LOAD(r3 + j * LANES);
    a0 += v0 * x[j];
    a1 += v1 * x[j];
    a2 += v2 * x[j];
    a3 += v3 * x[j];
    if (packed) {
      *(VECTOR *)(packed + j * LANES) = v0;
      *(VECTOR *)(packed + width + j * LANES) = v1;
      *(VECTOR *)(packed + 2 * width + j * LANES) = v2;
      *(VECTOR *)(packed + 3 * width + j * LANES) = v3;
    }
  }
  const QUAD c = *targets - *weights * SUM4(a0, a1, a2, a3);
  for (size_t j = 0; j < vectors; j++) {
    VECTOR s = sum[j];
    s += c[0] * LOAD(r0 + j * LANES);
    s += c[1] * LOAD(r1 + j * LANES);
    s += c[2] * LOAD(r2 + j * LANES);
    s += c[3] * LOAD(r3 + j * LANES);
    sum[j] = s;
  }
}

INLINE void CONCATENATE(NAME, _rows)(
    als_rows rows, als_terms terms, bool targeted, const VECTOR *x, VECTOR *sum, REAL *restrict packed,
    size_t vectors) {
  const QUAD w0 = (QUAD){0} + (REAL)terms.weight_constant, w1 = (QUAD){0} + (REAL)terms.weight_slope;
  const QUAD t0 = (QUAD){0} + (REAL)(targeted ? terms.target_constant : 0);
  const QUAD t1 = (QUAD){0} + (REAL)(targeted ? terms.target_slope : 0);
  const STORED *table = rows.table;
  const int32_t *columns = rows.columns;
  const size_t width = vectors * LANES, count = rows.count;
  const size_t readable = count + rows.ahead;
  const size_t bytes = width * sizeof(STORED), ahead = ROWS_AHEAD(bytes);
  for (size_t i = 0; i < count; i += ALS_GROUP) {
    const STORED *r[ALS_GROUP];
    const size_t present = count - i < ALS_GROUP ? count - i : ALS_GROUP;
    // The last group is filled up with its last row, at weight zero.
    for (size_t g = 0; g < ALS_GROUP; g++) {
      const size_t e = i + (g < present ? g : present - 1);
      r[g] = table + (columns ? (size_t)columns[e] : e) * width;
    }
    QUAD value = {1, 1, 1, 1};
    if (terms.values) {
      if (present == ALS_GROUP) {
        value = VALUES(terms.values + i);
      } else {
        for (size_t g = 0; g < present; g++) value[g] = terms.values[i + g];
      }
    }
    QUAD w = w0 + w1 * value, t = t0 + t1 * value;
    if (targeted && terms.offsets) {
      for (size_t g = 0; g < present; g++) t[g] -= w[g] * (REAL)terms.offsets[columns[i + g]];
    }
    for (size_t g = present; g < ALS_GROUP; g++) w[g] = t[g] = 0;
    if (columns) {
      for (size_t e = i + ahead; e < i + ahead + ALS_GROUP && e < readable; e++) {
        FETCH(table + (size_t)columns[e] * width, bytes);
      }
    }
    CONCATENATE(NAME, _group)(r[0], r[1], r[2], r[3], &w, &t, x, sum, packed, vectors);
    if (packed) packed += ALS_GROUP * width;
  }
}

// x and the sum in registers, for a width known to the compiler.
#define FIXED(VECTORS)                                                                            \
  case VECTORS: {                                                                                 \
    VECTOR x_[VECTORS], sum_[VECTORS];                                                            \
    for (size_t j = 0; j < VECTORS; j++) x_[j] = ((const VECTOR *)x)[j];                          \
    for (size_t j = 0; j < VECTORS; j++) sum_[j] = ((const VECTOR *)sum)[j];                      \
    if (packed)                                                                                   \
      CONCATENATE(NAME, _rows)(rows, terms, targeted, x_, sum_, packed, VECTORS);                \
    else                                                                                          \
      CONCATENATE(NAME, _rows)(rows, terms, targeted, x_, sum_, NULL, VECTORS);                  \
    for (size_t j = 0; j < VECTORS; j++) ((VECTOR *)sum)[j] = sum_[j];                            \
    break;                                                                                        \
  }

void NAME(
    als_rows rows, als_terms terms, bool targeted, const REAL *x, REAL *sum, REAL *packed) {
  const size_t vectors = rows.width / LANES;
  switch (vectors) {
    FIXED(ALS_LANES / LANES)
    FIXED(2 * ALS_LANES / LANES)
    FIXED(4 * ALS_LANES / LANES)
    default:
      CONCATENATE(NAME, _rows)(
          rows, terms, targeted, (const VECTOR *)x, (VECTOR *)sum, packed, vectors);
  }
}

#undef FIXED
#undef INLINE
#undef CONCATENATE
#undef CONCATENATE_
#undef NAME
#undef REAL
#undef STORED
#undef VECTOR
#undef LANES
#undef LOAD
#undef SUM4
#undef QUAD
#undef VALUES
