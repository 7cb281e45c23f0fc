#ifndef ALS_TOP_ITEMS_H
#define ALS_TOP_ITEMS_H

// The scan behind "the best items of a user": a block of users against items in order of falling norm, each user until
// no item that is left can be among its best. Scores, thresholds and candidate lists in one pass; nothing is stored
// that does not pass a threshold.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The lanes of a panel take 64 bytes: 16 of `float`, 8 of `double`.
#define ALS_TOP_PANEL_BYTES 64

typedef enum { ALS_TOP_FLOAT = 0, ALS_TOP_DOUBLE = 1 } als_top_precision;

// The instruction sets that the scan is compiled for. The portable path is NEON code where that is the baseline.
typedef enum { ALS_TOP_PORTABLE = 0, ALS_TOP_AVX2 = 1, ALS_TOP_AVX512 = 2, ALS_TOP_PATHS = 3 } als_top_path;

// Whether this processor runs a path.
bool als_top_supports(als_top_path path);

// Items in panels, by falling norm: coordinate c of the item in lane l of panel p is element (p * factors + c) * lanes
// + l of `panels`, which is aligned to a panel. The last panel is filled up with zeros.
typedef struct {
  const void *panels;
  size_t panel_count;
  size_t factors;
  // One per panel, falling: no less than the norm of any item in it or in a later one.
  const double *norms;
  // A computed score is off by no more than error * (norm of the user) * (norm of the panel) + the user's `error`.
  double error;
  als_top_precision precision;
} als_top_items;

typedef struct {
  double score;
  int32_t position;
} als_top_candidate;

// One user: what it asks, and what has been found.
typedef struct {
  // `factors` numbers in the precision of the items, and their norm or a little more.
  const void *coordinates;
  double norm;
  double error;
  // One bit per item in panel order, set for items to leave out and for the fill of the last panel.
  const uint8_t *excluded;
  // A heap of the `wanted` (1 or more) greatest lower bounds of scores so far, least first; `held` of them are there.
  double *heap;
  size_t wanted;
  size_t held;
  // Everything that may be among the best: `count` of at most `capacity`.
  als_top_candidate *candidates;
  size_t count;
  size_t capacity;
} als_top_query;

// Scans from panel `first` on, for the first `*active` of `queries`, whose order it changes: those that are done come
// last. Returns the panel to go on with when some active query has no room for a few panels of candidates, else
// `panel_count`.
size_t als_top_scan(
    als_top_path path, const als_top_items *items, als_top_query **queries, size_t *active, size_t first);

// Drops the candidates that cannot be among the best any more.
void als_top_compact(als_top_query *query, const als_top_items *items);

#endif
