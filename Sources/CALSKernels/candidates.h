// What a scan for the best items finds, apart from the scores, which are those of topitems.h.

static inline double score_error(const als_top_items *items, const als_top_query *query, size_t panel) {
  return items->error * query->norm * items->norms[panel] + query->error;
}

// A lower bound of the score of the last of the best found so far.
static inline double threshold(const als_top_query *query) {
  return query->held < query->wanted ? -INFINITY : query->heap[0];
}

static void sift_down(double *heap, size_t count, double value) {
  size_t hole = 0;
  for (size_t child = 1; child < count; child = 2 * hole + 1) {
    child += child + 1 < count && heap[child + 1] < heap[child];
    if (value <= heap[child]) break;
    heap[hole] = heap[child];
    hole = child;
  }
  heap[hole] = value;
}

static void sift_up(double *heap, size_t hole, double value) {
  while (hole > 0 && value < heap[(hole - 1) / 2]) {
    heap[hole] = heap[(hole - 1) / 2];
    hole = (hole - 1) / 2;
  }
  heap[hole] = value;
}

// Lists an item whose score, known to within `error`, may be among the best.
static inline void offer(als_top_query *query, double score, double error, int32_t position) {
  if (score + error < threshold(query)) return;
  query->candidates[query->count++] = (als_top_candidate){score, position};
  const double least = score - error;
  if (query->held < query->wanted) {
    sift_up(query->heap, query->held++, least);
  } else if (least > query->heap[0]) {
    sift_down(query->heap, query->held, least);
  }
}

// Drops the candidates that cannot be among the best any more.
static void compact(als_top_query *query, const als_top_items *items, size_t lanes) {
  const double least = threshold(query);
  size_t kept = 0;
  for (size_t i = 0; i < query->count; i++) {
    const als_top_candidate candidate = query->candidates[i];
    const double error = score_error(items, query, (size_t)candidate.position / lanes);
    if (candidate.score + error >= least) query->candidates[kept++] = candidate;
  }
  query->count = kept;
}

// Whether no item from `panel` on can be among the best: |x·y| <= ||x|| ||y||.
static inline bool is_done(const als_top_items *items, const als_top_query *query, size_t panel) {
  return query->norm * items->norms[panel] + score_error(items, query, panel) < threshold(query);
}

// Puts users that are done last, and sees to it that the others can list `room` more items; false when one cannot.
static inline bool retire_and_make_room(
    const als_top_items *items, als_top_query **queries, size_t *active, size_t panel, size_t room, size_t lanes) {
  bool enough = true;
  for (size_t i = 0; i < *active;) {
    als_top_query *query = queries[i];
    if (is_done(items, query, panel)) {
      queries[i] = queries[--*active];
      queries[*active] = query;
      continue;
    }
    if (query->capacity - query->count < room) {
      compact(query, items, lanes);
      // Half of the list must be free then, or compacting would be done too often.
      enough &= query->capacity >= 2 * query->count + room;
    }
    i++;
  }
  return enough;
}
