
/* Products by tiles: some rows and sixteen columns of the result, or twice sixteen, stay in
   registers during the loop over the inner index. The right factor is packed in panels of sixteen
   columns. The left one has any two strides, because single numbers of it are broadcast to the
   lanes. Each number of the result is one chain of multiply-adds over the inner index, so it does
   not depend on the split into tiles. */

/* The larger tile, and the one of two panels, need the 32 registers of AVX-512 (HAS_WIDE_TILES).
   Two panels take half as many loads of the left factor. */
enum { TILE = 6, WIDE_TILE = 12, MOST_PANELS = HAS_WIDE_TILES ? 2 : 1 };

/* The columns of the last panel that are in the result are `columns`; the panels of the result lie
   `c_panel` apart. */
INLINE void tile(int rows, int panels, size_t k, const float *a, ptrdiff_t row_stride,
                 ptrdiff_t column_stride, const float *panel, float *c, ptrdiff_t c_stride,
                 ptrdiff_t c_panel, int columns, int accumulate) {
  lanes sum[MOST_PANELS][WIDE_TILE];
  for (int j = 0; j < panels; j++)
    for (int i = 0; i < rows; i++) {
      lanes before = {};
      if (accumulate)
        lanes_load(&before, c + j * c_panel + i * c_stride, j < panels - 1 ? LANES : columns);
      sum[j][i] = before;
    }
  for (size_t p = 0; p < k; p++) {
    lanes b[MOST_PANELS];
    for (int j = 0; j < panels; j++) b[j] = LOAD(panel + (j * k + p) * LANES);
    const float *column = a + (ptrdiff_t)p * column_stride;
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      lanes x = ALL(column[i * row_stride]);
      for (int j = 0; j < panels; j++) sum[j][i] = FMA(x, b[j], sum[j][i]);
    }
  }
  for (int j = 0; j < panels; j++)
    for (int i = 0; i < rows; i++) {
      lanes after = sum[j][i];
      lanes_store(c + j * c_panel + i * c_stride, &after, j < panels - 1 ? LANES : columns);
    }
}

INLINE void panel_product(int panels, size_t m, size_t k, const float *a, ptrdiff_t row_stride,
                          ptrdiff_t column_stride, const float *panel, float *c,
                          ptrdiff_t c_stride, ptrdiff_t c_panel, int columns, int accumulate) {
#define ROWS(count)                                                                           \
  tile(count, panels, k, a + (ptrdiff_t)i *row_stride, row_stride, column_stride, panel,      \
       c + (ptrdiff_t)i * c_stride, c_stride, c_panel, columns, accumulate)
  size_t i = 0;
  if (HAS_WIDE_TILES)
    for (; i + WIDE_TILE <= m; i += WIDE_TILE) ROWS(WIDE_TILE);
  for (; i + TILE <= m; i += TILE) ROWS(TILE);
  switch (m - i) {
    case 5: ROWS(5); break;
    case 4: ROWS(4); break;
    case 3: ROWS(3); break;
    case 2: ROWS(2); break;
    case 1: ROWS(1); break;
  }
#undef ROWS
}

static void ck_product(size_t m, size_t n, size_t k, const float *a, ptrdiff_t row_stride,
                       ptrdiff_t column_stride, const float *panels, float *c, ptrdiff_t c_stride,
                       ptrdiff_t c_panel, int accumulate) {
#define PANELS(count, columns)                                                                \
  panel_product(count, m, k, a, row_stride, column_stride, panels + j * k,                    \
                c + (ptrdiff_t)(j / LANES) * c_panel, c_stride, c_panel, columns, accumulate)
  size_t j = 0;
  for (; j + MOST_PANELS * LANES <= n; j += MOST_PANELS * LANES) PANELS(MOST_PANELS, LANES);
  int rest = (int)(n - j);
  if (rest > LANES) PANELS(MOST_PANELS, rest - LANES);
  else if (rest == LANES) PANELS(1, LANES);
  else if (rest > 0) PANELS(1, rest);
#undef PANELS
}

static void ck_pack(size_t k, size_t n, const float *b, ptrdiff_t row_stride, ptrdiff_t column_stride,
             float *panels) {
  for (size_t j = 0; j < n; j += LANES) {
    size_t columns = n - j < LANES ? n - j : LANES;
    float *panel = panels + j * k;
    for (size_t p = 0; p < k; p++) {
      const float *row = b + (ptrdiff_t)p * row_stride + (ptrdiff_t)j * column_stride;
      if (column_stride == 1 && columns == LANES) memcpy(panel, row, LANES * sizeof(float));
      else {
        for (size_t l = 0; l < columns; l++) panel[l] = row[(ptrdiff_t)l * column_stride];
        for (size_t l = columns; l < LANES; l++) panel[l] = 0;
      }
      panel += LANES;
    }
  }
}

static void ck_mirror(size_t first, size_t last, size_t side, float *c) {
  for (size_t j = first; j < side; j += LANES) {
    size_t end = side - j < LANES ? side : j + LANES;
    for (size_t i = first; i < last; i++)
      for (size_t l = j > i + 1 ? j : i + 1; l < end; l++) c[l * side + i] = c[i * side + l];
  }
}

/* One tile of a product whose inner index runs over cells in shards of sixteen lanes. */
INLINE void shard_tile(int rows, size_t shards, size_t shard_stride, const float *a,
                       const float *panel, float *c, ptrdiff_t c_stride, size_t columns) {
  lanes sum[WIDE_TILE];
  for (int i = 0; i < rows; i++) sum[i] = (lanes){};
  for (size_t s = 0; s < shards; s++)
    for (int p = 0; p < LANES; p++) {
      lanes b = LOAD(panel + (s * LANES + p) * LANES);
      const float *column = a + s * shard_stride + p;
#pragma clang loop unroll(full)
      for (int i = 0; i < rows; i++) sum[i] = FMA(column[i * LANES], b, sum[i]);
    }
  for (int i = 0; i < rows; i++) {
    if (columns == LANES) STORE(c + i * c_stride, sum[i]);
    else memcpy(c + i * c_stride, &sum[i], columns * sizeof(float));
  }
}

static void ck_shard_product(size_t shards, size_t f, size_t first, size_t last,
                             const float *gradient, const float *panels, size_t width,
                             float *dweight) {
#define ROWS(count)                                                                        \
  for (size_t j = 0; j < width; j += LANES)                                                \
  shard_tile(count, shards, f * LANES, gradient + g * LANES, panels + j * shards * LANES,  \
             dweight + g * width + j, (ptrdiff_t)width, width - j < LANES ? width - j : LANES)
  size_t g = first;
  if (HAS_WIDE_TILES)
    for (; g + WIDE_TILE <= last; g += WIDE_TILE) ROWS(WIDE_TILE);
  for (; g + TILE <= last; g += TILE) ROWS(TILE);
  for (; g < last; g++) ROWS(1);
#undef ROWS
}

static void ck_pack_cells(size_t cells, size_t width, const float *rows, size_t padded, float *panels) {
  for (size_t j = 0; j < width; j += LANES) {
    size_t columns = width - j < LANES ? width - j : LANES;
    float *panel = panels + j * padded;
    memset(panel, 0, LANES * LANES * sizeof(float));
    for (size_t i = 0; i < cells; i++)
      memcpy(panel + i * LANES, rows + i * width + j, columns * sizeof(float));
  }
}
