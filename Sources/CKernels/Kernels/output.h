

/* The output layer processes sixteen cells at a time, one per lane: arrays are (f, 16). A sum
   over genes is then a sum of rows, and the decoder's weights are read in their stored order. */

static void ck_softmax(size_t f, const float *bias, float *logits, float *sum) {
  lanes greatest = ALL(-3.0e38f);
  for (size_t g = 0; g < f; g++) {
    lanes l = LOAD(logits + g * LANES) + bias[g];
    greatest = SELECT(l > greatest, l, greatest);
    STORE(logits + g * LANES, l);
  }
  lanes total = {};
  for (size_t g = 0; g < f; g++) {
    lanes l = LOAD(logits + g * LANES) - greatest, e;
    lanes_exp(&e, &l);
    STORE(logits + g * LANES, e);
    total += e;
  }
  STORE(sum, total);
}

/* Exponentials that are not normalized: each gene's mean for a size factor of one. The bound keeps
   sums finite; 13 digits above any rate of data, it is only reached by a training that diverges. */
static void ck_rates(size_t f, const float *bias, float *logits, float *sum) {
  lanes total = {};
  for (size_t g = 0; g < f; g++) {
    lanes l = LOAD(logits + g * LANES) + bias[g], e;
    l = SELECT(l > 30.0f, ALL(30.0f), l);
    lanes_exp(&e, &l);
    STORE(logits + g * LANES, e);
    total += e;
  }
  STORE(sum, total);
}

/* With u = m / theta and t = 1 + u, a zero contributes theta log t to the loss, with the
   derivatives m / t by log m and theta (log t - u / t) by log theta. */
static void ck_negative_binomial_zeros(size_t f, const float *proportion, const float *scale,
                                       const float *theta, const float *inverse_theta,
                                       float *slope, float *dtheta, float *loss, float *slope_sum) {
  enum { GENES = 16 }; /* in two rounds, so that there are enough registers for each */
  lanes factor = LOAD(scale), total_loss = {}, total_slope = {}, logarithm[GENES];
  for (size_t first = 0; first < f; first += GENES) {
    size_t genes = f - first < GENES ? f - first : GENES;
    for (size_t l = 0; l < genes; l++) {
      size_t g = first + l;
      lanes t = FMA(LOAD(proportion + g * LANES) * factor, inverse_theta[g], 1.0f);
      lanes_log(&logarithm[l], &t);
    }
    for (size_t l = 0; l < genes; l++) {
      size_t g = first + l;
      lanes m = LOAD(proportion + g * LANES) * factor;
      lanes u = m * inverse_theta[g];
      lanes t = FMA(m, inverse_theta[g], 1.0f);
      lanes inverse = 1.0f / t;
      lanes log_t = FMA(u - (t - 1.0f), inverse, logarithm[l]); /* the rounding error of t */
      lanes q = m * inverse;
      lanes by_theta = FMA(-u, inverse, log_t);
      STORE(slope + g * LANES, q);
      total_slope += q;
      total_loss = FMA(theta[g], log_t, total_loss);
      dtheta[g] = theta[g] * lanes_sum(&by_theta);
    }
  }
  STORE(loss, total_loss);
  STORE(slope_sum, total_slope);
}

/* log Gamma(x + theta) - log Gamma(theta) - log Gamma(x + 1), and the derivative by theta. */
static double gamma_terms(double x, double theta, double *slope) {
  if (!(x >= 0)) { /* not a count: the caller then reports a loss that is not finite */
    *slope = NAN;
    return NAN;
  }
  if (x <= 48 && x == floor(x)) {
    /* theta (theta + 1) … (theta + x - 1), its derivative, and x!; none overflows a double */
    double product = 1, derivative = 0, factorial = 1;
    for (double j = 0; j < x; j++) {
      derivative = derivative * (theta + j) + product;
      product *= theta + j;
      factorial *= 1 + j;
    }
    *slope = derivative / product;
    return real_log(product / factorial);
  }
  double above, below, unused;
  double value = real_log_gamma(x + theta, &above) - real_log_gamma(theta, &below) - real_log_gamma(x + 1, &unused);
  *slope = above - below;
  return value;
}

/* Whole counts up to SMALL are computed in vectors, with one logarithm for CHUNK factors. With
   theta below e^11, a product of eight does not overflow a float. */
enum { SMALL = 40, CHUNK = 8 };

static const float log_factorial[SMALL + 1] = {
    0, 0, 0.693147181f, 1.79175947f, 3.17805383f, 4.78749174f,
    6.57925121f, 8.52516136f, 10.6046029f, 12.8018275f, 15.1044126f, 17.5023078f,
    19.9872145f, 22.5521639f, 25.1912212f, 27.8992714f, 30.6718601f, 33.5050735f,
    36.3954452f, 39.3398842f, 42.3356165f, 45.3801389f, 48.4711814f, 51.6066756f,
    54.7847294f, 58.0036052f, 61.2617018f, 64.5575386f, 67.8897431f, 71.257039f,
    74.6582363f, 78.0922236f, 81.5579595f, 85.054467f, 88.5808275f, 92.1361756f,
    95.7196945f, 99.3306125f, 102.968199f, 106.63176f, 110.32064f,
};

/* Up to sixteen counts of a cell, padded with zeros, which do not change any sum. */
struct counts {
  float x[LANES];         /* zero for counts left to the exact computation */
  float mean[LANES];      /* without the cell's scale */
  float constant[LANES];  /* log x! */
  uint16_t gene[LANES];
  int most;               /* the largest x */
  int left;               /* whether any count is left to the exact computation */
};

INLINE int is_small(float value) {
  return value >= 0 && value <= SMALL && (float)(int)value == value;
}

INLINE void gather_counts(struct counts *c, size_t count, const uint16_t *genes,
                          const float *counts, const float *proportion) {
  c->most = c->left = 0;
  for (size_t l = 0; l < LANES; l++) {
    size_t from = l < count ? l : 0;
    float value = l < count ? counts[l] : 0;
    int small = is_small(value);
    int whole = small ? (int)value : 0;
    c->gene[l] = genes[from];
    c->mean[l] = proportion[genes[from] * (size_t)LANES];
    c->x[l] = (float)whole;
    c->constant[l] = log_factorial[whole];
    c->most = whole > c->most ? whole : c->most;
    c->left |= !small;
  }
}

/* The contribution of one large, fractional or invalid count, in double precision. */
static void exact_count(float count, double m, double theta, float *loss, float *by_mean,
                        float *by_theta) {
  double slope, x = count;
  if (m < 1.0e-37) m = 1.0e-37;
  double value = gamma_terms(x, theta, &slope);
  *by_mean = (float)(-x * theta / (theta + m));
  *by_theta = (float)(-theta * slope + x * theta / (theta + m));
  *loss -= (float)(value + x * real_log(m / (theta + m)));
}

static void ck_negative_binomial_counts(size_t cells, const int32_t *starts,
                                        const uint16_t *genes, const float *counts,
                                        const float *proportion, const float *scale,
                                        const float *theta, const float *inverse_theta,
                                        float *correction, float *dtheta, float *loss,
                                        float *slope_sum) {
  for (size_t i = 0; i < cells; i++) {
    size_t last = starts[i + 1];
    lanes loss_lanes = {}, slope_lanes = {};
    for (size_t e = starts[i]; e < last; e += LANES) {
      size_t count = last - e < LANES ? last - e : LANES;
      struct counts c;
      gather_counts(&c, count, genes + e, counts + e, proportion + i);
      float theta_of[LANES], inverse_of[LANES];
      for (int l = 0; l < LANES; l++) {
        theta_of[l] = theta[c.gene[l]];
        inverse_of[l] = inverse_theta[c.gene[l]];
      }
      lanes thetas = LOAD(theta_of), inverse = LOAD(inverse_of);
      lanes x = LOAD(c.x), m = LOAD(c.mean) * scale[i];
      m = SELECT(m > 1.0e-37f, m, ALL(1.0e-37f));
      lanes u = m * inverse;
      lanes inverse_t = 1.0f / (1.0f + u); /* theta / (theta + m) */

      /* log (theta (theta + 1) … (theta + x - 1)), and its derivative by theta */
      lanes rising = {}, rising_slope = {}, factor = thetas;
      for (int first = 0; first < c.most; first += CHUNK) {
        lanes product = ALL(1.0f), derivative = {}, logarithm;
        int end = c.most - first < CHUNK ? c.most : first + CHUNK;
        for (int j = first; j < end; j++) {
          lanes_int more = x > (float)j;
          derivative = SELECT(more, FMA(derivative, factor, product), derivative);
          product = SELECT(more, product * factor, product);
          factor += 1.0f;
        }
        lanes_log(&logarithm, &product);
        rising += logarithm;
        rising_slope += derivative / product;
      }
      lanes odds = u * inverse_t, log_odds; /* m / (theta + m) */
      odds = SELECT(odds > 1.2e-38f, odds, ALL(1.2e-38f));
      lanes_log(&log_odds, &odds);
      lanes by_mean = -x * inverse_t;
      lanes by_theta = FMA(-thetas, rising_slope, -by_mean);
      loss_lanes += FMA(-x, log_odds, LOAD(c.constant) - rising);

      float mean_part[LANES], theta_part[LANES];
      STORE(mean_part, by_mean);
      STORE(theta_part, by_theta);
      if (c.left)
        for (size_t l = 0; l < count; l++)
          if (!is_small(counts[e + l]))
            exact_count(counts[e + l], (double)c.mean[l] * scale[i], theta[c.gene[l]], &loss[i],
                        &mean_part[l], &theta_part[l]);
      slope_lanes += LOAD(mean_part);
      memcpy(correction + e, mean_part, count * sizeof(float));
      for (size_t l = 0; l < count; l++) dtheta[c.gene[l]] += theta_part[l];
    }
    loss[i] += lanes_sum(&loss_lanes);
    slope_sum[i] += lanes_sum(&slope_lanes);
  }
}

/* A zero contributes its mean, and the means sum to the cell's total; a count x contributes log
   Gamma(x + 1) - x log m in addition. */
static void ck_poisson_counts(size_t cells, const int32_t *starts, const uint16_t *genes,
                              const float *counts, const float *proportion, const float *scale,
                              float *correction, float *loss) {
  for (size_t i = 0; i < cells; i++) {
    size_t last = starts[i + 1];
    lanes sum = {};
    for (size_t e = starts[i]; e < last; e += LANES) {
      size_t count = last - e < LANES ? last - e : LANES;
      struct counts c;
      gather_counts(&c, count, genes + e, counts + e, proportion + i);
      for (size_t l = 0; l < count; l++) {
        double unused, x = counts[e + l];
        correction[e + l] = -counts[e + l];
        if (is_small(counts[e + l])) continue;
        c.x[l] = counts[e + l];
        c.constant[l] = x >= 0 ? (float)real_log_gamma(x + 1, &unused) : NAN;
      }
      lanes m = LOAD(c.mean) * scale[i], logarithm;
      m = SELECT(m > 1.0e-37f, m, ALL(1.0e-37f));
      lanes_log(&logarithm, &m);
      sum += FMA(-LOAD(c.x), logarithm, LOAD(c.constant));
    }
    loss[i] += lanes_sum(&sum);
  }
}

static void ck_half_squares(size_t f, const float *bias, float *output, float *loss) {
  lanes sum = {};
  for (size_t g = 0; g < f; g++) {
    lanes o = LOAD(output + g * LANES) + bias[g];
    STORE(output + g * LANES, o);
    sum = FMA(o, o, sum);
  }
  STORE(loss, 0.5f * sum);
}

static void ck_half_squares_values(size_t cells, const int32_t *starts, const uint16_t *genes,
                            const float *values, const float *output, float *correction,
                            float *loss) {
  for (size_t i = 0; i < cells; i++) {
    float sum = 0;
    for (size_t e = starts[i]; e < (size_t)starts[i + 1]; e++) {
      float y = values[e];
      sum = __builtin_fmaf(y, 0.5f * y - output[genes[e] * (size_t)LANES + i], sum);
      correction[e] = -y;
    }
    loss[i] += sum;
  }
}

static void ck_output_gradient(size_t cells, size_t f, const int32_t *starts,
                               const uint16_t *genes, const float *correction, float weight,
                               const float *own, const float *own_factor,
                               const float *proportion, const float *proportion_factor,
                               float *gradient) {
  lanes a = LOAD(own_factor) * weight, b = LOAD(proportion_factor) * weight;
  for (size_t g = 0; g < f; g++)
    STORE(gradient + g * LANES,
          FMA(LOAD(own + g * LANES), a, -(LOAD(proportion + g * LANES) * b)));
  for (size_t i = 0; i < cells; i++)
    for (size_t e = starts[i]; e < (size_t)starts[i + 1]; e++)
      gradient[genes[e] * (size_t)LANES + i] += correction[e] * weight;
}

static void ck_log_proportions(size_t f, const float *proportion, const float *sum,
                               float *logarithms) {
  lanes total = LOAD(sum), shift;
  lanes_log(&shift, &total);
  for (size_t g = 0; g < f; g++) {
    lanes e = LOAD(proportion + g * LANES), l;
    lanes_log(&l, &e);
    STORE(logarithms + g * LANES, LOAD(logarithms + g * LANES) + (l - shift));
  }
}

static void ck_log_profile(size_t f, float scale, const float *mean, const float *sum,
                           float *values) {
  lanes factor = scale / LOAD(sum);
  for (size_t g = 0; g < f; g++) {
    lanes e = FMA(LOAD(values + g * LANES), factor, 1.0f), l;
    lanes_log(&l, &e);
    STORE(values + g * LANES, mean ? l - mean[g] : l);
  }
}

/* The gradient by the bias, summed over shards of sixteen cells, and the gradient by log theta,
   summed over its parts. */
static void ck_output_sums(size_t shards, size_t f, size_t first, size_t last,
                           const float *gradient, const float *parts, float weight, float *dbias,
                           float *dtheta) {
  for (size_t g = first; g < last; g++) {
    lanes sum = {};
    float part = 0;
    for (size_t s = 0; s < shards; s++) {
      sum += LOAD(gradient + (s * f + g) * LANES);
      if (parts) part += parts[s * f + g];
    }
    dbias[g] = lanes_sum(&sum);
    if (parts) dtheta[g] = part * weight;
  }
}
