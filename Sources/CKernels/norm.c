#include <math.h>

#include "CKernels.h"
#include "lanes.h"

/* One normalization for sixteen units of all cells at a time, by source; see `SourceNorm`. The
   moments of slot p stand in row p, the mixture's in row `slots`. */

INLINE void moments(int width, size_t n, size_t stride, size_t slots, const int32_t *slot,
                    const float *cells, const float *own, const float *restrict a,
                    float *restrict mean, float *restrict variance, float *restrict inverse,
                    float epsilon) {
  float mixture[LANES] = {0}, spread[LANES] = {0};
  for (size_t p = 0; p <= slots; p++)
    for (int j = 0; j < width; j++) mean[p * stride + j] = variance[p * stride + j] = 0;
  for (size_t i = 0; i < n; i++)
    for (int j = 0; j < width; j++) mean[slot[i] * stride + j] += a[i * stride + j];
  for (size_t p = 0; p < slots; p++)
    for (int j = 0; j < width; j++) {
      mixture[j] += mean[p * stride + j] / (float)n;
      mean[p * stride + j] /= cells[p];
    }
  for (size_t i = 0; i < n; i++)
    for (int j = 0; j < width; j++) {
      float d = a[i * stride + j] - mean[slot[i] * stride + j];
      variance[slot[i] * stride + j] += d * d;
    }
  for (size_t p = 0; p < slots; p++)
    for (int j = 0; j < width; j++) {
      float d = mean[p * stride + j] - mixture[j];
      spread[j] += (variance[p * stride + j] + cells[p] * d * d) / (float)n;
      variance[p * stride + j] /= cells[p];
    }
  for (size_t p = 0; p < slots; p++)
    for (int j = 0; j < width; j++) {
      float *m = mean + p * stride + j, *v = variance + p * stride + j;
      float to_mixture = own[p] * (mixture[j] - *m); /* from the shrunk mean */
      float to_own = (1 - own[p]) * (mixture[j] - *m);
      *v = own[p] * (*v + to_own * to_own) + (1 - own[p]) * (spread[j] + to_mixture * to_mixture);
      *m += to_own;
      inverse[p * stride + j] = 1 / sqrtf(*v + epsilon);
    }
  for (int j = 0; j < width; j++) {
    mean[slots * stride + j] = mixture[j];
    variance[slots * stride + j] = spread[j];
    inverse[slots * stride + j] = 1 / sqrtf(spread[j] + epsilon);
  }
}

INLINE void forward(int width, size_t n, size_t stride, const int32_t *slot,
                    const int32_t *affine, const float *a, const float *mean,
                    const float *inverse, const float *gamma, const float *beta,
                    const float *input, float *restrict gate, float *restrict out) {
  for (size_t i = 0; i < n; i++) {
    const float *m = mean + slot[i] * stride, *r = inverse + slot[i] * stride;
    size_t s = affine[slot[i]] * stride;
    const float *scale = gamma + s, *shift = beta + s;
    for (int j = 0; j < width; j++) {
      size_t k = i * stride + j;
      float u = (a[k] - m[j]) * r[j] * scale[j] + shift[j];
      gate[k] = u > 0 ? gate[k] : 0;
      out[k] = input ? input[k] + u * gate[k] : u * gate[k];
    }
  }
}

CLONES void ck_source_norm(size_t n, size_t units, size_t first, size_t slots,
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

INLINE void backward(int width, size_t n, size_t stride, size_t slots, size_t affine_rows,
                     const int32_t *slot, const int32_t *affine, const float *own_weight,
                     const float *mixture_weight, const float *a, const float *mean,
                     const float *inverse, const float *gamma, const float *gate,
                     const float *dout, float *restrict sums, float *restrict dgamma,
                     float *restrict dbeta, float *restrict da) {
  /* Per slot, the sums over its cells of du and of du * xhat, as they stand in `sums`. */
  float *du_sum = sums, *dx_sum = sums + slots * stride;
  float offset[LANES] = {0}, slope[LANES] = {0};
  const float *mixture = mean + slots * stride;
  for (size_t p = 0; p < slots; p++)
    for (int j = 0; j < width; j++) du_sum[p * stride + j] = dx_sum[p * stride + j] = 0;
  for (size_t s = 0; s < affine_rows; s++)
    for (int j = 0; j < width; j++) dgamma[s * stride + j] = dbeta[s * stride + j] = 0;
  for (size_t i = 0; i < n; i++) {
    size_t p = slot[i] * stride;
    for (int j = 0; j < width; j++) {
      size_t k = i * stride + j;
      float du = dout[k] * gate[k];
      du_sum[p + j] += du;
      dx_sum[p + j] += du * ((a[k] - mean[p + j]) * inverse[p + j]);
    }
  }
  for (size_t p = 0; p < slots; p++) {
    size_t s = affine[p] * stride;
    for (int j = 0; j < width; j++) {
      size_t k = p * stride + j;
      dbeta[s + j] += du_sum[k];
      dgamma[s + j] += dx_sum[k];
      du_sum[k] *= gamma[s + j] * inverse[k];
      dx_sum[k] *= gamma[s + j] * inverse[k];
      float q = mixture_weight[p] * dx_sum[k] * inverse[k];
      slope[j] += q;
      offset[j] += mixture_weight[p] * du_sum[k] - q * (mean[k] - mixture[j]);
    }
  }
  for (size_t i = 0; i < n; i++) {
    size_t p = slot[i] * stride, s = affine[slot[i]] * stride;
    for (int j = 0; j < width; j++) {
      size_t k = i * stride + j;
      float xhat = (a[k] - mean[p + j]) * inverse[p + j];
      float own = own_weight[slot[i]] * (du_sum[p + j] + dx_sum[p + j] * xhat);
      float mixed = offset[j] + slope[j] * (a[k] - mixture[j]);
      da[k] = gamma[s + j] * inverse[p + j] * (dout[k] * gate[k]) - own - mixed;
    }
  }
}

CLONES void ck_source_norm_gradient(size_t n, size_t units, size_t first, size_t slots,
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

/* Layer norm is group norm with one group; `a` is replaced by its normalized values. */
CLONES void ck_group_norm(size_t n, size_t units, size_t groups, float epsilon, float *restrict a,
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

CLONES void ck_group_norm_gradient(size_t n, size_t units, size_t groups, const float *xhat,
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

CLONES void ck_affine_gradient(size_t n, size_t units, size_t first, size_t last,
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

CLONES void ck_rectify(size_t count, const float *a, const float *input, float *restrict gate,
                       float *restrict out) {
  for (size_t k = 0; k < count; k++) {
    gate[k] = a[k] > 0 ? gate[k] : 0;
    out[k] = input ? input[k] + a[k] * gate[k] : a[k] * gate[k];
  }
}

CLONES void ck_normalize(size_t n, size_t units, const float *a, const float *scale,
                         const float *shift, const int32_t *row, const float *input,
                         float *restrict out) {
  for (size_t i = 0; i < n; i++) {
    size_t s = row ? row[i] * units : 0;
    for (size_t j = 0; j < units; j++) {
      size_t k = i * units + j;
      float u = a[k] * scale[s + j] + shift[s + j];
      u = u > 0 ? u : 0;
      out[k] = input ? input[k] + u : u;
    }
  }
}
