#include <string.h>

#include "CKernels.h"

/* More rows than two tiles, an incomplete tile, and an inner size that is no multiple of 32. */
enum { ROWS = 70, COLUMNS = 23, INNER = 45, DEPTH = 64, PADDED_ROWS = 80, PADDED_COLUMNS = 32 };

/* Numbers of both signs and many sizes, some of which are denormal in bfloat16. */
static void fill(float *out, size_t count, uint32_t seed) {
  for (size_t i = 0; i < count; i++) {
    seed = seed * 1664525u + 1013904223u;
    uint32_t exponent = i % 37 == 0 ? 0 : 90 + (seed >> 8) % 64;
    uint32_t bits = (seed & 0x80000000u) | exponent << 23 | (seed >> 4 & 0x7FFFFFu);
    memcpy(out + i, &bits, sizeof bits);
  }
}

static void product(const struct ck_kernels *kernels, const float *a, const float *b, float *c) {
  float left[PADDED_ROWS * DEPTH], right[PADDED_COLUMNS * DEPTH];
  kernels->bfloat_pack_left(ROWS, INNER, a, INNER, 1, 0, DEPTH, DEPTH, left);
  kernels->bfloat_pack_right(INNER, COLUMNS, b, COLUMNS, 1, 0, DEPTH, DEPTH, right);
  kernels->bfloat_product(ROWS, COLUMNS, DEPTH, left, right, c, COLUMNS, 0);
  kernels->bfloat_product(ROWS, COLUMNS, DEPTH, left, right, c, COLUMNS, 1);
}

int ck_bfloat_agrees(const struct ck_kernels *first, const struct ck_kernels *second) {
  float a[ROWS * INNER], b[INNER * COLUMNS], c[2][ROWS * COLUMNS];
  fill(a, ROWS * INNER, 1);
  fill(b, INNER * COLUMNS, 2);
  product(first, a, b, c[0]);
  product(second, a, b, c[1]);
  return memcmp(c[0], c[1], sizeof c[0]) == 0;
}
