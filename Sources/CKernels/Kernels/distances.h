
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

/* The number at `place` of `values` in ascending order: the largest that at most `place` values are
   below. Its bits are found from the highest on. Unlike quicksort's partition this has no branches
   that depend on the values. */
static float ck_smallest(size_t count, const float *values, size_t place) {
  int32_t found = INT32_MIN;
  for (int bit = 31; bit >= 0; bit--) {
    int32_t next = (int32_t)((uint32_t)found + (UINT32_C(1) << bit));
    if (next > 0x7F800000) continue; /* above infinity */
    /* As integers negative floats descend, so their other bits are inverted. */
    int32_t bits = next ^ ((next >> 31) & 0x7FFFFFFF);
    float bound;
    memcpy(&bound, &bits, sizeof bound);
    lanes limit = ALL(bound);
    lanes_int below = {};
    size_t j = 0, total = 0;
    for (; j + LANES <= count; j += LANES) below -= LOAD(values + j) < limit;
    for (int l = 0; l < LANES; l++) total += (size_t)below[l];
    for (; j < count; j++) total += values[j] < bound;
    if (total <= place) found = next;
  }
  found ^= (found >> 31) & 0x7FFFFFFF;
  float result;
  memcpy(&result, &found, sizeof result);
  return result;
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
