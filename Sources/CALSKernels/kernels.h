// All kernels for one instruction set, and their table. Included once by each, with these defined:
//
//   ISA                          its name
//   VECTOR_f32, VECTOR_f64       its vectors, one of vectors.h each
//   GATHERED_f64                 the vector that accumulate.h works with in double precision
//   PRODUCT_TALL, PRODUCT_WIDEST the tile of product.h
//   SCAN_USERS, SCAN_PANELS      the tile of topitems.h
//   WIDENED, NARROWED            unless it converts vectors of halves itself: what halves.h says
//
// The files of the families are written once on the compiler's vector types, and included for each TYPE.

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)

// The name of a kernel, or of a part of one, for one type; and for what there is for one type only.
#define NAME_(name, type, isa) name##_##type##_##isa
#define NAME_OF(name, type, isa) NAME_(name, type, isa)
#define NAME(name) NAME_OF(name, TYPE, ISA)
#define ONLY_NAME(name) PASTE(name, PASTE(_, ISA))

#define OF_TYPE(name) PASTE(name##_, TYPE)
// The type of the arithmetic, and that of gathered tables.
#define REAL OF_TYPE(REAL)
#define REAL_f16 float
#define REAL_f32 float
#define REAL_f64 double
#define STORED OF_TYPE(STORED)
#define STORED_f16 uint16_t
#define STORED_f32 float
#define STORED_f64 double
// A vector of LANES REALs, and the vector that gathered rows are read in.
#define VECTOR OF_TYPE(VECTOR)
#define LANES (sizeof(VECTOR) / sizeof(REAL))
#define GATHERED OF_TYPE(GATHERED)
#define GATHERED_f16 VECTOR_f32
#define GATHERED_f32 VECTOR_f32
// It, from a pointer to STORED.
#define LOAD(pointer) OF_TYPE(LOAD)(pointer)
#define LOAD_f16(pointer) WIDENED(pointer)
#define LOAD_f32(pointer) (*(const GATHERED *)(pointer))
#define LOAD_f64(pointer) (*(const GATHERED *)(pointer))
// A vector of four REALs, that from a pointer to four floats, and as the four sums of the elements of four VECTORs.
#define QUAD OF_TYPE(QUAD)
#define QUAD_f16 f32x4
#define QUAD_f32 f32x4
#define QUAD_f64 f64x4
#define FOUR_VALUES(pointer) __builtin_convertvector(*(const f32x4 *)(pointer), QUAD)
#define SUM4(a, b, c, d) PASTE(SUM4_, VECTOR)(a, b, c, d)
#define GATHERED_SUM4(a, b, c, d) PASTE(SUM4_, GATHERED)(a, b, c, d)
// The square root, and the least normal number.
#define SQRT OF_TYPE(SQRT)
#define SQRT_f32 __builtin_sqrtf
#define SQRT_f64 __builtin_sqrt
#define LEAST OF_TYPE(LEAST)
#define LEAST_f32 0x1p-126f
#define LEAST_f64 0x1p-1022
// A bit for each lane of a panel.
#define BITS OF_TYPE(BITS)
#define BITS_f32 uint16_t
#define BITS_f64 uint8_t

#include "halves.h"
#include "candidates.h"

#define TYPE f16
#include "accumulate.h"
#undef TYPE
#define TYPE f32
#include "families.h"
#undef TYPE
#define TYPE f64
#include "families.h"
#undef TYPE

extern const als_kernels ONLY_NAME(als_kernels);

const als_kernels ONLY_NAME(als_kernels) = {
  .f32 = {
#define TYPE f32
#define KERNEL(result, name, parameters) .name = NAME(name),
#include "include/kernels.def"
#undef TYPE
  },
  .f64 = {
#define TYPE f64
#define KERNEL(result, name, parameters) .name = NAME(name),
#include "include/kernels.def"
#undef TYPE
  },
#define ONLY(result, name, parameters) .name = ONLY_NAME(name),
#include "include/kernels.def"
};
