/* The product of bfloat.h with vectors of floats. Factors are packed as floats without the lower
   16 bits: the left one as rows (m, depth), the right one in panels of sixteen columns (n / 16,
   depth, 16). */

/* Stores sixteen rows' positions p ..< p + 16. */
INLINE void store_left(const lanes *tile, size_t p, size_t depth, float *rows) {
  for (size_t i = 0; i < LANES; i++) STORE(rows + i * depth + p, tile[i]);
}

/* Stores a panel's positions p ..< p + 16. */
INLINE void store_right(const lanes *tile, size_t p, float *panel) {
  for (size_t i = 0; i < LANES; i++) STORE(panel + (p + i) * LANES, tile[i]);
}

enum { BFLOAT_ROWS = HAS_WIDE_TILES ? 6 : 3 };

INLINE void bfloat_tile(int rows, size_t depth, const float *left, const float *panel, float *c,
                        ptrdiff_t c_stride, size_t columns, int accumulate) {
  lanes sum[BFLOAT_ROWS];
  for (int i = 0; i < rows; i++) {
    sum[i] = (lanes){};
    if (accumulate) memcpy(&sum[i], c + i * c_stride, columns * sizeof(float));
  }
  for (size_t first = 0; first < depth; first += BLOCK) {
    lanes even[BFLOAT_ROWS], odd[BFLOAT_ROWS];
    for (int i = 0; i < rows; i++) even[i] = odd[i] = (lanes){};
    for (size_t p = first; p < first + BLOCK; p += 2) {
      lanes b = LOAD(panel + p * LANES), d = LOAD(panel + (p + 1) * LANES);
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; i++) {
        even[i] = FMA(left[i * depth + p], b, even[i]);
        odd[i] = FMA(left[i * depth + p + 1], d, odd[i]);
      }
    }
    for (int i = 0; i < rows; i++) sum[i] += even[i] + odd[i];
  }
  for (int i = 0; i < rows; i++) memcpy(c + i * c_stride, &sum[i], columns * sizeof(float));
}

/* Not inlined, so that no operation is moved across the changes of the processor's mode. */
__attribute__((noinline)) static void bfloat_panels(size_t m, size_t n, size_t depth,
                                                    const float *left, const float *right,
                                                    float *c, ptrdiff_t c_stride,
                                                    int accumulate) {
  for (size_t j = 0; j < n; j += LANES) {
    size_t columns = n - j < LANES ? n - j : LANES, i = 0;
#define ROWS(count)                                                                           \
  if (columns == LANES)                                                                       \
    bfloat_tile(count, depth, left + i * depth, right + j * depth, c + (ptrdiff_t)i * c_stride + j, \
                c_stride, LANES, accumulate);                                                 \
  else                                                                                        \
    bfloat_tile(count, depth, left + i * depth, right + j * depth, c + (ptrdiff_t)i * c_stride + j, \
                c_stride, columns, accumulate)
    for (; i + BFLOAT_ROWS <= m; i += BFLOAT_ROWS) { ROWS(BFLOAT_ROWS); }
    for (; i < m; i++) { ROWS(1); }
#undef ROWS
  }
}

static void ck_bfloat_product(size_t m, size_t n, size_t depth, const float *left,
                              const float *right, float *c, ptrdiff_t c_stride, int accumulate) {
  FLUSHING(bfloat_panels(m, n, depth, left, right, c, c_stride, accumulate));
}
