// The tests of the kernels that there are for REAL, which is `float` or `double`: TYPE is its name in kernels.def, EPSILON
// its spacing at 1, LARGEST its largest number.

#include "numbers.h"

#define KERNELS(kernels) (kernels)->TYPE
#define ACCUMULATE(kernels) KERNELS(kernels).accumulate
#define STORED REAL
#define STORE(number) ((REAL)(number))
#define STORED_VALUE(stored) ((double)(stored))

#include "accumulate.h"
#include "gradient.h"
#include "normal.h"
#include "systems.h"
#include "product.h"
#include "scan.h"

void NAME(test_accumulate)(const als_kernels *kernels) { NAME(accumulate)(kernels); }
