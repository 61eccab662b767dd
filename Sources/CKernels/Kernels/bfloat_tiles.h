/* The product of bfloat.h with AMX's tiles, which add up even and odd positions of a block
   themselves. */
#define UPPER(q) (2 * (q) + 1)
#define LOWER(q) (2 * (q))
#include "bfloat_pairs.h"

/* Four tiles of the result, one below the other, at most; the first `tiles` of them. */
INLINE void tile_column(int tiles, size_t depth, const float *left, const float *panel, float *c,
                        size_t stride, int accumulate) {
  size_t bytes = stride * sizeof(float);
  size_t next = LANES * depth; /* the next sixteen rows */
  if (accumulate) {
    _tile_loadd(0, c, bytes);
    if (tiles > 1) _tile_loadd(1, c + LANES * stride, bytes);
    if (tiles > 2) _tile_loadd(2, c + 2 * LANES * stride, bytes);
    if (tiles > 3) _tile_loadd(3, c + 3 * LANES * stride, bytes);
  } else {
    _tile_zero(0);
    if (tiles > 1) _tile_zero(1);
    if (tiles > 2) _tile_zero(2);
    if (tiles > 3) _tile_zero(3);
  }
  for (size_t p = 0; p < depth; p += BLOCK, left += BLOCK_SIZE, panel += BLOCK_SIZE) {
    _tile_loadd(4, panel, 64);
    _tile_loadd(5, left, 64);
    _tile_dpbf16ps(0, 5, 4);
    if (tiles > 1) {
      _tile_loadd(6, left + next, 64);
      _tile_dpbf16ps(1, 6, 4);
    }
    if (tiles > 2) {
      _tile_loadd(7, left + 2 * next, 64);
      _tile_dpbf16ps(2, 7, 4);
    }
    if (tiles > 3) {
      _tile_loadd(5, left + 3 * next, 64);
      _tile_dpbf16ps(3, 5, 4);
    }
  }
  _tile_stored(0, c, bytes);
  if (tiles > 1) _tile_stored(1, c + LANES * stride, bytes);
  if (tiles > 2) _tile_stored(2, c + 2 * LANES * stride, bytes);
  if (tiles > 3) _tile_stored(3, c + 3 * LANES * stride, bytes);
}

static void ck_bfloat_product(size_t m, size_t n, size_t depth, const float *left,
                              const float *right, float *c, ptrdiff_t c_stride, int accumulate) {
  static const struct {
    uint8_t palette, start, zeros[14];
    uint16_t bytes[16];
    uint8_t rows[16];
  } shape __attribute__((aligned(64))) = {
      1, 0, {0}, {64, 64, 64, 64, 64, 64, 64, 64}, {16, 16, 16, 16, 16, 16, 16, 16}};
  _tile_loadconfig(&shape);
  enum { MOST = 4 * LANES };
  for (size_t j = 0; j < n; j += LANES) {
    size_t columns = n - j < LANES ? n - j : LANES;
    const float *panel = right + j * depth;
    for (size_t i = 0; i < m; i += MOST) {
      size_t rows = m - i < MOST ? m - i : MOST;
      const float *a = left + i * depth;
      float *target = c + (ptrdiff_t)i * c_stride + j;
      /* Incomplete tiles are computed aside. */
      float aside[MOST * LANES];
      int direct = columns == LANES && rows % LANES == 0;
      float *sums = direct ? target : aside;
      size_t stride = direct ? (size_t)c_stride : LANES;
      if (!direct && accumulate) {
        memset(aside, 0, sizeof aside);
        for (size_t r = 0; r < rows; r++)
          memcpy(aside + r * LANES, target + (ptrdiff_t)r * c_stride, columns * sizeof(float));
      }
      switch ((rows + LANES - 1) / LANES) {
        case 1: tile_column(1, depth, a, panel, sums, stride, accumulate); break;
        case 2: tile_column(2, depth, a, panel, sums, stride, accumulate); break;
        case 3: tile_column(3, depth, a, panel, sums, stride, accumulate); break;
        default: tile_column(4, depth, a, panel, sums, stride, accumulate);
      }
      if (!direct)
        for (size_t r = 0; r < rows; r++)
          memcpy(target + (ptrdiff_t)r * c_stride, aside + r * LANES, columns * sizeof(float));
    }
  }
  _tile_release();
}
