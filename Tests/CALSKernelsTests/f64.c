// The tests in double precision.

#include "checks.h"

#define TYPE f64
#define REAL double
#define EPSILON DBL_EPSILON
#define LARGEST DBL_MAX
#include "families.h"
