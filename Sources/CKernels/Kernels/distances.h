
static size_t ck_places_up_to(size_t count, const float *values, float bound, int32_t first,
                              int32_t *places) {
  size_t found = 0, j = 0;
  lanes limit = ALL(bound);
  for (; j + LANES <= count; j += LANES) {
    /* Nearly all values are above the bound, so one test usually skips all sixteen. */
    if (!__builtin_reduce_or(LOAD(values + j) <= limit)) continue;
    for (size_t l = j; l < j + LANES; l++)
      if (values[l] <= bound) places[found++] = first + (int32_t)l;
  }
  for (; j < count; j++)
    if (values[j] <= bound) places[found++] = first + (int32_t)j;
  return found;
}

/* Float sums cover at most 256 numbers before they are added to the double sum. */
static double ck_sum_of_roots(size_t count, const float *values, float offset) {
  enum { PART = 16 * LANES };
  double total = 0;
  size_t j = 0;
  while (j + LANES <= count) {
    lanes sum = {};
    size_t end = count - j < PART ? count : j + PART;
    for (; j + LANES <= end; j += LANES) {
      lanes x = LOAD(values + j) + offset;
      sum += __builtin_elementwise_sqrt(SELECT(x > 0.0f, x, (lanes){}));
    }
    total += lanes_sum(&sum);
  }
  for (; j < count; j++) {
    float x = values[j] + offset;
    if (x > 0) total += __builtin_sqrtf(x);
  }
  return total;
}
