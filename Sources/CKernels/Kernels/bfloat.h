/* Products of factors rounded to bfloat16, with sums in float32, as the AMX instruction TDPBF16PS
   adds them: the inner index is cut into blocks of 32; in a block, the products of even and of odd
   positions are two chains of multiply-adds from zero; their sum is added to the result. Products
   are exact, sums are rounded to nearest even, and denormal numbers count as zero. */
enum { BLOCK = 32 };

/* Rounds to the nearest bfloat16; one that is denormal becomes zero. */
INLINE float bfloat(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if (x != x) bits |= 0x00400000;
  else bits += 0x7FFF + ((bits >> 16) & 1);
  bits &= (bits & 0x7F800000) == 0 ? 0x80000000 : 0xFFFF0000;
  memcpy(&x, &bits, sizeof bits);
  return x;
}

#if HAS_AMX
#include "amx.h"
#else

/* Factors are packed as floats without the lower 16 bits: the left one as rows (m, depth), the right
   one in panels of sixteen columns (n / 16, depth, 16). */
enum { BFLOAT_ROWS = HAS_WIDE_TILES ? 6 : 3 };

static void ck_bfloat_pack_left(size_t m, size_t k, const float *a, ptrdiff_t row_stride,
                            ptrdiff_t column_stride, size_t first, size_t padded, size_t depth,
                            float *left) {
  size_t end = first + k;
  for (size_t i = 0; i < m; i++) {
    const float *row = a + (ptrdiff_t)i * row_stride;
    float *out = left + i * depth;
    for (size_t p = first; p < end; p++)
      out[p] = bfloat(row[(ptrdiff_t)(p - first) * column_stride]);
    for (size_t p = end; p < padded; p++) out[p] = 0;
  }
}

static void ck_bfloat_pack_right(size_t k, size_t n, const float *b, ptrdiff_t row_stride,
                             ptrdiff_t column_stride, size_t first, size_t padded, size_t depth,
                             float *right) {
  size_t end = first + k;
  for (size_t j = 0; j < n; j += LANES) {
    size_t columns = n - j < LANES ? n - j : LANES;
    float *panel = right + j * depth;
    for (size_t p = first; p < padded; p++)
      for (size_t l = 0; l < LANES; l++)
        panel[p * LANES + l] =
            p < end && l < columns ? bfloat(b[(ptrdiff_t)(p - first) * row_stride +
                                              (ptrdiff_t)(j + l) * column_stride])
                                   : 0;
  }
}

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
                                                const float *left, const float *right, float *c,
                                                ptrdiff_t c_stride, int accumulate) {
  for (size_t j = 0; j < n; j += LANES) {
    size_t columns = n - j < LANES ? n - j : LANES, i = 0;
#define ROWS(count)                                                                           \
  if (columns == LANES)                                                                       \
    bfloat_tile(count, depth, left + i * depth, right + j * depth, c + (ptrdiff_t)i * c_stride + j, \
            c_stride, LANES, accumulate);                                                     \
  else                                                                                        \
    bfloat_tile(count, depth, left + i * depth, right + j * depth, c + (ptrdiff_t)i * c_stride + j, \
            c_stride, columns, accumulate)
    for (; i + BFLOAT_ROWS <= m; i += BFLOAT_ROWS) { ROWS(BFLOAT_ROWS); }
    for (; i < m; i++) { ROWS(1); }
#undef ROWS
  }
}

static void ck_bfloat_product(size_t m, size_t n, size_t depth, const float *left, const float *right,
                          float *c, ptrdiff_t c_stride, int accumulate) {
#if defined(__x86_64__)
  unsigned mode = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(mode | 0x8040); /* flush to zero, denormals are zero */
  bfloat_panels(m, n, depth, left, right, c, c_stride, accumulate);
  __builtin_ia32_ldmxcsr(mode);
#else
  bfloat_panels(m, n, depth, left, right, c, c_stride, accumulate);
#endif
}
#endif
