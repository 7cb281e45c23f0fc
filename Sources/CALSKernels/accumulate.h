// The pass over gathered rows. Here the type may also be f16, whose arithmetic is that of f32.

#define GATHERED_LANES (sizeof(GATHERED) / sizeof(REAL))

// Four rows: the dot products with x, then the sum of the rows so weighted.
ALWAYS_INLINE void NAME(accumulate_group)(
    const STORED *r0, const STORED *r1, const STORED *r2, const STORED *r3, const QUAD *weights,
    const QUAD *targets, const GATHERED *x, GATHERED *sum, REAL *restrict packed, size_t vectors) {
  GATHERED a0 = {0}, a1 = {0}, a2 = {0}, a3 = {0};
  const size_t width = vectors * GATHERED_LANES;
  for (size_t j = 0; j < vectors; j++) {
    const GATHERED v0 = LOAD(r0 + j * GATHERED_LANES), v1 = LOAD(r1 + j * GATHERED_LANES);
    const GATHERED v2 = LOAD(r2 + j * GATHERED_LANES), v3 = LOAD(r3 + j * GATHERED_LANES);
    a0 += v0 * x[j];
    a1 += v1 * x[j];
    a2 += v2 * x[j];
    a3 += v3 * x[j];
    if (packed) {
      *(GATHERED *)(packed + j * GATHERED_LANES) = v0;
      *(GATHERED *)(packed + width + j * GATHERED_LANES) = v1;
      *(GATHERED *)(packed + 2 * width + j * GATHERED_LANES) = v2;
      *(GATHERED *)(packed + 3 * width + j * GATHERED_LANES) = v3;
    }
  }
  const QUAD c = *targets - *weights * GATHERED_SUM4(a0, a1, a2, a3);
  for (size_t j = 0; j < vectors; j++) {
    GATHERED s = sum[j];
    s += c[0] * LOAD(r0 + j * GATHERED_LANES);
    s += c[1] * LOAD(r1 + j * GATHERED_LANES);
    s += c[2] * LOAD(r2 + j * GATHERED_LANES);
    s += c[3] * LOAD(r3 + j * GATHERED_LANES);
    sum[j] = s;
  }
}

// Sets `present` elements of a vector to the numbers of a group.
#define TAKE_GROUP(vector, numbers, present)                                        \
  do {                                                                              \
    if ((present) == ALS_GROUP) {                                                   \
      vector = FOUR_VALUES(numbers);                                                \
    } else {                                                                        \
      for (size_t g_ = 0; g_ < (present); g_++) vector[g_] = (numbers)[g_];         \
    }                                                                               \
  } while (0)

// The same with those of columns.
#define TAKE_COLUMNS(vector, numbers, c, present)                                         \
  do {                                                                                    \
    if ((present) == ALS_GROUP) {                                                         \
      vector = (QUAD){(numbers)[c[0]], (numbers)[c[1]], (numbers)[c[2]], (numbers)[c[3]]}; \
    } else {                                                                              \
      for (size_t g_ = 0; g_ < (present); g_++) vector[g_] = (numbers)[c[g_]];             \
    }                                                                                     \
  } while (0)

ALWAYS_INLINE void NAME(accumulate_rows)(
    als_rows rows, als_terms terms, bool targeted, const GATHERED *x, GATHERED *sum, REAL *restrict packed,
    size_t vectors) {
  const QUAD w0 = (QUAD){0} + (REAL)terms.weight_constant, w1 = (QUAD){0} + (REAL)terms.weight_slope;
  const QUAD t0 = (QUAD){0} + (REAL)(targeted ? terms.target_constant : 0);
  const QUAD t1 = (QUAD){0} + (REAL)(targeted ? terms.target_slope : 0);
  const STORED *table = rows.table;
  const int32_t *columns = rows.columns;
  const size_t width = vectors * GATHERED_LANES, count = rows.count;
  const size_t readable = count + rows.ahead;
  const float *weights = terms.weights ? terms.weights : terms.values;
  const REAL *scales = targeted ? terms.scales : NULL, *offsets = targeted ? terms.offsets : NULL;
  const REAL *byColumn = scales ? scales : offsets;
  const size_t bytes = width * sizeof(STORED), ahead = ROWS_AHEAD(bytes);
  for (size_t i = 0; i < count; i += ALS_GROUP) {
    const STORED *r[ALS_GROUP];
    const size_t present = count - i < ALS_GROUP ? count - i : ALS_GROUP;
    // The last group is filled up with its last row, at weight zero.
    for (size_t g = 0; g < ALS_GROUP; g++) {
      const size_t e = i + (g < present ? g : present - 1);
      r[g] = table + (columns ? (size_t)columns[e] : e) * width;
    }
    QUAD value = {1, 1, 1, 1}, weight = {1, 1, 1, 1};
    if (terms.values) {
      TAKE_GROUP(value, terms.values + i, present);
      TAKE_GROUP(weight, weights + i, present);
    }
    QUAD w = w0 + w1 * weight, t = t0 + t1 * value;
    if (byColumn) {
      const int32_t *c = columns + i;
      QUAD scale = {1, 1, 1, 1}, offset = {0};
      if (scales) {
        TAKE_COLUMNS(scale, scales, c, present);
        t *= scale;
      }
      if (offsets) {
        TAKE_COLUMNS(offset, offsets, c, present);
        t -= w * offset;
      }
    }
    for (size_t g = present; g < ALS_GROUP; g++) w[g] = t[g] = 0;
    if (columns) {
      for (size_t e = i + ahead; e < i + ahead + ALS_GROUP && e < readable; e++) {
        FETCH(table + (size_t)columns[e] * width, bytes);
        if (byColumn) FETCH(byColumn + columns[e], 1);
      }
    }
    NAME(accumulate_group)(r[0], r[1], r[2], r[3], &w, &t, x, sum, packed, vectors);
    if (packed) packed += ALS_GROUP * width;
  }
}

// x and the sum in registers, for a width known to the compiler.
#define FIXED(VECTORS)                                                         \
  case VECTORS: {                                                              \
    GATHERED x_[VECTORS], sum_[VECTORS];                                       \
    for (size_t j = 0; j < VECTORS; j++) x_[j] = ((const GATHERED *)x)[j];     \
    for (size_t j = 0; j < VECTORS; j++) sum_[j] = ((const GATHERED *)sum)[j]; \
    if (packed)                                                                \
      NAME(accumulate_rows)(rows, terms, targeted, x_, sum_, packed, VECTORS); \
    else                                                                       \
      NAME(accumulate_rows)(rows, terms, targeted, x_, sum_, NULL, VECTORS);   \
    for (size_t j = 0; j < VECTORS; j++) ((GATHERED *)sum)[j] = sum_[j];       \
    break;                                                                     \
  }

static void NAME(accumulate)(
    als_rows rows, als_terms terms, bool targeted, const REAL *x, REAL *sum, REAL *packed) {
  assert(x && sum && (rows.table || rows.count == 0) && (rows.columns || !targeted || !(terms.offsets || terms.scales)) &&
         (terms.values || !terms.weights));
  const size_t vectors = rows.width / GATHERED_LANES;
  switch (vectors) {
    FIXED(ALS_LANES / GATHERED_LANES)
    FIXED(2 * ALS_LANES / GATHERED_LANES)
    FIXED(4 * ALS_LANES / GATHERED_LANES)
    default:
      NAME(accumulate_rows)(
          rows, terms, targeted, (const GATHERED *)x, (GATHERED *)sum, packed, vectors);
  }
}

#undef FIXED
#undef TAKE_GROUP
#undef TAKE_COLUMNS
#undef GATHERED_LANES
