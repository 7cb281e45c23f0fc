// The steps of a conjugate gradient iteration, each alone.

// The vectors that the steps work on.
typedef struct {
  REAL *x, *residual, *direction, *sum, *diagonal, *inverse;
} NAME(vectors);

static NAME(vectors) NAME(vectors_at)(REAL *x, size_t width) {
  return (NAME(vectors)){x, x + width, x + 2 * width, x + 3 * width, x + 4 * width, x + 5 * width};
}

// All of them with numbers.
static NAME(vectors) NAME(random_vectors)(size_t width) {
  const NAME(vectors) v = NAME(vectors_at)(NAME(numbers)(ALS_GRADIENT_VECTORS * width), width);
  for (size_t i = 0; i < width; i++) {
    v.diagonal[i] = 1 + v.diagonal[i] / 2;
    v.inverse[i] = 1 + v.inverse[i] / 2;
  }
  return v;
}

void NAME(test_gradient_load)(const als_kernels *kernels) {
  for (size_t order = 1; order <= 150; order++) {
    const size_t width = (order + ALS_LANES - 1) / ALS_LANES * ALS_LANES;
    const NAME(vectors) v = NAME(vectors_at)(fenced(ALS_GRADIENT_VECTORS * width, sizeof(REAL)), width);
    const REAL *source = NAME(numbers)(order), unit = (REAL)random_number();
    REAL *dense = NAME(positive_numbers)(width), *expected = NAME(positive_numbers)(width);
    const bool regular = order % 2;
    const REAL regularization = regular ? (REAL)0.1 : 0;
    for (size_t i = order; i < width; i++) dense[i] = expected[i] = 0;
    KERNELS(kernels).gradient_load(v.x, width, source, order, unit, dense, expected, 3, regularization);
    for (size_t i = 0; i < width; i++) {
      EXPECT(v.x[i] == (i < order ? (REAL)((double)unit * (double)source[i]) : 0), "order %zu, x %zu", order, i);
      EXPECT(v.diagonal[i] == (REAL)((double)dense[i] + (double)regularization), "order %zu, D %zu", order, i);
      EXPECT(v.sum[i] == 0, "order %zu, sum %zu", order, i);
      const double inverse = 1 / ((double)dense[i] + (double)regularization + 3 * (double)expected[i]);
      if (i < order || regular)
        EXPECT(is_near((double)v.inverse[i], inverse, 3 * (double)EPSILON * inverse), "order %zu, inverse %zu", order, i);
      else
        EXPECT(isfinite(v.inverse[i]), "order %zu, inverse of nothing %zu", order, i);
    }
    release_fenced();
  }
}

void NAME(test_gradient_start)(const als_kernels *kernels) {
  for (size_t width = 16; width <= 144; width += 16) {
    const NAME(vectors) v = NAME(random_vectors)(width);
    KERNELS(kernels).gradient_start(v.x, width);
    for (size_t i = 0; i < width; i++) {
      const double product = (double)v.diagonal[i] * (double)v.x[i], sum = (double)v.sum[i];
      EXPECT(is_near((double)v.residual[i], sum - product, 2 * (double)EPSILON * (fabs(sum) + fabs(product))),
             "width %zu, %zu", width, i);
    }
    release_fenced();
  }
}

void NAME(test_gradient_turn)(const als_kernels *kernels) {
  for (size_t width = 16; width <= 144; width += 16) {
    const double tolerance = (double)(width + 8) * (double)EPSILON;
    for (int variant = 0; variant < 8; variant++) {
      const bool turning = variant & 1, first = variant & 2, enough = variant & 4;
      const NAME(vectors) v = NAME(random_vectors)(width);
      double promise = 0, length = 0, size = 0, z[width];
      for (size_t i = 0; i < width; i++) {
        v.x[i] /= 4;
        z[i] = (double)v.residual[i] * (double)v.inverse[i];
        promise += (double)v.residual[i] * z[i];
        length += z[i] * z[i];
        size += (double)v.x[i] * (double)v.x[i];
      }
      // A little more than it is, or a little less.
      const REAL limit = (REAL)(sqrt(length / size) * (enough ? 1.01 : 0.99)), decrease = first ? 0 : (REAL)0.75;
      // The first direction may hold anything.
      if (first) memset(v.direction, 0xff, width * sizeof(REAL));
      const REAL *before = NAME(copy)(v.direction, width);
      const double found = (double)KERNELS(kernels).gradient_turn(v.x, width, decrease, limit, turning);
      EXPECT(enough ? found == 0 : is_near(found, promise, tolerance * promise), "width %zu, variant %d", width, variant);
      for (size_t i = 0; turning && !enough && i < width; i++) {
        const double further = first ? 0 : promise / (double)decrease * (double)before[i];
        EXPECT(is_near((double)v.direction[i], z[i] + further, tolerance * (fabs(z[i]) + fabs(further))),
               "width %zu, variant %d, direction %zu", width, variant, i);
        EXPECT(v.sum[i] == 0, "width %zu, variant %d, sum %zu", width, variant, i);
      }
      release_fenced();
    }
  }
}

void NAME(test_gradient_advance)(const als_kernels *kernels) {
  for (size_t width = 16; width <= 144; width += 16) {
    const NAME(vectors) v = NAME(random_vectors)(width);
    // What a pass without targets leaves, here for a second diagonal from 1/2 to 3/2.
    double curvature = 0, applied[width];
    for (size_t i = 0; i < width; i++) {
      v.sum[i] = -(1 + v.sum[i] / 2) * v.direction[i];
      applied[i] = (double)v.diagonal[i] * (double)v.direction[i] - (double)v.sum[i];
      curvature += (double)v.direction[i] * applied[i];
    }
    const REAL decrease = (REAL)0.75;
    const double step = (double)decrease / curvature;
    const REAL *all = NAME(copy)(v.x, ALS_GRADIENT_VECTORS * width), *x = all, *residual = all + width, *sum = all + 3 * width;
    EXPECT(!KERNELS(kernels).gradient_advance(v.x, width, decrease, (REAL)(step / 2)), "width %zu, too long", width);
    EXPECT(!memcmp(v.x, all, 2 * width * sizeof(REAL)), "width %zu, too long", width);
    memcpy(v.sum, sum, width * sizeof(REAL));
    EXPECT(KERNELS(kernels).gradient_advance(v.x, width, decrease, (REAL)(step * 2)), "width %zu", width);
    const double tolerance = (double)(width + 8) * (double)EPSILON;
    for (size_t i = 0; i < width; i++) {
      const double far = step * (double)v.direction[i], less = step * applied[i];
      EXPECT(is_near((double)v.x[i], (double)x[i] + far, tolerance * (fabs((double)x[i]) + fabs(far))),
             "width %zu, x %zu", width, i);
      EXPECT(is_near((double)v.residual[i], (double)residual[i] - less, tolerance * (fabs((double)residual[i]) + fabs(less))),
             "width %zu, residual %zu", width, i);
    }
    // No minimum where there is a negative curvature, none, or no number.
    const REAL slopes[] = {1000, 0, (REAL)NAN};
    for (size_t s = 0; s < 3; s++) {
      memcpy(v.x, all, ALS_GRADIENT_VECTORS * width * sizeof(REAL));
      for (size_t i = 0; i < width; i++) v.sum[i] = slopes[s] * v.direction[i];
      if (slopes[s] == 0) memset(v.diagonal, 0, width * sizeof(REAL));
      EXPECT(!KERNELS(kernels).gradient_advance(v.x, width, decrease, (REAL)1e30), "width %zu, slope %zu", width, s);
      EXPECT(!memcmp(v.x, all, 2 * width * sizeof(REAL)), "width %zu, slope %zu", width, s);
    }
    release_fenced();
  }
}

void NAME(test_gradient_store)(const als_kernels *kernels) {
  for (size_t order = 1; order <= 150; order++) {
    const size_t width = (order + ALS_LANES - 1) / ALS_LANES * ALS_LANES;
    const NAME(vectors) v = NAME(random_vectors)(width);
    const REAL unit = (REAL)random_number(), beyond = order % 2 ? (REAL)0.375 : 0;
    const REAL *start = NAME(numbers)(order);
    REAL *target = NAME(copy)(start, order);
    EXPECT(KERNELS(kernels).gradient_store(v.x, target, order, unit, beyond), "order %zu", order);
    for (size_t i = 0; i < order; i++) {
      const double value = (double)unit * (double)v.x[i], further = (double)beyond * (value - (double)start[i]);
      EXPECT(is_near((double)target[i], value + further, 4 * (double)EPSILON * (fabs(value) + fabs((double)start[i]))),
             "order %zu, %zu", order, i);
    }
    // What is not finite is seen wherever it is.
    const REAL bad[] = {(REAL)INFINITY, -(REAL)INFINITY, (REAL)NAN};
    const size_t place = random_below(order);
    const REAL good = v.x[place];
    for (size_t b = 0; b < 3; b++) {
      v.x[place] = bad[b];
      EXPECT(!KERNELS(kernels).gradient_store(v.x, target, order, unit, 0), "order %zu, bad %zu", order, place);
    }
    v.x[place] = 16;
    EXPECT(!KERNELS(kernels).gradient_store(v.x, target, order, LARGEST, 0), "order %zu, too large %zu", order, place);
    v.x[place] = good;
    EXPECT(KERNELS(kernels).gradient_store(v.x, target, order, unit, 0), "order %zu, good again", order);
    release_fenced();
  }
}
