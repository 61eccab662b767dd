

/* One normalization by batch, for sixteen units of all cells at a time; see `SourceNorm`. The
   moments of slot p are in row p, the mixture's in row `slots`. */

INLINE void moments(int width, size_t n, size_t stride, size_t slots, const int32_t *slot,
                    const float *cells, const float *own, const float *a, float *mean,
                    float *variance, float *inverse, float epsilon) {
  lanes mixture = {}, spread = {}, zero = {}, x, m, v;
  for (size_t p = 0; p < slots; p++) {
    lanes_store(mean + p * stride, &zero, width);
    lanes_store(variance + p * stride, &zero, width);
  }
  for (size_t i = 0; i < n; i++) {
    float *sum = mean + slot[i] * stride;
    lanes_load(&x, a + i * stride, width);
    lanes_load(&m, sum, width);
    m += x;
    lanes_store(sum, &m, width);
  }
  for (size_t p = 0; p < slots; p++) {
    lanes_load(&m, mean + p * stride, width);
    mixture += m / (float)n;
    m /= cells[p];
    lanes_store(mean + p * stride, &m, width);
  }
  for (size_t i = 0; i < n; i++) {
    float *sum = variance + slot[i] * stride;
    lanes_load(&x, a + i * stride, width);
    lanes_load(&m, mean + slot[i] * stride, width);
    lanes_load(&v, sum, width);
    x -= m;
    v = FMA(x, x, v);
    lanes_store(sum, &v, width);
  }
  for (size_t p = 0; p < slots; p++) {
    lanes_load(&m, mean + p * stride, width);
    lanes_load(&v, variance + p * stride, width);
    m -= mixture;
    spread += FMA(cells[p] * m, m, v) / (float)n;
  }
  for (size_t p = 0; p < slots; p++) {
    lanes_load(&m, mean + p * stride, width);
    lanes_load(&v, variance + p * stride, width);
    lanes to_mixture = own[p] * (mixture - m); /* from the shrunk mean */
    lanes to_own = (1 - own[p]) * (mixture - m);
    v = FMA(own[p], FMA(to_own, to_own, v / cells[p]),
            (1 - own[p]) * FMA(to_mixture, to_mixture, spread));
    m += to_own;
    x = 1.0f / __builtin_elementwise_sqrt(v + epsilon);
    lanes_store(mean + p * stride, &m, width);
    lanes_store(variance + p * stride, &v, width);
    lanes_store(inverse + p * stride, &x, width);
  }
  x = 1.0f / __builtin_elementwise_sqrt(spread + epsilon);
  lanes_store(mean + slots * stride, &mixture, width);
  lanes_store(variance + slots * stride, &spread, width);
  lanes_store(inverse + slots * stride, &x, width);
}

INLINE void forward(int width, size_t n, size_t stride, const int32_t *slot,
                    const int32_t *affine, const float *a, const float *mean,
                    const float *inverse, const float *gamma, const float *beta,
                    const float *input, float *gate, float *out) {
  lanes x, m, r, scale, shift, open, around = {};
  for (size_t i = 0; i < n; i++) {
    size_t p = slot[i] * stride, s = affine[slot[i]] * stride, k = i * stride;
    lanes_load(&x, a + k, width);
    lanes_load(&m, mean + p, width);
    lanes_load(&r, inverse + p, width);
    lanes_load(&scale, gamma + s, width);
    lanes_load(&shift, beta + s, width);
    lanes_load(&open, gate + k, width);
    if (input) lanes_load(&around, input + k, width);
    lanes u = FMA((x - m) * r, scale, shift);
    open = SELECT(u > 0.0f, open, (lanes){});
    u = FMA(u, open, around);
    lanes_store(gate + k, &open, width);
    lanes_store(out + k, &u, width);
  }
}

static void ck_batch_norm(size_t n, size_t units, size_t first, size_t slots,
                           const int32_t *slot, const int32_t *affine, const float *cells,
                           const float *own, float epsilon, const float *a, const float *gamma,
                           const float *beta, const float *input, float *gate, float *mean,
                           float *variance, float *inverse, float *out) {
#define BLOCK(width)                                                                             \
  moments(width, n, units, slots, slot, cells, own, a + first, mean + first, variance + first,   \
          inverse + first, epsilon);                                                             \
  forward(width, n, units, slot, affine, a + first, mean + first, inverse + first,               \
          gamma + first, beta + first, input ? input + first : NULL, gate + first, out + first)
  if (units - first >= LANES) {
    BLOCK(LANES);
  } else {
    BLOCK((int)(units - first));
  }
#undef BLOCK
}

/* For each slot, the sums over its cells of du and of du * xhat; for each row, the sums of its
   slots, which are the gradients of beta and gamma. */
INLINE void gradient_sums(int width, size_t n, size_t stride, size_t slots, size_t affine_rows,
                          const int32_t *slot, const int32_t *affine, const float *a,
                          const float *mean, const float *inverse, const float *gate,
                          const float *dout, float *du_sum, float *dx_sum, float *dgamma,
                          float *dbeta) {
  lanes zero = {}, x, m, r, du, open, sum, product;
  for (size_t p = 0; p < slots; p++) {
    lanes_store(du_sum + p * stride, &zero, width);
    lanes_store(dx_sum + p * stride, &zero, width);
  }
  for (size_t s = 0; s < affine_rows; s++) {
    lanes_store(dgamma + s * stride, &zero, width);
    lanes_store(dbeta + s * stride, &zero, width);
  }
  for (size_t i = 0; i < n; i++) {
    size_t p = slot[i] * stride, k = i * stride;
    lanes_load(&x, a + k, width);
    lanes_load(&m, mean + p, width);
    lanes_load(&r, inverse + p, width);
    lanes_load(&du, dout + k, width);
    lanes_load(&open, gate + k, width);
    lanes_load(&sum, du_sum + p, width);
    lanes_load(&product, dx_sum + p, width);
    du *= open;
    sum += du;
    product = FMA(du, (x - m) * r, product);
    lanes_store(du_sum + p, &sum, width);
    lanes_store(dx_sum + p, &product, width);
  }
  for (size_t p = 0; p < slots; p++) {
    size_t s = affine[p] * stride, k = p * stride;
    lanes_load(&sum, du_sum + k, width);
    lanes_load(&product, dx_sum + k, width);
    lanes_load(&x, dbeta + s, width);
    x += sum;
    lanes_store(dbeta + s, &x, width);
    lanes_load(&x, dgamma + s, width);
    x += product;
    lanes_store(dgamma + s, &x, width);
  }
}

INLINE void backward(int width, size_t n, size_t stride, size_t slots, size_t affine_rows,
                     const int32_t *slot, const int32_t *affine, const float *own_weight,
                     const float *mixture_weight, const float *a, const float *mean,
                     const float *inverse, const float *gamma, const float *gate,
                     const float *dout, float *sums, float *dgamma, float *dbeta, float *da) {
  float *du_sum = sums, *dx_sum = sums + slots * stride;
  lanes offset = {}, slope = {}, mixture, x, m, r, du, open, sum, product, g;
  lanes_load(&mixture, mean + slots * stride, width);
  gradient_sums(width, n, stride, slots, affine_rows, slot, affine, a, mean, inverse, gate, dout,
                du_sum, dx_sum, dgamma, dbeta);
  for (size_t p = 0; p < slots; p++) {
    size_t s = affine[p] * stride, k = p * stride;
    lanes_load(&sum, du_sum + k, width);
    lanes_load(&product, dx_sum + k, width);
    lanes_load(&g, gamma + s, width);
    lanes_load(&r, inverse + k, width);
    lanes_load(&m, mean + k, width);
    sum *= g * r;
    product *= g * r;
    lanes q = mixture_weight[p] * product * r;
    slope += q;
    offset += FMA(mixture_weight[p], sum, -(q * (m - mixture)));
    sum *= own_weight[p];
    product *= own_weight[p];
    lanes_store(du_sum + k, &sum, width);
    lanes_store(dx_sum + k, &product, width);
  }
  for (size_t i = 0; i < n; i++) {
    size_t p = slot[i] * stride, s = affine[slot[i]] * stride, k = i * stride;
    lanes_load(&x, a + k, width);
    lanes_load(&m, mean + p, width);
    lanes_load(&r, inverse + p, width);
    lanes_load(&g, gamma + s, width);
    lanes_load(&du, dout + k, width);
    lanes_load(&open, gate + k, width);
    lanes_load(&sum, du_sum + p, width);
    lanes_load(&product, dx_sum + p, width);
    lanes own = FMA(product, (x - m) * r, sum);
    lanes d = FMA(g * r, du * open, -own) - FMA(slope, x - mixture, offset);
    lanes_store(da + k, &d, width);
  }
}

static void ck_batch_norm_gradient(size_t n, size_t units, size_t first, size_t slots,
                                    size_t affine_rows, const int32_t *slot,
                                    const int32_t *affine, const float *own_weight,
                                    const float *mixture_weight, const float *a,
                                    const float *mean, const float *inverse, const float *gamma,
                                    const float *gate, const float *dout, float *sums,
                                    float *dgamma, float *dbeta, float *da) {
#define BLOCK(width)                                                                            \
  backward(width, n, units, slots, affine_rows, slot, affine, own_weight, mixture_weight,       \
           a + first, mean + first, inverse + first, gamma + first, gate + first, dout + first, \
           sums + first, dgamma + first, dbeta + first, da + first)
  if (units - first >= LANES) {
    BLOCK(LANES);
  } else {
    BLOCK((int)(units - first));
  }
#undef BLOCK
}

/* Moments at matched composition; see `matchedNorm`. Row p has the shifted mean of slot p, row
   `slots` the mean without an offset; the variance is common. */
INLINE void matched_moments(int width, size_t n, size_t stride, size_t slots,
                            const int32_t *slot, const float *cells, const float *weights,
                            const float *a, float *mean, float *variance, float *inverse,
                            float epsilon) {
  lanes middle = {}, spread = {}, x, m, r;
  for (size_t i = 0; i < n; i++) {
    lanes_load(&x, a + i * stride, width);
    middle += x;
  }
  middle /= (float)n;
  for (size_t p = 0; p < slots; p++) {
    lanes offset = {};
    for (size_t i = 0; i < n; i++) {
      lanes_load(&x, a + i * stride, width);
      offset = FMA(weights[p * n + i], x, offset);
    }
    middle = FMA(-(cells[p] / (float)n), offset, middle);
    lanes_store(mean + p * stride, &offset, width);
  }
  for (size_t p = 0; p < slots; p++) {
    lanes_load(&m, mean + p * stride, width);
    m += middle;
    lanes_store(mean + p * stride, &m, width);
  }
  for (size_t i = 0; i < n; i++) {
    lanes_load(&x, a + i * stride, width);
    lanes_load(&m, mean + slot[i] * stride, width);
    x -= m;
    spread = FMA(x, x, spread);
  }
  spread /= (float)n;
  r = 1.0f / __builtin_elementwise_sqrt(spread + epsilon);
  lanes_store(mean + slots * stride, &middle, width);
  for (size_t p = 0; p <= slots; p++) {
    lanes_store(variance + p * stride, &spread, width);
    lanes_store(inverse + p * stride, &r, width);
  }
}

static void ck_matched_norm(size_t n, size_t units, size_t first, size_t slots,
                            const int32_t *slot, const int32_t *affine, const float *cells,
                            const float *weights, float epsilon, const float *a,
                            const float *gamma, const float *beta, const float *input,
                            float *gate, float *mean, float *variance, float *inverse,
                            float *out) {
#define BLOCK(width)                                                                             \
  matched_moments(width, n, units, slots, slot, cells, weights, a + first, mean + first,         \
                  variance + first, inverse + first, epsilon);                                   \
  forward(width, n, units, slot, affine, a + first, mean + first, inverse + first,               \
          gamma + first, beta + first, input ? input + first : NULL, gate + first, out + first)
  if (units - first >= LANES) {
    BLOCK(LANES);
  } else {
    BLOCK((int)(units - first));
  }
#undef BLOCK
}

/* With b_i = a_i - offset: first the gradient by b, as in batch norm over all cells, then da_i =
   db_i - Σ_p weights_pi Σ_{j in p} db_j, because each offset is a sum over all cells. */
INLINE void matched_backward(int width, size_t n, size_t stride, size_t slots,
                             size_t affine_rows, const int32_t *slot, const int32_t *affine,
                             const float *weights, const float *a, const float *mean,
                             const float *inverse, const float *gamma, const float *gate,
                             const float *dout, float *sums, float *dgamma, float *dbeta,
                             float *da) {
  float *du_sum = sums, *dx_sum = sums + slots * stride;
  lanes zero = {}, offset = {}, slope = {}, x, m, r, g, du, open, sum, product;
  lanes_load(&r, inverse, width);
  gradient_sums(width, n, stride, slots, affine_rows, slot, affine, a, mean, inverse, gate, dout,
                du_sum, dx_sum, dgamma, dbeta);
  for (size_t p = 0; p < slots; p++) {
    size_t s = affine[p] * stride, k = p * stride;
    lanes_load(&sum, du_sum + k, width);
    lanes_load(&product, dx_sum + k, width);
    lanes_load(&g, gamma + s, width);
    offset += g * sum / (float)n;
    slope += g * product / (float)n;
    lanes_store(du_sum + k, &zero, width);
  }
  for (size_t i = 0; i < n; i++) {
    size_t p = slot[i] * stride, s = affine[slot[i]] * stride, k = i * stride;
    lanes_load(&x, a + k, width);
    lanes_load(&m, mean + p, width);
    lanes_load(&g, gamma + s, width);
    lanes_load(&du, dout + k, width);
    lanes_load(&open, gate + k, width);
    lanes_load(&sum, du_sum + p, width);
    lanes d = r * FMA(-slope, (x - m) * r, FMA(g, du * open, -offset));
    sum += d;
    lanes_store(du_sum + p, &sum, width);
    lanes_store(da + k, &d, width);
  }
  for (size_t p = 0; p < slots; p++) {
    lanes_load(&sum, du_sum + p * stride, width);
    for (size_t i = 0; i < n; i++) {
      lanes_load(&x, da + i * stride, width);
      x = FMA(-weights[p * n + i], sum, x);
      lanes_store(da + i * stride, &x, width);
    }
  }
}

static void ck_matched_norm_gradient(size_t n, size_t units, size_t first, size_t slots,
                                     size_t affine_rows, const int32_t *slot,
                                     const int32_t *affine, const float *weights,
                                     const float *a, const float *mean, const float *inverse,
                                     const float *gamma, const float *gate, const float *dout,
                                     float *sums, float *dgamma, float *dbeta, float *da) {
#define BLOCK(width)                                                                             \
  matched_backward(width, n, units, slots, affine_rows, slot, affine, weights, a + first,        \
                   mean + first, inverse + first, gamma + first, gate + first, dout + first,     \
                   sums + first, dgamma + first, dbeta + first, da + first)
  if (units - first >= LANES) {
    BLOCK(LANES);
  } else {
    BLOCK((int)(units - first));
  }
#undef BLOCK
}

/* Layer norm is group norm with one group; `a` is replaced by its normalized values. */
static void ck_group_norm(size_t n, size_t units, size_t groups, float epsilon, float *restrict a,
                          const float *gamma, const float *beta, const float *input,
                          float *restrict gate, float *restrict inverse, float *restrict out) {
  size_t width = units / groups;
  for (size_t i = 0; i < n; i++)
    for (size_t group = 0; group < groups; group++) {
      size_t first = group * width;
      float *x = a + i * units + first;
      float mean = 0, variance = 0;
      for (size_t j = 0; j < width; j++) mean += x[j];
      mean /= (float)width;
      for (size_t j = 0; j < width; j++) variance += (x[j] - mean) * (x[j] - mean);
      float r = 1 / sqrtf(variance / (float)width + epsilon);
      inverse[i * groups + group] = r;
      for (size_t j = 0; j < width; j++) {
        size_t k = i * units + first + j;
        x[j] = (x[j] - mean) * r;
        float u = x[j] * gamma[first + j] + beta[first + j];
        gate[k] = u > 0 ? gate[k] : 0;
        out[k] = input ? input[k] + u * gate[k] : u * gate[k];
      }
    }
}

static void ck_group_norm_gradient(size_t n, size_t units, size_t groups, const float *xhat,
                                   const float *inverse, const float *gamma, const float *gate,
                                   const float *dout, float *restrict da) {
  size_t width = units / groups;
  for (size_t i = 0; i < n; i++)
    for (size_t group = 0; group < groups; group++) {
      const float *scale = gamma + group * width;
      size_t first = i * units + group * width;
      float sum = 0, product = 0;
      for (size_t j = 0; j < width; j++) {
        float d = scale[j] * dout[first + j] * gate[first + j];
        sum += d;
        product += d * xhat[first + j];
      }
      sum /= (float)width;
      product /= (float)width;
      for (size_t j = 0; j < width; j++) {
        size_t k = first + j;
        da[k] = inverse[i * groups + group] *
                (scale[j] * dout[k] * gate[k] - sum - xhat[k] * product);
      }
    }
}

static void ck_affine_gradient(size_t n, size_t units, size_t first, size_t last,
                               const float *xhat, const float *gate, const float *dout,
                               float *restrict dgamma, float *restrict dbeta) {
  for (size_t j = first; j < last; j++) dgamma[j] = dbeta[j] = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = first; j < last; j++) {
      size_t k = i * units + j;
      float du = dout[k] * gate[k];
      dbeta[j] += du;
      dgamma[j] += du * xhat[k];
    }
}

static void ck_rectify(size_t count, const float *a, const float *input, float *restrict gate,
                       float *restrict out) {
  for (size_t k = 0; k < count; k++) {
    gate[k] = a[k] > 0 ? gate[k] : 0;
    out[k] = input ? input[k] + a[k] * gate[k] : a[k] * gate[k];
  }
}

static void ck_normalize(size_t n, size_t units, const float *a, const float *scale,
                         const float *shift, const int32_t *row, const float *input,
                         float *restrict out) {
  for (size_t i = 0; i < n; i++) {
    size_t s = row ? row[i] * units : 0;
    for (size_t j = 0; j < units; j += LANES) {
      int width = units - j < LANES ? (int)(units - j) : LANES;
      size_t k = i * units + j;
      lanes u, g, b, zero = {};
      lanes_load(&u, a + k, width);
      lanes_load(&g, scale + s + j, width);
      lanes_load(&b, shift + s + j, width);
      u = u * g + b;
      u = SELECT(u > 0.0f, u, zero);
      if (input) {
        lanes_load(&g, input + k, width);
        u = g + u;
      }
      lanes_store(out + k, &u, width);
    }
  }
}
