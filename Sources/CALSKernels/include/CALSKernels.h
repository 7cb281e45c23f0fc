// Kernels over the rows of a factor table that one sparse row points at: what BLAS lacks.
//
// Every function takes the instruction set to run on, so that callers choose once and tests can force each one. The
// result depends on the arguments and the instruction set alone.

#ifndef CALS_KERNELS_H
#define CALS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/// Widths and strides are multiples of this many elements; tables are padded with zeros.
#define ALS_LANES 16
/// Rows are worked on in groups of this many: a packed copy has room for whole groups.
#define ALS_GROUP 4

/// The rows of a table that a sparse row points at.
typedef struct {
  /// Rows of `width` elements each, one after the other.
  const void *table;
  /// The row of each entry; NULL for the first `count` rows in order, of which whole groups must then be readable.
  const int32_t *columns;
  /// The number of entries.
  size_t count;
  /// How many more columns may be read after `count`: rows worth fetching ahead, never used.
  size_t ahead;
  /// A multiple of ALS_LANES.
  size_t width;
} als_rows;

/// What the entry of each row weighs, and what is aimed at: linear functions of its value r,
///
///     w = weight_constant + weight_slope·r        t = target_constant + target_slope·r − w·o
///
/// with o the offset of its column.
typedef struct {
  double weight_constant, weight_slope, target_constant, target_slope;
  /// The value of each entry; NULL when all are one.
  const float *values;
  /// By column; NULL for zeros.
  const double *offsets;
} als_terms;

// sum += Σ (t_i − w_i · (v_i · x)) v_i over the entries, in one pass over the rows v_i.
//
// All t_i are zero unless `targeted`; rows without columns have no offsets. Unless `packed` is NULL, the rows are copied
// there in the type of the sum, rounded up to whole groups with rows of finite numbers. `x` and `sum` have `width`
// elements. No alignment is required.
void als_accumulate_f32(
    als_isa isa, als_rows rows, als_terms terms, bool targeted, const float *x, float *sum, float *packed);
// The same for a table of IEEE half-precision numbers, with all arithmetic in single precision.
void als_accumulate_f16(
    als_isa isa, als_rows rows, als_terms terms, bool targeted, const float *x, float *sum, float *packed);
// The same in double precision.
void als_accumulate_f64(
    als_isa isa, als_rows rows, als_terms terms, bool targeted, const double *x, double *sum, double *packed);

// A conjugate gradient iteration for (D + Σ w_i v_i v_iᵀ) x = Σ t_i v_i with a diagonal D, but for the passes over the
// entries: `load`, a pass with targets from x, `start`; then `turn`, a pass without targets from the direction, and
// `advance`, as often as wanted. Each pass adds to the sum, which is zero before.

/// The vectors of an iteration, `width` elements each, one after the other: x, the residual, the direction, the sum, D,
/// and the inverse of the preconditioner.
typedef struct {
  float *x;
  size_t width;
} als_gradient_f32;
typedef struct {
  double *x;
  size_t width;
} als_gradient_f64;
#define ALS_GRADIENT_VECTORS 6

// x = unit·source, whose `order` elements are padded with zeros; D = dense + regularization, and the preconditioner is
// D + count·expected.
void als_gradient_load_f32(
    als_isa isa, als_gradient_f32 row, const float *source, size_t order, float unit, const float *dense,
    const float *expected, float count, float regularization);
void als_gradient_load_f64(
    als_isa isa, als_gradient_f64 row, const double *source, size_t order, double unit, const double *dense,
    const double *expected, double count, double regularization);
// Makes the sum the residual.
void als_gradient_start_f32(als_isa isa, als_gradient_f32 row);
void als_gradient_start_f64(als_isa isa, als_gradient_f64 row);
// What the residual promises: its product with the preconditioned one, or 0 when that is no longer than `tolerance`
// times x. If not 0 and `turning`, chooses the next direction; `decrease` is what the last turn returned, or 0.
float als_gradient_turn_f32(als_isa isa, als_gradient_f32 row, float decrease, float tolerance, bool turning);
double als_gradient_turn_f64(als_isa isa, als_gradient_f64 row, double decrease, double tolerance, bool turning);
// Goes to the minimum along the direction, or returns false when there is none within `longest` times it.
bool als_gradient_advance_f32(als_isa isa, als_gradient_f32 row, float decrease, float longest);
bool als_gradient_advance_f64(als_isa isa, als_gradient_f64 row, double decrease, double longest);
// The `order` elements of target go to unit·x and `beyond` times as far again; whether all of unit·x is finite.
bool als_gradient_store_f32(
    als_isa isa, als_gradient_f32 row, float *target, size_t order, float unit, float beyond);
bool als_gradient_store_f64(
    als_isa isa, als_gradient_f64 row, double *target, size_t order, double unit, double beyond);

/// The largest magnitude among `count` numbers; NaN counts as none.
float als_largest(als_isa isa, const float *numbers, size_t count);

/// Rounds scale·source to IEEE half precision; `count` is a multiple of ALS_LANES, and the products must be in range.
void als_narrow(als_isa isa, const float *source, float scale, uint16_t *target, size_t count);

// The products of `count` rows, of `inner` elements `stride` apart, and a matrix of `inner` rows `matrix_stride` apart: the
// first `width` columns, a multiple of ALS_LANES, which become the rows of `product`.
//
// A row of the product depends on its row and the matrix alone, not on what it is multiplied together with. BLAS does not
// promise that: with many of its kernels the last rows of a block are summed in another order.
void als_product_f32(
    als_isa isa, const float *rows, size_t count, size_t stride, size_t inner, const float *matrix,
    size_t matrix_stride, float *product, size_t width);
// The same in double precision.
void als_product_f64(
    als_isa isa, const double *rows, size_t count, size_t stride, size_t inner, const double *matrix,
    size_t matrix_stride, double *product, size_t width);

// The normal equations of gathered rows: a += Σ weights_i v_i v_iᵀ in the upper triangle, b += Σ targets_i v_i.
//
// Weights must not be negative. `a` is width × width; elements of it below the diagonal are written, too, and mean
// nothing. `packed` has room for als_normal_rows(width) rows.
void als_add_normal_f32(
    als_isa isa, als_rows rows, const float *weights, const float *targets, float *a, float *b, float *packed);
// The same in double precision.
void als_add_normal_f64(
    als_isa isa, als_rows rows, const double *weights, const double *targets, double *a, double *b, double *packed);

/// The rows that are packed, and multiplied, together: about half of a first-level cache of them.
size_t als_normal_rows(size_t width);

// Solves a·x = b for a positive definite matrix of `order` rows of `width` elements, given by its upper triangle, by
// Cholesky factorisation; x replaces b, and the factor a. What lies beyond `order` in a row must be finite.
//
// Returns 0, or the number, from 1, of the first pivot that is not above `tolerance` times the diagonal element that it
// comes from. `diagonals` is scratch for `order` elements.
size_t als_solve_f32(als_isa isa, size_t order, size_t width, float *a, float *b, float *diagonals, float tolerance);
// The same in double precision.
size_t als_solve_f64(
    als_isa isa, size_t order, size_t width, double *a, double *b, double *diagonals, double tolerance);

// Solves (D + Σ weights_i v_i v_iᵀ) x = Σ targets_i v_i for a positive diagonal D and positive weights, by a system with
// one unknown per entry: with B the rows √w v D^(−1/2), (I + BBᵀ) y = (targets/√w) and x = D^(−1/2) Bᵀy.
//
// Cheaper than the direct way when there are fewer entries than unknowns (`order`). `x` has the width of the rows, and
// `scratch` als_dual_scratch(width, count) elements. Returns as als_solve does.
size_t als_solve_dual_f32(
    als_isa isa, als_rows rows, size_t order, const float *weights, const float *targets, const float *diagonal,
    float *x, float *scratch, float tolerance);
// The same in double precision.
size_t als_solve_dual_f64(
    als_isa isa, als_rows rows, size_t order, const double *weights, const double *targets, const double *diagonal,
    double *x, double *scratch, double tolerance);

/// The elements of scratch that a dual solution takes.
size_t als_dual_scratch(size_t width, size_t count);

#endif
