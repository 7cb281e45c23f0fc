// Debian builds OpenBLAS without LAPACKE, so both headers (and both packages) are needed. `openblas` is linked first,
// so that its optimised `?posv` wins over the reference LAPACK behind `lapacke`.
#include <cblas.h>
#include <lapacke.h>
