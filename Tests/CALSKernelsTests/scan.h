// The scan for the best items, against sorting them all.

#define LANES (ALS_PANEL_BYTES / sizeof(REAL))

// What is scanned. Whole coordinates have exact scores, so that the lists are known to the last item.
typedef struct {
  size_t factors, items, users, wanted;
  bool whole;
  // How much shorter an item is than the one before it, at most.
  double decay;
  // Room in a list at first; it grows when the scan asks for more.
  size_t room;
} NAME(scan_case);

static double NAME(norm)(const double *row, size_t factors) {
  double sum = 0;
  for (size_t c = 0; c < factors; c++) sum += row[c] * row[c];
  // Or a little more.
  return sqrt(sum) * (1 + 1e-12);
}

// Returns whether the scan ended before the last panels.
static bool NAME(check_scan)(const als_kernels *kernels, NAME(scan_case) of) {
  const size_t factors = of.factors, panel_count = (of.items + LANES - 1) / LANES, places = panel_count * LANES;
  double (*rows)[factors] = fenced(places * factors, sizeof(double)), *norms = fenced(places, sizeof(double));
  double length = 8;
  for (size_t i = 0; i < places; i++, length *= of.decay) {
    for (size_t c = 0; c < factors; c++)
      rows[i][c] = i >= of.items ? 0 : of.whole ? (double)random_below(17) - 8 : (double)(REAL)(length * random_number());
    norms[i] = NAME(norm)(rows[i], factors);
  }
  // By falling norm, slowly.
  for (size_t i = 1; i < places; i++) {
    for (size_t j = i; j > 0 && norms[j] > norms[j - 1]; j--) {
      const double norm = norms[j];
      double row[factors];
      norms[j] = norms[j - 1];
      norms[j - 1] = norm;
      memcpy(row, rows[j], sizeof row);
      memcpy(rows[j], rows[j - 1], sizeof row);
      memcpy(rows[j - 1], row, sizeof row);
    }
  }
  REAL *panels = fenced_panels(places * factors, sizeof(REAL));
  double *panel_norms = fenced(panel_count, sizeof(double));
  for (size_t p = 0; p < panel_count; p++) panel_norms[p] = norms[p * LANES];
  for (size_t i = 0; i < places; i++)
    for (size_t c = 0; c < factors; c++) panels[(i / LANES * factors + c) * LANES + i % LANES] = (REAL)rows[i][c];

  als_top_query queries[of.users + 1], *order[of.users + 1];
  for (size_t u = 0; u < of.users; u++) {
    REAL *x = fenced(factors, sizeof(REAL));
    double row[factors];
    for (size_t c = 0; c < factors; c++)
      row[c] = x[c] = (REAL)(of.whole ? (double)random_below(9) - 4 : random_number());
    uint8_t *excluded = fenced(places / 8, 1);
    memset(excluded, 0, places / 8);
    for (size_t i = 0; i < places; i++)
      if (i >= of.items || random_below(8) == 0) excluded[i / 8] |= (uint8_t)(1 << i % 8);
    queries[u] = (als_top_query){
      .coordinates = x, .norm = NAME(norm)(row, factors), .error = of.whole || u % 2 ? 0 : 0.01, .excluded = excluded,
      .heap = fenced(of.wanted, sizeof(double)), .wanted = of.wanted,
      .candidates = fenced(of.room, sizeof(als_top_candidate)), .capacity = of.room};
    order[u] = &queries[u];
  }
  als_top_scan scan = {
    .items = {.panels = panels, .panel_count = panel_count, .factors = factors, .norms = panel_norms,
              .error = of.whole ? 0 : (double)(factors + 1) * (double)EPSILON},
    .queries = order, .query_count = of.users, .active = of.users};
  while (!KERNELS(kernels).scan_top_items(&scan)) {
    for (size_t u = 0; u < of.users; u++) {
      als_top_query *query = &queries[u];
      const size_t capacity = 2 * query->capacity + 5 * LANES;
      als_top_candidate *candidates = fenced(capacity, sizeof(als_top_candidate));
      memcpy(candidates, query->candidates, query->count * sizeof(als_top_candidate));
      query->candidates = candidates;
      query->capacity = capacity;
    }
  }

  for (size_t u = 0; u < of.users; u++) {
    const als_top_query *query = &queries[u];
    // The scores, the one that must be reached to be among the best, and how far a computed one may be off.
    double scores[places + 1], least = -INFINITY;
    size_t left = 0;
    for (size_t i = 0; i < places; i++) {
      scores[i] = -INFINITY;
      if (query->excluded[i / 8] >> i % 8 & 1) continue;
      scores[i] = 0;
      for (size_t c = 0; c < factors; c++) scores[i] += rows[i][c] * (double)((const REAL *)query->coordinates)[c];
      left++;
    }
    for (size_t i = 0; i < places && left >= of.wanted; i++) {
      size_t better = 0, as_good = 0;
      for (size_t j = 0; j < places; j++) {
        better += scores[j] > scores[i];
        as_good += scores[j] == scores[i];
      }
      if (better < of.wanted && better + as_good >= of.wanted) least = scores[i];
    }
    const double error = panel_count == 0 ? 0 : scan.items.error * query->norm * panel_norms[0] + query->error;

    bool listed[places + 1];
    memset(listed, false, sizeof listed);
    EXPECT(query->count <= query->capacity, "user %zu, %zu items", u, query->count);
    for (size_t i = 0; i < query->count; i++) {
      const size_t position = (size_t)query->candidates[i].position;
      EXPECT(position < of.items && !listed[position], "user %zu, position %zu", u, position);
      if (position >= of.items) continue;
      listed[position] = true;
      EXPECT(is_near(query->candidates[i].score, scores[position], error), "user %zu, position %zu", u, position);
      // A lower bound is twice an error below what it might be, and so is the threshold below the least score.
      EXPECT(scores[position] >= least - 4 * error, "user %zu, position %zu is not among the best", u, position);
    }
    for (size_t i = 0; i < places; i++)
      EXPECT(scores[i] == -INFINITY || scores[i] < least || listed[i], "user %zu, position %zu is left out; %zu items", u, i,
             of.items);
  }
  release_fenced();
  return scan.active == 0 && scan.panel < panel_count;
}

void NAME(test_scan_top_items)(const als_kernels *kernels) {
  const size_t items[] = {0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 130, 200}, wanted[] = {1, 2, 10, 75, 300};
  size_t turn = 0;
  for (size_t factors = 1; factors <= 70; factors += factors < 20 ? 1 : 5) {
    for (size_t users = 0; users <= 18; users += users < 9 ? 1 : 3, turn++) {
      const NAME(scan_case) of = {
        .factors = factors, .items = items[turn % 13], .users = users, .wanted = wanted[turn % 5], .whole = turn % 2,
        .decay = 0.99, .room = turn % 3 ? 5 * LANES : 512};
      NAME(check_scan)(kernels, of);
    }
  }
  // What cannot be among the best is not looked at.
  for (size_t users = 1; users <= 9; users++) {
    const NAME(scan_case) of = {
      .factors = 5, .items = 200, .users = users, .wanted = 3, .decay = 0.9, .room = 512};
    EXPECT(NAME(check_scan)(kernels, of), "%zu users, every panel", users);
  }
}

#undef LANES
