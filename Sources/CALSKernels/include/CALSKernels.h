// What BLAS lacks: kernels over the rows of a factor table that one sparse row points at, small systems, and the scan
// for the best items. `kernels.def` lists them.
//
// There is a table of them for each instruction set, so that callers choose once and tests can force each one. What a
// kernel computes depends on its arguments and the instruction set alone.

#ifndef CALS_KERNELS_H
#define CALS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The instruction set of a kernel.
typedef enum __attribute__((enum_extensibility(closed))) {
  /// Whatever the compiler makes of 16-byte vectors for the base architecture: SSE2, or NEON on aarch64.
  als_isa_base = 0,
  /// AVX2, FMA and F16C.
  als_isa_avx2 = 1,
  /// AVX-512 F, BW, DQ and VL.
  als_isa_avx512 = 2,
} als_isa;

/// Whether this processor, under this operating system, runs `isa`.
bool als_supports(als_isa isa);

// MARK: Gathered rows

/// Widths and strides are multiples of this many elements; tables are padded with zeros.
#define ALS_LANES 16
/// Rows are worked on in groups of this many: a packed copy has room for whole groups.
#define ALS_GROUP 4

/// The rows of a table that a sparse row points at.
typedef struct {
  /// Rows of `width` elements each, one after the other.
  const void *table;
  /// The row of each entry; NULL for the first `count` rows in order, of which whole groups must then be readable.
  const int32_t *_Nullable columns;
  /// The number of entries.
  size_t count;
  /// How many more columns may be read after `count`: rows worth fetching ahead, never used.
  size_t ahead;
  /// A multiple of ALS_LANES.
  size_t width;
} als_rows;

/// What the entry of each row weighs, and what is aimed at: linear functions of its weight q and its value r,
///
///     w = weight_constant + weight_slope·q        t = (target_constant + target_slope·r)·s − w·o
///
/// with s the scale and o the offset of its column.
typedef struct {
  double weight_constant, weight_slope, target_constant, target_slope;
  /// The value of each entry; NULL when all are one.
  const float *_Nullable values;
  /// The weight of each entry; NULL when it is the value, as when all are one.
  const float *_Nullable weights;
  /// By column, of the type of the sum; NULL for ones.
  const void *_Nullable scales;
  /// The same; NULL for zeros.
  const void *_Nullable offsets;
} als_terms;

/// The vectors that the steps of a conjugate gradient iteration work on.
#define ALS_GRADIENT_VECTORS 6

/// The rows that `add_normal` packs, and multiplies, together: about half of a first-level cache of them.
size_t als_normal_rows(size_t width);

/// The elements of scratch that `solve_dual` takes.
size_t als_dual_scratch(size_t width, size_t count);

// MARK: The best items of users
//
// A block of users is scanned against items in order of falling norm, each user until no item that is left can be among
// its best: scores, thresholds and candidate lists in one pass. Nothing is stored that does not pass a threshold.

/// The lanes of a panel take 64 bytes: 16 of `float`, 8 of `double`.
#define ALS_PANEL_BYTES 64

/// Items in panels, by falling norm: coordinate c of the item in lane l of panel p is element (p * factors + c) * lanes
/// + l of `panels`, which is aligned to a panel. The last panel is filled up with zeros.
typedef struct {
  const void *panels;
  size_t panel_count;
  size_t factors;
  /// One per panel, falling: no less than the norm of any item in it or in a later one.
  const double *norms;
  /// A computed score is off by no more than error * (norm of the user) * (norm of the panel) + the user's `error`.
  double error;
} als_top_items;

typedef struct {
  double score;
  int32_t position;
} als_top_candidate;

/// One user: what it asks, and what has been found.
typedef struct {
  /// `factors` numbers in the precision of the items, and their norm or a little more.
  const void *coordinates;
  double norm;
  double error;
  /// One bit per item in panel order, set for items to leave out and for the fill of the last panel.
  const uint8_t *excluded;
  /// A heap of the `wanted` (1 or more) greatest lower bounds of scores so far, least first; `held` of them are there.
  double *heap;
  size_t wanted;
  size_t held;
  /// Everything that may be among the best: `count` of at most `capacity`.
  als_top_candidate *candidates;
  size_t count;
  size_t capacity;
} als_top_query;

/// How far a scan has come.
typedef struct {
  als_top_items items;
  /// `query_count` of them, whose order changes: the first `active` ones are not done.
  als_top_query *_Nonnull *_Nonnull queries;
  size_t query_count;
  size_t active;
  /// The one to go on with.
  size_t panel;
} als_top_scan;

#pragma clang assume_nonnull end

// MARK: The tables

#define REAL float
typedef struct {
#define KERNEL(result, name, parameters) result (*_Nonnull name) parameters;
#include "kernels.def"
} als_kernels_f32;
#undef REAL

#define REAL double
typedef struct {
#define KERNEL(result, name, parameters) result (*_Nonnull name) parameters;
#include "kernels.def"
} als_kernels_f64;
#undef REAL

typedef struct {
  als_kernels_f32 f32;
  als_kernels_f64 f64;
#define ONLY(result, name, parameters) result (*_Nonnull name) parameters;
#include "kernels.def"
} als_kernels;

/// The kernels for an instruction set that this processor runs.
const als_kernels *_Nonnull als_kernels_for(als_isa isa);

#endif
