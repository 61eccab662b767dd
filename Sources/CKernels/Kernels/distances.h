
static size_t ck_places_up_to(size_t count, const float *values, float bound, int32_t first,
                              int32_t *places) {
  size_t found = 0, j = 0;
#if HAS_WIDE_TILES
  __m512 limit = _mm512_set1_ps(bound);
  __m512i place = _mm512_add_epi32(
      _mm512_set1_epi32(first),
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  for (; j + LANES <= count; j += LANES) {
    __mmask16 near = _mm512_cmp_ps_mask(_mm512_loadu_ps(values + j), limit, _CMP_LE_OQ);
    /* There is room for sixteen, because at most j were found before. */
    _mm512_storeu_si512(places + found, _mm512_maskz_compress_epi32(near, place));
    found += (size_t)__builtin_popcount(near);
    place = _mm512_add_epi32(place, _mm512_set1_epi32(LANES));
  }
#else
  lanes limit = ALL(bound);
  for (; j + LANES <= count; j += LANES) {
    /* Nearly all values are above the bound, so one test usually skips all sixteen. */
    if (!__builtin_reduce_or(LOAD(values + j) <= limit)) continue;
    for (size_t l = j; l < j + LANES; l++)
      if (values[l] <= bound) places[found++] = first + (int32_t)l;
  }
#endif
  for (; j < count; j++)
    if (values[j] <= bound) places[found++] = first + (int32_t)j;
  return found;
}

/* A number that orders floats as their values do, and its inverse. */
INLINE uint32_t order_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits ^ ((bits >> 31) ? UINT32_MAX : UINT32_C(1) << 31);
}

INLINE float of_order(uint32_t order) {
  uint32_t bits = order ^ ((order >> 31) ? UINT32_C(1) << 31 : UINT32_MAX);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* The smallest of the values that are not below `bound`. */
INLINE float least_from(size_t count, const float *values, float bound) {
  lanes least = ALL(INFINITY), limit = ALL(bound);
  size_t j = 0;
  float result = INFINITY;
  for (; j + LANES <= count; j += LANES) {
    lanes x = LOAD(values + j);
    least = SELECT((x < limit) | (x >= least), least, x);
  }
  for (int l = 0; l < LANES; l++)
    if (least[l] < result) result = least[l];
  for (; j < count; j++)
    if (!(values[j] < bound) && values[j] < result) result = values[j];
  return result;
}

/* The largest of all values. */
INLINE float largest(size_t count, const float *values) {
  lanes most = ALL(-INFINITY);
  size_t j = 0;
  float result = -INFINITY;
  for (; j + LANES <= count; j += LANES) {
    lanes x = LOAD(values + j);
    most = SELECT(x > most, x, most);
  }
  for (int l = 0; l < LANES; l++)
    if (most[l] > result) result = most[l];
  for (; j < count; j++)
    if (values[j] > result) result = values[j];
  return result;
}

INLINE size_t count_below(size_t count, const float *values, float bound) {
  lanes limit = ALL(bound);
  lanes_int below = {};
  size_t j = 0, total = 0;
  for (; j + LANES <= count; j += LANES) below -= LOAD(values + j) < limit;
  total = (size_t)__builtin_reduce_add(below);
  for (; j < count; j++) total += values[j] < bound;
  return total;
}

/* The number at `place` of `values` in ascending order. The bits of its place among all floats are
   found from the highest on that is not common to all, until one value is left. Unlike quicksort's
   partition this has no branches that depend on the values' order. */
static float ck_smallest(size_t count, const float *values, size_t place) {
  float least = least_from(count, values, -INFINITY);
  uint32_t first = order_of(least), differing = first ^ order_of(largest(count, values));
  /* Adding zero makes -0, which is not below 0, the same as 0. */
  if (differing == 0) return least + 0.0f;
  int bit = 31 - __builtin_clz(differing);
  /* Of all values `below` are before those whose order begins as `first`, and these are `within`. */
  first &= ~(uint32_t)((UINT64_C(2) << bit) - 1);
  size_t below = 0, within = count;
  for (; bit >= 0 && within > 1; bit--) {
    uint32_t middle = first | UINT32_C(1) << bit;
    if (middle > order_of(INFINITY)) continue;
    size_t under = count_below(count, values, of_order(middle)) - below;
    if (below + under <= place) {
      first = middle;
      below += under;
      within -= under;
    } else {
      within = under;
    }
  }
  return least_from(count, values, of_order(first)) + 0.0f;
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
