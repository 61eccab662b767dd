#include <math.h>

#include "CKernels.h"
#include "lanes.h"

typedef double lanes_double __attribute__((vector_size(128), aligned(8), may_alias));

INLINE void add_to_doubles(size_t count, const float *values, double *sums) {
  size_t k = 0;
  for (; k + LANES <= count; k += LANES)
    *(lanes_double *)(sums + k) += __builtin_convertvector(LOAD(values + k), lanes_double);
  for (; k < count; k++) sums[k] += values[k];
}

CLONES double ck_soft_memberships(size_t rows, size_t clusters, float sharpness,
                                  const float *factors, const float *logs, float *values,
                                  double *held) {
  double objective = 0;
  for (size_t i = 0; i < rows; i++) {
    float *row = values + i * clusters;
    lanes largest = (lanes){} + row[0];
    for (size_t k = 0; k < clusters; k += LANES) {
      /* Behind the end stands a value that is in the row anyway. */
      lanes x = (lanes){} + row[0];
      if (clusters - k >= LANES) x = LOAD(row + k);
      else memcpy(&x, row + k, (clusters - k) * sizeof(float));
      largest = SELECT(x > largest, x, largest);
    }
    float most = __builtin_reduce_max(largest);
    lanes total = {};
    for (size_t k = 0; k < clusters; k += LANES) {
      int width = clusters - k < LANES ? (int)(clusters - k) : LANES;
      lanes x, factor, e;
      lanes_load(&x, row + k, width);
      lanes_load(&factor, factors + k, width);
      x = (x - most) * sharpness;
      lanes_exp(&e, &x);
      e *= factor;
      lanes_store(row + k, &e, width);
      total += e;
    }
    float sum = lanes_sum(&total), scale = 1 / sum;
    lanes weighted = {};
    for (size_t k = 0; k < clusters; k += LANES) {
      int width = clusters - k < LANES ? (int)(clusters - k) : LANES;
      lanes x, log_factor;
      lanes_load(&x, row + k, width);
      lanes_load(&log_factor, logs + k, width);
      x *= scale;
      lanes_store(row + k, &x, width);
      weighted += x * log_factor;
    }
    add_to_doubles(clusters, row, held);
    /* R log R = R (log factor - sharpness (greatest - product)) - R log sum */
    objective += 2 * (1 - (double)most) +
                 2 / (double)sharpness * ((double)lanes_sum(&weighted) - log(sum));
  }
  return objective;
}
