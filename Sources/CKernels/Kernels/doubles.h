
/* Eight doubles at a time, for the small dense problems that need the precision. */
enum { EIGHT = 8, DOUBLE_TILE = 5 };

typedef double eight __attribute__((vector_size(64), aligned(8), may_alias));

#define EIGHT_LOAD(p) (*(const eight *)(p))
#define EIGHT_FMA(a, b, c) __builtin_elementwise_fma((a) - (eight){}, b, c)

INLINE void product_tile(int rows, size_t k, const double *a, ptrdiff_t row_stride,
                         ptrdiff_t column_stride, const double *b, ptrdiff_t b_stride, double *c,
                         ptrdiff_t c_stride, int accumulate) {
  eight sum[DOUBLE_TILE];
  for (int i = 0; i < rows; i++) sum[i] = accumulate ? EIGHT_LOAD(c + i * c_stride) : (eight){};
  for (size_t p = 0; p < k; p++) {
    eight row = EIGHT_LOAD(b + (ptrdiff_t)p * b_stride);
    const double *column = a + (ptrdiff_t)p * column_stride;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) sum[i] = EIGHT_FMA(column[i * row_stride], row, sum[i]);
  }
  for (int i = 0; i < rows; i++) *(eight *)(c + i * c_stride) = sum[i];
}

static void ck_double_product(size_t m, size_t n, size_t k, const double *a,
                              ptrdiff_t row_stride, ptrdiff_t column_stride, const double *b,
                              ptrdiff_t b_stride, double *c, ptrdiff_t c_stride,
                              int accumulate) {
  size_t whole = n - n % EIGHT;
  for (size_t j = 0; j < whole; j += EIGHT) {
    size_t i = 0;
#define ROWS(count)                                                                       \
  product_tile(count, k, a + (ptrdiff_t)i *row_stride, row_stride, column_stride, b + j,  \
               b_stride, c + (ptrdiff_t)i * c_stride + j, c_stride, accumulate)
    for (; i + DOUBLE_TILE <= m; i += DOUBLE_TILE) ROWS(DOUBLE_TILE);
    for (; i < m; i++) ROWS(1);
#undef ROWS
  }
  for (size_t i = 0; i < m; i++)
    for (size_t j = whole; j < n; j++) {
      double sum = accumulate ? c[(ptrdiff_t)i * c_stride + (ptrdiff_t)j] : 0;
      for (size_t p = 0; p < k; p++)
        sum = __builtin_fma(a[(ptrdiff_t)i * row_stride + (ptrdiff_t)p * column_stride],
                            b[(ptrdiff_t)p * b_stride + (ptrdiff_t)j], sum);
      c[(ptrdiff_t)i * c_stride + (ptrdiff_t)j] = sum;
    }
}

/* The sum of all eight, added by halves, so that its order is the same on every processor. */
INLINE double eight_sum(const eight *all) {
  eight v = *all;
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

static void ck_double_dots(size_t m, size_t n, size_t k, const double *a, ptrdiff_t a_stride,
                           const double *b, ptrdiff_t b_stride, double *c) {
  size_t whole = k - k % EIGHT;
  for (size_t i = 0; i < m; i++) {
    const double *x = a + (ptrdiff_t)i * a_stride;
    for (size_t j = 0; j < n; j++) {
      const double *y = b + (ptrdiff_t)j * b_stride;
      eight even = {}, odd = {};
      size_t p = 0;
      for (; p + 2 * EIGHT <= whole; p += 2 * EIGHT) {
        even = EIGHT_FMA(EIGHT_LOAD(x + p), EIGHT_LOAD(y + p), even);
        odd = EIGHT_FMA(EIGHT_LOAD(x + p + EIGHT), EIGHT_LOAD(y + p + EIGHT), odd);
      }
      for (; p < whole; p += EIGHT) even = EIGHT_FMA(EIGHT_LOAD(x + p), EIGHT_LOAD(y + p), even);
      even += odd;
      double sum = eight_sum(&even);
      for (; p < k; p++) sum = __builtin_fma(x[p], y[p], sum);
      c[i * n + j] = sum;
    }
  }
}

static void ck_double_add(size_t count, double factor, const double *x, double *y) {
  for (size_t j = 0; j < count; j++) y[j] = __builtin_fma(factor, x[j], y[j]);
}

static void ck_double_rotate(size_t count, double cosine, double sine, double *x, double *y) {
  for (size_t j = 0; j < count; j++) {
    double p = x[j], q = y[j];
    x[j] = __builtin_fma(cosine, p, -(sine * q));
    y[j] = __builtin_fma(sine, p, cosine * q);
  }
}
