// The pass over gathered rows, of any number of entries, with every combination of what may be missing.

// One pass over `count` rows; the bits of `variant` choose what there is.
static void NAME(check_accumulate)(const als_kernels *kernels, size_t width, size_t count, unsigned variant) {
  const bool targeted = variant & 1, packs = variant & 2, gathers = variant & 4, has_values = variant & 8;
  const bool has_weights = has_values && variant & 16;
  const bool has_scales = (gathers || !targeted) && variant & 32, has_offsets = (gathers || !targeted) && variant & 64;
  const size_t whole = (count + ALS_GROUP - 1) / ALS_GROUP * ALS_GROUP, ahead = 3;
  const size_t row_count = gathers ? 13 : whole;

  STORED *table = fenced(row_count * width, sizeof(STORED));
  for (size_t i = 0; i < row_count * width; i++) table[i] = STORE(random_number());
  int32_t *columns = fenced(count + ahead, sizeof(int32_t));
  for (size_t i = 0; i < count + ahead; i++) columns[i] = (int32_t)random_below(13);
  float *values = fenced(count, sizeof(float)), *weights = fenced(count, sizeof(float));
  for (size_t i = 0; i < count; i++) {
    values[i] = (float)random_number();
    weights[i] = (float)random_number();
  }
  const REAL *scales = NAME(numbers)(13), *offsets = NAME(numbers)(13), *x = NAME(numbers)(width);
  const REAL *start = NAME(numbers)(width);
  REAL *sum = NAME(copy)(start, width), *packed = fenced(whole * width, sizeof(REAL));

  const als_rows rows = {
    .table = table, .columns = gathers ? columns : NULL, .count = count, .ahead = gathers ? ahead : 0, .width = width};
  const als_terms terms = {
    .weight_constant = 0.25, .weight_slope = -1.5, .target_constant = -0.5, .target_slope = 0.75,
    .values = has_values ? values : NULL, .weights = has_weights ? weights : NULL,
    .scales = has_scales ? scales : NULL, .offsets = has_offsets ? offsets : NULL};
  ACCUMULATE(kernels)(rows, terms, targeted, x, sum, packs ? packed : NULL);

  // Terms can cancel, so the error goes with the sizes of their parts.
  double expected[width], size[width];
  for (size_t j = 0; j < width; j++) {
    expected[j] = start[j];
    size[j] = fabs(expected[j]);
  }
  for (size_t i = 0; i < count; i++) {
    const size_t column = gathers ? (size_t)columns[i] : i;
    const STORED *row = table + column * width;
    double dot = 0, reach = 0;
    for (size_t j = 0; j < width; j++) {
      dot += STORED_VALUE(row[j]) * (double)x[j];
      reach += fabs(STORED_VALUE(row[j]) * (double)x[j]);
    }
    const double r = has_values ? values[i] : 1, q = has_weights ? weights[i] : r;
    const double w = 0.25 - 1.5 * q, w_size = 0.25 + 1.5 * fabs(q);
    double t = 0, t_size = 0;
    if (targeted) {
      const double s = has_scales ? scales[column] : 1, o = has_offsets ? offsets[column] : 0;
      t = (-0.5 + 0.75 * r) * s - w * o;
      t_size = (0.5 + 0.75 * fabs(r)) * fabs(s) + w_size * fabs(o);
    }
    for (size_t j = 0; j < width; j++) {
      expected[j] += (t - w * dot) * STORED_VALUE(row[j]);
      size[j] += (t_size + w_size * reach) * fabs(STORED_VALUE(row[j]));
    }
  }
  // width + count roundings and a few, each in proportion to the sizes that meet.
  const double tolerance = (double)(width + count + 8) * (double)EPSILON;
  for (size_t j = 0; j < width; j++)
    EXPECT(is_near((double)sum[j], expected[j], tolerance * size[j]), "width %zu, count %zu, variant %u, coordinate %zu",
           width, count, variant, j);
  for (size_t i = 0; packs && i < whole; i++) {
    const STORED *row = table + (gathers && i < count ? (size_t)columns[i] : i) * width;
    for (size_t j = 0; j < width; j++) {
      const double found = (double)packed[i * width + j];
      EXPECT(i < count ? found == STORED_VALUE(row[j]) : isfinite(found), "width %zu, count %zu, packed %zu, %zu", width,
             count, i, j);
    }
  }
  release_fenced();
}

static void NAME(accumulate)(const als_kernels *kernels) {
  // Those with their sums in registers, those beside them, and rows of more than a kilobyte.
  const size_t widths[] = {16, 32, 48, 64, 80, 96, 112, 128, 144, 304};
  // The last is longer than what is fetched ahead.
  const size_t counts[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 30, 133};
  for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
      // 11 has no divisor in common with the number of variants, of which each comes at several widths and counts.
      for (unsigned v = 0, variant = (unsigned)random_below(128); v < 12; v++, variant = (variant + 11) % 128)
        NAME(check_accumulate)(kernels, widths[w], counts[c], variant);
}
