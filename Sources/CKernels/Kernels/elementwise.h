

static void ck_exp(size_t count, const float *x, float *out) {
  for (size_t k = 0; k < count; k += LANES) {
    float tail[LANES] = {0};
    size_t rest = count - k < LANES ? count - k : LANES;
    memcpy(tail, x + k, rest * sizeof(float));
    lanes in = LOAD(tail), e;
    lanes_exp(&e, &in);
    STORE(tail, e);
    memcpy(out + k, tail, rest * sizeof(float));
  }
}

static void ck_log(size_t count, const float *x, float *out) {
  for (size_t k = 0; k < count; k += LANES) {
    float tail[LANES];
    size_t rest = count - k < LANES ? count - k : LANES;
    for (size_t l = 0; l < LANES; l++) tail[l] = l < rest ? x[k + l] : 1;
    lanes in = LOAD(tail), e;
    lanes_log(&e, &in);
    STORE(tail, e);
    memcpy(out + k, tail, rest * sizeof(float));
  }
}

static void ck_dispersion(size_t first, size_t last, float limit, const float *log_theta,
                          float *theta, float *inverse_theta) {
  for (size_t k = first; k < last; k += LANES) {
    float tail[LANES] = {0};
    size_t rest = last - k < LANES ? last - k : LANES;
    memcpy(tail, log_theta + k, rest * sizeof(float));
    lanes x = LOAD(tail), e, inverse;
    x = SELECT(x > -limit, x, ALL(-limit));
    x = SELECT(x < limit, x, ALL(limit));
    lanes_exp(&e, &x);
    inverse = 1.0f / e;
    memcpy(theta + k, &e, rest * sizeof(float));
    memcpy(inverse_theta + k, &inverse, rest * sizeof(float));
  }
}

static void ck_adam(size_t count, const float *gradient, float clip, float decay, float beta1,
                    float beta2, float rate, float root_factor, float epsilon,
                    float *parameter, float *mean, float *square) {
  for (size_t k = 0; k < count; k += LANES) {
    int width = count - k < LANES ? (int)(count - k) : LANES;
    lanes g, p, m, v;
    lanes_load(&g, gradient + k, width);
    lanes_load(&p, parameter + k, width);
    lanes_load(&m, mean + k, width);
    lanes_load(&v, square + k, width);
    g = FMA(decay, p, g * clip);
    m = FMA(1 - beta1, g - m, m);
    v = FMA(beta2, v, (1 - beta2) * (g * g));
    p -= rate * m / FMA(__builtin_elementwise_sqrt(v), root_factor, epsilon);
    lanes_store(parameter + k, &p, width);
    lanes_store(mean + k, &m, width);
    lanes_store(square + k, &v, width);
  }
}

static void ck_momentum(size_t count, const float *gradient, float clip, float decay, float *mean) {
  for (size_t k = 0; k < count; k += LANES) {
    int width = count - k < LANES ? (int)(count - k) : LANES;
    lanes g, m;
    lanes_load(&g, gradient + k, width);
    lanes_load(&m, mean + k, width);
    m = FMA(decay, m, g * clip);
    lanes_store(mean + k, &m, width);
  }
}

static double ck_sum_of_squares(size_t count, const float *x) {
  double total = 0;
  for (size_t start = 0; start < count; start += 4096) {
    size_t end = count - start < 4096 ? count : start + 4096;
    lanes sum[4] = {{}};
    size_t k = start;
    for (; k + 4 * LANES <= end; k += 4 * LANES)
      for (int l = 0; l < 4; l++) {
        lanes v = LOAD(x + k + l * LANES);
        sum[l] = FMA(v, v, sum[l]);
      }
    sum[0] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    double part = lanes_sum(&sum[0]);
    for (; k < end; k++) part += (double)x[k] * x[k];
    total += part;
  }
  return total;
}

static void ck_column_sums(size_t n, size_t width, size_t first, size_t last, const float *x,
                           float *restrict sums) {
  for (size_t j = first; j < last; j++) sums[j] = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = first; j < last; j++) sums[j] += x[i * width + j];
}

static void ck_sample(size_t n, size_t d, float limit, const float *restrict mu,
                      const float *restrict log_variance, const float *restrict noise,
                      float *restrict deviation, float *restrict z, float *restrict divergence) {
  for (size_t i = 0; i < n; i++) {
    const float *m = mu + i * d, *s = log_variance + i * d, *e = noise + i * d;
    float sum = 0;
    for (size_t j = 0; j < d; j += LANES) {
      float tail[LANES] = {0};
      size_t rest = d - j < LANES ? d - j : LANES;
      for (size_t l = 0; l < rest; l++) {
        float v = s[j + l];
        tail[l] = 0.5f * (v < -limit ? -limit : v > limit ? limit : v);
      }
      lanes half = LOAD(tail), sigma;
      lanes_exp(&sigma, &half);
      for (size_t l = 0; l < rest; l++) {
        size_t k = i * d + j + l;
        deviation[k] = sigma[l];
        z[k] = m[j + l] + sigma[l] * e[j + l];
        sum += m[j + l] * m[j + l] + (sigma[l] * sigma[l] - 1) - 2 * tail[l];
      }
    }
    divergence[i] = 0.5f * sum;
  }
}

static void ck_sample_gradient(size_t count, float limit, float weight, const float *restrict mu,
                               const float *restrict log_variance, const float *restrict noise,
                               const float *restrict deviation, const float *restrict dz,
                               float *restrict dmu, float *restrict dlog_variance) {
  for (size_t k = 0; k < count; k++) {
    float sigma = deviation[k];
    dmu[k] = dz[k] + weight * mu[k];
    float slope = 0.5f * (dz[k] * noise[k] * sigma + weight * (sigma * sigma - 1));
    dlog_variance[k] = log_variance[k] > -limit && log_variance[k] < limit ? slope : 0;
  }
}

static void ck_cells_to_lanes(size_t cells, size_t width, const float *restrict rows,
                              float *restrict out) {
  for (size_t j = 0; j < width; j++)
    for (size_t i = 0; i < LANES; i++)
      out[j * LANES + i] = i < cells ? rows[i * width + j] : 0;
}

static void ck_lanes_to_cells(size_t cells, size_t width, const float *restrict columns,
                              float *restrict out) {
  for (size_t i = 0; i < cells; i++)
    for (size_t j = 0; j < width; j++) out[i * width + j] = columns[j * LANES + i];
}
