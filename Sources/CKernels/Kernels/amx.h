/* The kernels of bfloat.h with AMX's tiles. Sixteen rows of the left factor are packed in tiles
   (depth / 32, 16, 32) of bfloat16, sixteen columns of the right one in tiles (depth / 32, 16, 16,
   2), which hold pairs of rows of a column. They start where those of bfloat.h do, and take half
   their memory. */

enum { TILE_ROWS = 16, TILE_SIZE = TILE_ROWS * BLOCK };

INLINE uint16_t upper_half(float x) {
  uint32_t bits;
  x = bfloat(x);
  memcpy(&bits, &x, sizeof bits);
  return (uint16_t)(bits >> 16);
}

static void ck_bfloat_pack_left(size_t m, size_t k, const float *a, ptrdiff_t row_stride,
                                ptrdiff_t column_stride, size_t first, size_t padded, size_t depth,
                             float *left) {
  size_t end = first + k;
  size_t rows = (m + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS;
  for (size_t i = 0; i < rows; i++) {
    uint16_t *row =
        (uint16_t *)(left + i / TILE_ROWS * TILE_ROWS * depth) + i % TILE_ROWS * BLOCK;
    for (size_t p = first; p < padded; p++)
      row[p / BLOCK * TILE_SIZE + p % BLOCK] =
          i < m && p < end ? upper_half(a[(ptrdiff_t)i * row_stride +
                                          (ptrdiff_t)(p - first) * column_stride])
                           : 0;
  }
}

static void ck_bfloat_pack_right(size_t k, size_t n, const float *b, ptrdiff_t row_stride,
                              ptrdiff_t column_stride, size_t first, size_t padded, size_t depth,
                              float *right) {
  size_t end = first + k;
  for (size_t j = 0; j < n; j += LANES) {
    uint16_t *panel = (uint16_t *)(right + j * depth);
    for (size_t p = first; p < padded; p++)
      for (size_t l = 0; l < LANES; l++)
        panel[p / 2 * 2 * LANES + 2 * l + p % 2] =
            p < end && j + l < n ? upper_half(b[(ptrdiff_t)(p - first) * row_stride +
                                                (ptrdiff_t)(j + l) * column_stride])
                                 : 0;
  }
}

/* Four tiles of the result, one below the other, at most; the first `tiles` of them. */
INLINE void amx_column(int tiles, size_t depth, const uint16_t *left, const uint16_t *panel,
                       float *c, size_t stride) {
  size_t bytes = stride * sizeof(float);
  size_t next = 2 * TILE_ROWS * depth; /* the next sixteen rows */
  _tile_loadd(0, c, bytes);
  if (tiles > 1) _tile_loadd(1, c + TILE_ROWS * stride, bytes);
  if (tiles > 2) _tile_loadd(2, c + 2 * TILE_ROWS * stride, bytes);
  if (tiles > 3) _tile_loadd(3, c + 3 * TILE_ROWS * stride, bytes);
  for (size_t p = 0; p < depth; p += BLOCK) {
    const uint16_t *a = left + p / BLOCK * TILE_SIZE;
    _tile_loadd(4, panel + p * LANES, 64);
    _tile_loadd(5, a, 64);
    _tile_dpbf16ps(0, 5, 4);
    if (tiles > 1) {
      _tile_loadd(6, a + next, 64);
      _tile_dpbf16ps(1, 6, 4);
    }
    if (tiles > 2) {
      _tile_loadd(7, a + 2 * next, 64);
      _tile_dpbf16ps(2, 7, 4);
    }
    if (tiles > 3) {
      _tile_loadd(5, a + 3 * next, 64);
      _tile_dpbf16ps(3, 5, 4);
    }
  }
  _tile_stored(0, c, bytes);
  if (tiles > 1) _tile_stored(1, c + TILE_ROWS * stride, bytes);
  if (tiles > 2) _tile_stored(2, c + 2 * TILE_ROWS * stride, bytes);
  if (tiles > 3) _tile_stored(3, c + 3 * TILE_ROWS * stride, bytes);
}

static void ck_bfloat_product(size_t m, size_t n, size_t depth, const float *left, const float *right,
                           float *c, ptrdiff_t c_stride, int accumulate) {
  static const struct {
    uint8_t palette, start, zeros[14];
    uint16_t bytes[16];
    uint8_t rows[16];
  } shape __attribute__((aligned(64))) = {
      1, 0, {0}, {64, 64, 64, 64, 64, 64, 64, 64}, {16, 16, 16, 16, 16, 16, 16, 16}};
  _tile_loadconfig(&shape);
  enum { MOST = 4 * TILE_ROWS };
  for (size_t j = 0; j < n; j += LANES) {
    size_t columns = n - j < LANES ? n - j : LANES;
    const uint16_t *panel = (const uint16_t *)(right + j * depth);
    for (size_t i = 0; i < m; i += MOST) {
      size_t rows = m - i < MOST ? m - i : MOST;
      const uint16_t *a = (const uint16_t *)(left + i * depth);
      float *target = c + (ptrdiff_t)i * c_stride + j;
      /* Edges, and results that start from zero, are computed aside. */
      float aside[MOST * LANES];
      int direct = accumulate && columns == LANES && rows % TILE_ROWS == 0;
      float *sums = direct ? target : aside;
      size_t stride = direct ? (size_t)c_stride : LANES;
      if (!direct) {
        memset(aside, 0, sizeof aside);
        if (accumulate)
          for (size_t r = 0; r < rows; r++)
            memcpy(aside + r * LANES, target + (ptrdiff_t)r * c_stride, columns * sizeof(float));
      }
      switch ((rows + TILE_ROWS - 1) / TILE_ROWS) {
        case 1: amx_column(1, depth, a, panel, sums, stride); break;
        case 2: amx_column(2, depth, a, panel, sums, stride); break;
        case 3: amx_column(3, depth, a, panel, sums, stride); break;
        default: amx_column(4, depth, a, panel, sums, stride);
      }
      if (!direct)
        for (size_t r = 0; r < rows; r++)
          memcpy(target + (ptrdiff_t)r * c_stride, aside + r * LANES, columns * sizeof(float));
    }
  }
  _tile_release();
}
