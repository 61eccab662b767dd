#include <math.h>

#include "CKernels.h"
#include "lanes.h"

/* The output layer works on sixteen cells at a time, one a lane: arrays are (f, 16). A sum over
   genes is then a sum of rows, and the decoder's weights are read as they lie. */

CLONES void ck_softmax(size_t f, const float *bias, float *logits, float *sum) {
  lanes greatest = (lanes){} - 3.0e38f;
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

/* With u = m / theta and t = 1 + u, a zero costs theta log t, of derivative m / t by log m and
   theta (log t - u / t) by log theta. */
CLONES void ck_negative_binomial_zeros(size_t f, const float *proportion, const float *scale,
                                       const float *theta, const float *inverse_theta,
                                       float *slope, float *dtheta, float *loss, float *slope_sum) {
  lanes factor = LOAD(scale), total_loss = {}, total_slope = {};
  for (size_t g = 0; g < f; g++) {
    lanes m = LOAD(proportion + g * LANES) * factor;
    lanes u = m * inverse_theta[g];
    lanes t = 1.0f + u;
    lanes inverse = 1.0f / t;
    lanes logarithm;
    lanes_log(&logarithm, &t);
    logarithm += (u - (t - 1.0f)) * inverse; /* what rounding t took away */
    lanes q = m * inverse;
    lanes by_theta = logarithm - u * inverse;
    STORE(slope + g * LANES, q);
    total_slope += q;
    total_loss += theta[g] * logarithm;
    dtheta[g] = theta[g] * lanes_sum(&by_theta);
  }
  STORE(loss, total_loss);
  STORE(slope_sum, total_slope);
}

/* log Gamma(z) and its derivative for z > 0: Stirling's series beyond 8, after steps up to there. */
static double log_gamma(double z, double *digamma) {
  double steps = 0, step_slopes = 0;
  for (; z < 8; z++) {
    steps += log(z);
    step_slopes += 1 / z;
  }
  double r = 1 / z, s = r * r;
  *digamma = log(z) - 0.5 * r -
             s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s / 132)))) -
             step_slopes;
  return (z - 0.5) * log(z) - z + 0.91893853320467274 +
         r * (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s / 1680))) - steps;
}

/* log Gamma(x + theta) - log Gamma(theta) - log Gamma(x + 1), and the derivative by theta. */
static double gamma_terms(double x, double theta, double *slope) {
  if (!(x >= 0)) { /* not a count: the caller finds the loss not finite, and says so */
    *slope = NAN;
    return NAN;
  }
  if (x <= 64 && x == floor(x)) {
    double ratio = 0;
    *slope = 0;
    for (double j = 0; j < x; j++) {
      ratio += log((theta + j) / (1 + j));
      *slope += 1 / (theta + j);
    }
    return ratio;
  }
  double above, below, unused;
  double value = log_gamma(x + theta, &above) - log_gamma(theta, &below) - log_gamma(x + 1, &unused);
  *slope = above - below;
  return value;
}

/* Counts up to here take the short way: one logarithm of a product of x factors. */
enum { SMALL = 8 };

static const float log_factorial[SMALL + 1] = {0,          0,          0.69314718f,
                                               1.79175947f, 3.17805383f, 4.78749174f,
                                               6.57925121f, 8.52516136f, 10.6046029f};

CLONES void ck_negative_binomial_counts(size_t cells, const int32_t *starts,
                                        const uint16_t *genes, const float *counts,
                                        const float *proportion, const float *scale,
                                        const float *theta, const float *inverse_theta,
                                        float *correction, float *dtheta, float *loss,
                                        float *slope_sum) {
  for (size_t i = 0; i < cells; i++) {
    size_t first = starts[i], last = starts[i + 1];
    lanes loss_lanes = {}, slope_lanes = {};
    for (size_t e = first; e < last; e += LANES) {
      /* Lanes beyond the cell's last count hold x = 0, which adds nothing. */
      float x[LANES] = {0}, m[LANES], th[LANES], inverse[LANES], factorial[LANES];
      size_t count = last - e < LANES ? last - e : LANES;
      int most = 0;
      for (size_t l = 0; l < LANES; l++) {
        size_t g = genes[l < count ? e + l : e];
        m[l] = proportion[g * LANES + i];
        th[l] = theta[g];
        inverse[l] = inverse_theta[g];
        float value = l < count ? counts[e + l] : 0;
        int whole = value >= 0 && value <= SMALL ? (int)value : -1;
        int small = (float)whole == value;
        x[l] = small ? value : 0;
        factorial[l] = log_factorial[small ? whole : 0];
        if (small && whole > most) most = whole;
      }
      lanes xs = LOAD(x), thetas = LOAD(th), means = LOAD(m) * scale[i];
      means = SELECT(means > 1.0e-37f, means, (lanes){} + 1.0e-37f);
      lanes inverse_t = 1.0f / (1.0f + means * LOAD(inverse)); /* theta / (theta + m) */

      /* product = theta (theta + 1) … (theta + x - 1), derivative by theta beside it */
      lanes product = (lanes){} + 1.0f, derivative = {}, factor = thetas;
      for (int j = 0; j < most; j++) {
        lanes_int more = xs > (float)j;
        lanes next = derivative * factor + product;
        derivative = SELECT(more, next, derivative);
        product = SELECT(more, product * factor, product);
        factor += 1.0f;
      }
      /* log m - log(theta + m) = log(m / theta * theta / (theta + m)) */
      lanes odds = means * LOAD(inverse) * inverse_t, log_odds, log_product;
      odds = SELECT(odds > 1.2e-38f, odds, (lanes){} + 1.2e-38f);
      lanes_log(&log_odds, &odds);
      lanes_log(&log_product, &product);
      lanes by_mean = -xs * inverse_t;
      lanes by_theta = -thetas * (derivative / product) - by_mean;
      loss_lanes += LOAD(factorial) - log_product - xs * log_odds;
      slope_lanes += by_mean;

      float mean_part[LANES], theta_part[LANES];
      STORE(mean_part, by_mean);
      STORE(theta_part, by_theta);
      for (size_t l = 0; l < count; l++) {
        correction[e + l] = mean_part[l];
        dtheta[genes[e + l]] += theta_part[l];
      }
    }
    loss[i] += lanes_sum(&loss_lanes);
    slope_sum[i] += lanes_sum(&slope_lanes);

    /* Large or fractional counts are few: one by one, in double precision. */
    for (size_t e = first; e < last; e++) {
      float x = counts[e];
      if (x >= 0 && x <= SMALL && (float)(int)x == x) continue;
      size_t g = genes[e];
      double th = theta[g], m = (double)proportion[g * LANES + i] * scale[i], slope;
      if (m < 1.0e-37) m = 1.0e-37;
      double value = gamma_terms(x, th, &slope);
      double by_mean = -x * th / (th + m);
      loss[i] -= (float)(value + x * log(m / (th + m)));
      slope_sum[i] += (float)by_mean;
      correction[e] = (float)by_mean;
      dtheta[g] -= (float)(th * slope + by_mean);
    }
  }
}

/* A zero costs its mean, and the means add to the cell's total; a count x costs
   log Gamma(x + 1) - x log m beyond that. */
CLONES void ck_poisson_counts(size_t cells, const int32_t *starts, const uint16_t *genes,
                              const float *counts, const float *proportion, const float *scale,
                              float *correction, float *loss) {
  for (size_t i = 0; i < cells; i++) {
    size_t first = starts[i], last = starts[i + 1];
    lanes sum = {};
    for (size_t e = first; e < last; e += LANES) {
      float x[LANES] = {0}, m[LANES], constant[LANES] = {0};
      size_t count = last - e < LANES ? last - e : LANES;
      for (size_t l = 0; l < LANES; l++) {
        size_t g = genes[l < count ? e + l : e];
        m[l] = proportion[g * LANES + i];
        if (l >= count) continue;
        float value = counts[e + l];
        int whole = value >= 0 && value <= SMALL ? (int)value : -1;
        double unused;
        x[l] = value;
        correction[e + l] = -value;
        constant[l] = (float)whole == value ? log_factorial[whole]
                      : value >= 0          ? (float)log_gamma(value + 1.0, &unused)
                                            : NAN;
      }
      lanes means = LOAD(m) * scale[i], logarithm;
      means = SELECT(means > 1.0e-37f, means, (lanes){} + 1.0e-37f);
      lanes_log(&logarithm, &means);
      sum += LOAD(constant) - LOAD(x) * logarithm;
    }
    loss[i] += lanes_sum(&sum);
  }
}

CLONES void ck_half_squares(size_t f, const float *bias, float *output, float *loss) {
  lanes sum = {};
  for (size_t g = 0; g < f; g++) {
    lanes o = LOAD(output + g * LANES) + bias[g];
    STORE(output + g * LANES, o);
    sum += o * o;
  }
  STORE(loss, 0.5f * sum);
}

void ck_half_squares_values(size_t cells, const int32_t *starts, const uint16_t *genes,
                            const float *values, const float *output, float *correction,
                            float *loss) {
  for (size_t i = 0; i < cells; i++) {
    float sum = 0;
    for (size_t e = starts[i]; e < (size_t)starts[i + 1]; e++) {
      float y = values[e];
      sum += y * (0.5f * y - output[genes[e] * (size_t)LANES + i]);
      correction[e] = -y;
    }
    loss[i] += sum;
  }
}

CLONES void ck_output_gradient(size_t cells, size_t f, const int32_t *starts,
                               const uint16_t *genes, const float *correction, float weight,
                               const float *own, const float *own_factor,
                               const float *proportion, const float *proportion_factor,
                               float *gradient) {
  lanes a = LOAD(own_factor) * weight, b = LOAD(proportion_factor) * weight;
  for (size_t g = 0; g < f; g++)
    STORE(gradient + g * LANES,
          LOAD(own + g * LANES) * a - LOAD(proportion + g * LANES) * b);
  for (size_t i = 0; i < cells; i++)
    for (size_t e = starts[i]; e < (size_t)starts[i + 1]; e++)
      gradient[genes[e] * (size_t)LANES + i] += correction[e] * weight;
}

CLONES void ck_log_proportions(size_t f, const float *proportion, const float *sum,
                               float *logarithms) {
  lanes total = LOAD(sum), shift;
  lanes_log(&shift, &total);
  for (size_t g = 0; g < f; g++) {
    lanes e = LOAD(proportion + g * LANES), l;
    lanes_log(&l, &e);
    STORE(logarithms + g * LANES, LOAD(logarithms + g * LANES) + (l - shift));
  }
}

/* The gradient by the bias, over shards of sixteen cells; and by log theta, its parts added. */
CLONES void ck_output_sums(size_t shards, size_t f, size_t first, size_t last,
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
