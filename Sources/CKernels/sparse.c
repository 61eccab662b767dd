#include "CKernels.h"
#include "lanes.h"

/* Sums stay in registers for 64 columns at a time, then for 16, then for the rest. */
enum { WIDE = 4 };

/* out[0..<16 * blocks] += sum over the entries of value * the weight row's part */
INLINE void add_rows(int blocks, size_t entries, const uint16_t *columns, const float *values,
                     const float *weight, size_t width, float *out) {
  lanes sum[WIDE];
  for (int b = 0; b < blocks; b++) sum[b] = LOAD(out + b * LANES);
  for (size_t e = 0; e < entries; e++) {
    const float *row = weight + columns[e] * width;
    for (int b = 0; b < blocks; b++) sum[b] += values[e] * LOAD(row + b * LANES);
  }
  for (int b = 0; b < blocks; b++) STORE(out + b * LANES, sum[b]);
}

CLONES void ck_sparse_product(size_t n, const int32_t *starts, const uint16_t *columns,
                              const float *values, const float *weight, size_t width,
                              const float *bias, float *out) {
  for (size_t i = 0; i < n; i++) {
    size_t start = starts[i], entries = starts[i + 1] - starts[i];
    const uint16_t *c = columns + start;
    const float *v = values + start;
    float *row = out + i * width;
    if (bias) memcpy(row, bias, width * sizeof(float));
    else memset(row, 0, width * sizeof(float));
    size_t j = 0;
    for (; j + WIDE * LANES <= width; j += WIDE * LANES)
      add_rows(WIDE, entries, c, v, weight + j, width, row + j);
    for (; j + LANES <= width; j += LANES)
      add_rows(1, entries, c, v, weight + j, width, row + j);
    for (size_t e = 0; j < width && e < entries; e++)
      for (size_t l = j; l < width; l++) row[l] += v[e] * weight[c[e] * width + l];
  }
}

/* The first entry of an ascending row whose column is `column` or later. */
static size_t lower_bound(const uint16_t *columns, size_t low, size_t high, size_t column) {
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (columns[middle] < column) low = middle + 1;
    else high = middle;
  }
  return low;
}

CLONES void ck_sparse_gradient(size_t n, const int32_t *starts, const uint16_t *columns,
                               const float *values, const float *dout, size_t width,
                               size_t first, size_t last, float *dweight) {
  memset(dweight + first * width, 0, (last - first) * width * sizeof(float));
  for (size_t i = 0; i < n; i++) {
    const float *row = dout + i * width;
    size_t e = lower_bound(columns, starts[i], starts[i + 1], first);
    for (; e < (size_t)starts[i + 1] && columns[e] < last; e++) {
      float *out = dweight + columns[e] * width;
      size_t j = 0;
      for (; j + LANES <= width; j += LANES)
        STORE(out + j, LOAD(out + j) + values[e] * LOAD(row + j));
      for (; j < width; j++) out[j] += values[e] * row[j];
    }
  }
}
