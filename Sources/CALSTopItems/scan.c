#include "als_top_items.h"

#include <math.h>
#include <string.h>

#define UNROLL _Pragma("clang loop unroll(full)")

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

void als_top_compact(als_top_query *query, const als_top_items *items) {
  const size_t lanes = ALS_TOP_PANEL_BYTES / (items->precision == ALS_TOP_FLOAT ? sizeof(float) : sizeof(double));
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
    const als_top_items *items, als_top_query **queries, size_t *active, size_t panel, size_t room) {
  bool enough = true;
  for (size_t i = 0; i < *active;) {
    als_top_query *query = queries[i];
    if (is_done(items, query, panel)) {
      queries[i] = queries[--*active];
      queries[*active] = query;
      continue;
    }
    if (query->capacity - query->count < room) {
      als_top_compact(query, items);
      // Half of the list must be free then, or compacting would be done too often.
      enough &= query->capacity >= 2 * query->count + room;
    }
    i++;
  }
  return enough;
}

// MARK: One scan for each precision and instruction set

#define PASTE(a, b) a##_##b
#define NAME_OF(a, b) PASTE(a, b)
#define NAME(x) NAME_OF(x, SUFFIX)

#define TARGET
#define LONE 4
#if defined(__aarch64__)
#define USERS 6
#else
#define USERS 3
#endif
#define PANELS 1
#define REAL float
#define LANES 16
#define BITS uint16_t
#define SUFFIX float_portable
#include "scan.inc"
#undef REAL
#undef LANES
#undef BITS
#undef SUFFIX
#define REAL double
#define LANES 8
#define BITS uint8_t
#define SUFFIX double_portable
#include "scan.inc"
#undef SUFFIX
#undef USERS
#undef PANELS
#undef TARGET

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,fma")))
#define USERS 6
#define PANELS 1
#define SUFFIX double_avx2
#include "scan.inc"
#undef SUFFIX
#undef REAL
#undef LANES
#undef BITS
#define REAL float
#define LANES 16
#define BITS uint16_t
#define SUFFIX float_avx2
#include "scan.inc"
#undef SUFFIX
#undef USERS
#undef PANELS
#undef TARGET

#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define USERS 8
#define PANELS 2
#define SUFFIX float_avx512
#include "scan.inc"
#undef SUFFIX
#undef REAL
#undef LANES
#undef BITS
#define REAL double
#define LANES 8
#define BITS uint8_t
#define SUFFIX double_avx512
#include "scan.inc"
#endif

// MARK: The choice

bool als_top_supports(als_top_path path) {
  switch (path) {
  case ALS_TOP_PORTABLE: return true;
#if defined(__x86_64__)
  case ALS_TOP_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  case ALS_TOP_AVX512:
    return als_top_supports(ALS_TOP_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
  default: return false;
  }
}

size_t als_top_scan(
    als_top_path path, const als_top_items *items, als_top_query **queries, size_t *active, size_t first) {
  typedef size_t scan(const als_top_items *, als_top_query **, size_t *, size_t);
  static scan *const scans[ALS_TOP_PATHS][2] = {
    [ALS_TOP_PORTABLE] = {scan_float_portable, scan_double_portable},
#if defined(__x86_64__)
    [ALS_TOP_AVX2] = {scan_float_avx2, scan_double_avx2},
    [ALS_TOP_AVX512] = {scan_float_avx512, scan_double_avx512},
#endif
  };
  return scans[path][items->precision](items, queries, active, first);
}
