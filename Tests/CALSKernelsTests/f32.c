// The tests in single precision.

#include "checks.h"

#define TYPE f32
#define REAL float
#define EPSILON FLT_EPSILON
#define LARGEST FLT_MAX
#include "families.h"
