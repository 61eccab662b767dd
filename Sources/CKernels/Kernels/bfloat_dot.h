/* The product of bfloat.h with VDPBF16PS, which adds the product of the upper halves and then that
   of the lower ones to one sum. So a pair holds two neighbours of one chain, of even positions in
   even pairs and of odd positions in odd ones. */
#define UPPER(q) ((q) / 2 * 4 + (q) % 2)
#define LOWER(q) (UPPER(q) + 2)
#include "bfloat_pairs.h"

enum { DOT_ROWS = 8 };

/* Eight packed rows, of which the first `rows` are stored. */
INLINE void dot_tile(size_t rows, size_t depth, const uint32_t *left, const uint32_t *panel,
                     float *c, ptrdiff_t c_stride, size_t columns, int accumulate) {
  __m512 sum[DOT_ROWS];
  for (size_t i = 0; i < DOT_ROWS; i++) {
    sum[i] = _mm512_setzero_ps();
    if (accumulate && i < rows)
      memcpy(&sum[i], c + (ptrdiff_t)i * c_stride, columns * sizeof(float));
  }
  for (size_t p = 0; p < depth; p += BLOCK, left += BLOCK_SIZE, panel += BLOCK_SIZE) {
    __m512 even[DOT_ROWS], odd[DOT_ROWS];
    for (int i = 0; i < DOT_ROWS; i++) even[i] = odd[i] = _mm512_setzero_ps();
    for (int q = 0; q < PAIRS; q += 2) {
      __m512bh b = (__m512bh)_mm512_loadu_si512(panel + q * LANES);
      __m512bh d = (__m512bh)_mm512_loadu_si512(panel + (q + 1) * LANES);
#pragma clang loop unroll(full)
      for (int i = 0; i < DOT_ROWS; i++) {
        const int *a = (const int *)left + i * PAIRS + q;
        even[i] = _mm512_dpbf16_ps(even[i], (__m512bh)_mm512_set1_epi32(a[0]), b);
        odd[i] = _mm512_dpbf16_ps(odd[i], (__m512bh)_mm512_set1_epi32(a[1]), d);
      }
    }
    for (int i = 0; i < DOT_ROWS; i++) sum[i] += even[i] + odd[i];
  }
  for (size_t i = 0; i < DOT_ROWS; i++)
    if (i < rows) memcpy(c + (ptrdiff_t)i * c_stride, &sum[i], columns * sizeof(float));
}

/* Not inlined, so that no operation is moved across the changes of the processor's mode. */
__attribute__((noinline)) static void dot_panels(size_t m, size_t n, size_t depth,
                                                 const float *left, const float *right, float *c,
                                                 ptrdiff_t c_stride, int accumulate) {
  for (size_t j = 0; j < n; j += LANES) {
    const uint32_t *panel = (const uint32_t *)(right + j * depth);
    for (size_t i = 0; i < m; i += DOT_ROWS) {
      const uint32_t *rows =
          (const uint32_t *)(left + i / LANES * LANES * depth) + i % LANES * PAIRS;
      float *target = c + (ptrdiff_t)i * c_stride + j;
      size_t count = m - i < DOT_ROWS ? m - i : DOT_ROWS;
      if (n - j >= LANES && count == DOT_ROWS)
        dot_tile(DOT_ROWS, depth, rows, panel, target, c_stride, LANES, accumulate);
      else
        dot_tile(count, depth, rows, panel, target, c_stride, n - j < LANES ? n - j : LANES,
                 accumulate);
    }
  }
}

static void ck_bfloat_product(size_t m, size_t n, size_t depth, const float *left,
                              const float *right, float *c, ptrdiff_t c_stride, int accumulate) {
  FLUSHING(dot_panels(m, n, depth, left, right, c, c_stride, accumulate));
}
