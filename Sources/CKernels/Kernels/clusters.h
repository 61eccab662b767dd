

typedef double lanes_double __attribute__((vector_size(128), aligned(8), may_alias));

INLINE void add_to_doubles(size_t count, const float *values, double *sums) {
  size_t k = 0;
  for (; k + LANES <= count; k += LANES)
    *(lanes_double *)(sums + k) += __builtin_convertvector(LOAD(values + k), lanes_double);
  for (; k < count; k++) sums[k] += values[k];
}

static double ck_soft_memberships(size_t rows, size_t clusters, float sharpness,
                                  const float *logs, float *values, double *held) {
  double objective = 0;
  for (size_t i = 0; i < rows; i++) {
    float *row = values + i * clusters;
    lanes largest = FMA(row[0], sharpness, logs[0]);
    for (size_t k = 0; k < clusters; k += LANES) {
      int width = clusters - k < LANES ? (int)(clusters - k) : LANES;
      lanes x, log_factor;
      lanes_load(&x, row + k, width);
      lanes_load(&log_factor, logs + k, width);
      x = FMA(x, sharpness, log_factor);
      lanes_store(row + k, &x, width);
      /* Fill the lanes beyond the end with a value of the row, which does not change the
         maximum. */
      if (width < LANES) {
        x = ALL(row[0]);
        memcpy(&x, row + k, width * sizeof(float));
      }
      largest = SELECT(x > largest, x, largest);
    }
    float most = largest[0];
    for (int l = 1; l < LANES; l++) most = largest[l] > most ? largest[l] : most;
    lanes total = {};
    for (size_t k = 0; k < clusters; k += LANES) {
      int width = clusters - k < LANES ? (int)(clusters - k) : LANES;
      lanes x, e;
      lanes_load(&x, row + k, width);
      x -= most;
      lanes_exp(&e, &x);
      lanes_store(row + k, &e, width);
      if (width < LANES) lanes_load(&e, row + k, width); /* zeros behind the end */
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
      weighted = FMA(x, log_factor, weighted);
    }
    add_to_doubles(clusters, row, held);
    /* R log R = R (log factor + sharpness * product - most) - R log sum */
    objective +=
        2 + 2 / (double)sharpness * ((double)lanes_sum(&weighted) - (double)most - real_log(sum));
  }
  return objective;
}
