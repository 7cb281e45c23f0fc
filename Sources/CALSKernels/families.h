// The families of kernels, for one type. A kernel may use those before it.

#include "accumulate.h"
#include "conjugate.h"
#include "normal.h"
#include "cholesky.h"
#include "dual.h"
#include "product.h"
#include "topitems.h"
