/* Products of factors rounded to bfloat16, with sums in float32, as the AMX instruction TDPBF16PS
   adds them: the inner index is cut into blocks of 32; in a block, the products of even and of odd
   positions are two chains of multiply-adds from zero; their sum is added to the result. Products
   are exact, sums are rounded to nearest even, and denormal numbers count as zero.

   Both factors are packed by lines: rows of the left one, columns of the right one. The layout of
   sixteen lines is up to the unit that multiplies, BFLOAT_UNIT. */
enum { BLOCK = 32 };

/* The units: vectors of floats, the instruction VDPBF16PS, and AMX's tiles. */
#define BFLOAT_LANES 0
#define BFLOAT_DOT 1
#define BFLOAT_TILES 2

/* Rounds to the nearest bfloat16, in the upper halves of floats; one that is denormal becomes
   zero. */
INLINE void bfloat_round(lanes *x) {
  lanes_uint bits = (lanes_uint)*x, nan = (lanes_uint)(*x != *x);
  bits = (nan & (bits | 0x00400000)) | (~nan & (bits + 0x7FFF + ((bits >> 16) & 1)));
  lanes_uint zero = (lanes_uint)((bits & 0x7F800000) == 0);
  *x = (lanes)(bits & ((zero & 0x80000000) | (~zero & 0xFFFF0000)));
}

/* Exchanges lanes `step` apart between vectors `step` apart. */
#define EXCHANGE(step, low, high)                                    \
  _Pragma("clang loop unroll(full)")                                 \
  for (int i = 0; i < LANES; i++)                                    \
    if ((i & step) == 0) {                                           \
      lanes a = tile[i], b = tile[i + step];                         \
      tile[i] = __builtin_shufflevector(a, b, low);                  \
      tile[i + step] = __builtin_shufflevector(a, b, high);          \
    }
#define INDICES(...) __VA_ARGS__

/* Transposes sixteen vectors. */
INLINE void transpose(lanes *tile) {
  EXCHANGE(8, INDICES(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
           INDICES(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
  EXCHANGE(4, INDICES(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
           INDICES(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
  EXCHANGE(2, INDICES(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
           INDICES(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  EXCHANGE(1, INDICES(0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
           INDICES(1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
}

/* Loads `count` vectors of `width` numbers, followed by zeros, as sixteen vectors of sixteen. */
INLINE void load_tile(const float *a, ptrdiff_t stride, size_t count, ptrdiff_t lane_stride,
                      size_t width, lanes *tile) {
  if (lane_stride == 1 && width == LANES) {
    for (size_t i = 0; i < LANES; i++)
      tile[i] = i < count ? LOAD(a + (ptrdiff_t)i * stride) : (lanes){};
  } else if (stride == 1 && count == LANES) {
    for (size_t i = 0; i < LANES; i++)
      tile[i] = i < width ? LOAD(a + (ptrdiff_t)i * lane_stride) : (lanes){};
    transpose(tile);
  } else {
    for (size_t i = 0; i < LANES; i++) {
      float copy[LANES] = {0};
      for (size_t l = 0; i < count && l < width; l++)
        copy[l] = a[(ptrdiff_t)i * stride + (ptrdiff_t)l * lane_stride];
      tile[i] = LOAD(copy);
    }
  }
}

/* Runs a statement in the mode that takes denormal numbers, and results, for zero. */
#if defined(__x86_64__)
#define FLUSHING(statement)                                          \
  unsigned mode = __builtin_ia32_stmxcsr();                          \
  __builtin_ia32_ldmxcsr(mode | 0x8040);                             \
  statement;                                                         \
  __builtin_ia32_ldmxcsr(mode)
#else
#define FLUSHING(statement) statement
#endif

#if BFLOAT_UNIT == BFLOAT_LANES
#include "bfloat_lanes.h"
#elif BFLOAT_UNIT == BFLOAT_DOT
#include "bfloat_dot.h"
#else
#include "bfloat_tiles.h"
#endif

/* Packs by sixteen lines and sixteen inner positions. */
INLINE void bfloat_pack(int left, size_t lines, size_t k, const float *a, ptrdiff_t line_stride,
                        ptrdiff_t position_stride, size_t first, size_t padded, size_t depth,
                        float *packed) {
  size_t end = first + k;
  for (size_t line = 0; line < lines; line += LANES) {
    size_t count = lines - line < LANES ? lines - line : LANES;
    for (size_t p = first; p < padded; p += LANES) {
      size_t positions = p >= end ? 0 : end - p < LANES ? end - p : LANES;
      const float *from =
          a + (ptrdiff_t)line * line_stride + (ptrdiff_t)(p - first) * position_stride;
      lanes tile[LANES];
      if (left) load_tile(from, line_stride, count, position_stride, positions, tile);
      else load_tile(from, position_stride, positions, line_stride, count, tile);
      for (int i = 0; i < LANES; i++) bfloat_round(&tile[i]);
      if (left) store_left(tile, p, depth, packed + line * depth);
      else store_right(tile, p, packed + line * depth);
    }
  }
}

static void ck_bfloat_pack_left(size_t m, size_t k, const float *a, ptrdiff_t row_stride,
                                ptrdiff_t column_stride, size_t first, size_t padded,
                                size_t depth, float *left) {
  bfloat_pack(1, m, k, a, row_stride, column_stride, first, padded, depth, left);
}

static void ck_bfloat_pack_right(size_t k, size_t n, const float *b, ptrdiff_t row_stride,
                                 ptrdiff_t column_stride, size_t first, size_t padded,
                                 size_t depth, float *right) {
  bfloat_pack(0, n, k, b, column_stride, row_stride, first, padded, depth, right);
}
