#include "CKernels.h"
#include "lanes.h"

typedef double lanes_double __attribute__((vector_size(128), aligned(8), may_alias));

INLINE void add_to_doubles(size_t count, const float *values, double *sums) {
  size_t k = 0;
  for (; k + LANES <= count; k += LANES)
    *(lanes_double *)(sums + k) += __builtin_convertvector(LOAD(values + k), lanes_double);
  for (; k < count; k++) sums[k] += values[k];
}

CLONES void ck_likeness(size_t rows, size_t clusters, float sharpness, float *products,
                        float *greatest) {
  for (size_t i = 0; i < rows; i++) {
    float *row = products + i * clusters;
    lanes largest = (lanes){} + row[0];
    for (size_t k = 0; k < clusters; k += LANES) {
      /* Behind the end stands a value that is in the row anyway. */
      lanes x = (lanes){} + row[0];
      if (clusters - k >= LANES) x = LOAD(row + k);
      else memcpy(&x, row + k, (clusters - k) * sizeof(float));
      largest = SELECT(x > largest, x, largest);
    }
    float most = __builtin_reduce_max(largest);
    greatest[i] = most;
    for (size_t k = 0; k < clusters; k += LANES) {
      int width = clusters - k < LANES ? (int)(clusters - k) : LANES;
      lanes x, e;
      lanes_load(&x, row + k, width);
      x = (x - most) * sharpness;
      lanes_exp(&e, &x);
      lanes_store(row + k, &e, width);
    }
  }
}

CLONES void ck_memberships(size_t clusters, const float *likeness, const float *factors,
                           const float *logs, float *memberships, double *held, float *sum,
                           float *mean_log) {
  lanes total = {};
  for (size_t k = 0; k < clusters; k += LANES) {
    int width = clusters - k < LANES ? (int)(clusters - k) : LANES;
    lanes x, factor;
    lanes_load(&x, likeness + k, width);
    lanes_load(&factor, factors + k, width);
    x *= factor;
    lanes_store(memberships + k, &x, width);
    total += x;
  }
  *sum = lanes_sum(&total);
  float scale = 1 / *sum;
  lanes weighted = {};
  for (size_t k = 0; k < clusters; k += LANES) {
    int width = clusters - k < LANES ? (int)(clusters - k) : LANES;
    lanes x, log;
    lanes_load(&x, memberships + k, width);
    lanes_load(&log, logs + k, width);
    x *= scale;
    lanes_store(memberships + k, &x, width);
    weighted += x * log;
  }
  *mean_log = lanes_sum(&weighted);
  add_to_doubles(clusters, memberships, held);
}

CLONES void ck_add_to_doubles(size_t count, const float *values, double *sums) {
  add_to_doubles(count, values, sums);
}
