// The scan of a block of users for the best items, in register tiles of SCAN_USERS * SCAN_PANELS panels of sums.
//
// A panel is one of the compiler's vectors for every instruction set.

#define PANEL_LANES (ALS_PANEL_BYTES / sizeof(REAL))
// How many panels a user alone is multiplied with at once.
#define SCAN_LONE 4
#define UNROLL _Pragma("clang loop unroll(full)")

typedef REAL NAME(panel) __attribute__((ext_vector_type(PANEL_LANES)));
typedef bool NAME(panel_mask) __attribute__((ext_vector_type(PANEL_LANES)));

enum { NAME(scan_sums) = SCAN_USERS * SCAN_PANELS > SCAN_LONE ? SCAN_USERS * SCAN_PANELS : SCAN_LONE };

// sums[u * panels + p] = the inner products of user u and the items of panel p.
ALWAYS_INLINE void NAME(scan_multiply)(
    size_t users, size_t panels, als_top_query *const *queries, const NAME(panel) *y, size_t factors,
    NAME(panel) sums[NAME(scan_sums)]) {
  const REAL *x[SCAN_USERS];
  UNROLL for (size_t u = 0; u < users; u++) x[u] = queries[u]->coordinates;
  UNROLL for (size_t s = 0; s < users * panels; s++) sums[s] = (NAME(panel))(REAL)0;
  for (size_t c = 0; c < factors; c++) {
    UNROLL for (size_t u = 0; u < users; u++)
      UNROLL for (size_t p = 0; p < panels; p++) sums[u * panels + p] += y[p * factors + c] * x[u][c];
  }
}

// Takes the lanes of a panel that reach the threshold, less the excluded ones, as candidates.
static __attribute__((noinline)) void NAME(scan_take)(
    const als_top_items *items, als_top_query *query, size_t panel, const REAL *scores, BITS reached) {
  BITS excluded;
  memcpy(&excluded, query->excluded + panel * sizeof excluded, sizeof excluded);
  reached &= (BITS)~excluded;
  if (!reached) return;
  const double error = score_error(items, query, panel);
  do {
    const unsigned lane = (unsigned)__builtin_ctz(reached);
    reached &= (BITS)(reached - 1);
    offer(query, (double)scores[lane], error, (int32_t)(panel * PANEL_LANES + lane));
  } while (reached);
}

// Scores `users` users against `panels` panels from `panel` on.
ALWAYS_INLINE void NAME(scan_tile)(
    size_t users, size_t panels, const als_top_items *items, als_top_query *const *queries, size_t panel) {
  const size_t factors = items->factors;
  const NAME(panel) *y = (const NAME(panel) *)items->panels + panel * factors;
  NAME(panel) sums[NAME(scan_sums)];
  NAME(scan_multiply)(users, panels, queries, y, factors, sums);
  UNROLL for (size_t u = 0; u < users; u++) {
    UNROLL for (size_t p = 0; p < panels; p++) {
      const REAL least = (REAL)(threshold(queries[u]) - score_error(items, queries[u], panel + p));
      const NAME(panel) scores = sums[u * panels + p];
      const BITS reached = __builtin_bit_cast(BITS, __builtin_convertvector(scores >= least, NAME(panel_mask)));
      if (__builtin_expect(reached != 0, 0)) {
        REAL lanes[PANEL_LANES];
        memcpy(lanes, &scores, sizeof lanes);
        NAME(scan_take)(items, queries[u], panel + p, lanes, reached);
      }
    }
  }
}

static bool NAME(scan_top_items)(als_top_scan *scan) {
  assert(scan && scan->items.panels && scan->items.norms && (scan->queries || scan->query_count == 0));
  const als_top_items *items = &scan->items;
  als_top_query **queries = scan->queries;
  const size_t stride = SCAN_PANELS > SCAN_LONE ? SCAN_PANELS : SCAN_LONE;
  _Static_assert(SCAN_PANELS <= SCAN_LONE && SCAN_LONE % SCAN_PANELS == 0, "a stride is whole tiles");
  for (; scan->panel < items->panel_count; scan->panel += stride) {
    const size_t panel = scan->panel;
    const size_t panels = items->panel_count - panel < stride ? items->panel_count - panel : stride;
    const size_t room = stride * PANEL_LANES;
    if (!retire_and_make_room(items, queries, &scan->active, panel, room, PANEL_LANES)) return false;
    const size_t active = scan->active;
    if (active == 0) break;
    size_t user = 0;
    for (; panels == stride && user + SCAN_USERS <= active; user += SCAN_USERS) {
      for (size_t p = 0; p < stride; p += SCAN_PANELS)
        NAME(scan_tile)(SCAN_USERS, SCAN_PANELS, items, queries + user, panel + p);
    }
    for (; user < active; user++) {
      if (panels == stride) {
        NAME(scan_tile)(1, SCAN_LONE, items, queries + user, panel);
      } else {
        for (size_t p = 0; p < panels; p++) NAME(scan_tile)(1, 1, items, queries + user, panel + p);
      }
    }
  }
  for (size_t i = 0; i < scan->query_count; i++) compact(queries[i], items, PANEL_LANES);
  return true;
}

#undef PANEL_LANES
#undef SCAN_LONE
#undef UNROLL
