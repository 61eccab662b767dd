/* The packed factors of units that multiply pairs of bfloat16: for sixteen lines, blocks of 32
   inner positions, of which the left factor's are (16 lines, 16 pairs) and the right factor's (16
   pairs, 16 lines). They start where those of bfloat_lanes.h do, and take half their memory.

   Pairs 0 ..< 8 of a block hold its first sixteen positions. Of pair q modulo 8, UPPER(q) and
   LOWER(q) are the positions in the upper and in the lower half of the 32 bits. */
enum { PAIRS = BLOCK / 2, BLOCK_SIZE = PAIRS * LANES };

typedef uint32_t eight_uint __attribute__((vector_size(32), aligned(4), may_alias));

/* The place of position p in the packed lines. */
INLINE uint32_t *pairs_at(float *lines, size_t p) {
  return (uint32_t *)lines + p / BLOCK * BLOCK_SIZE;
}

#define EIGHT(f) f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7)

/* Stores sixteen rows' positions p ..< p + 16. */
INLINE void store_left(const lanes *tile, size_t p, size_t depth, float *rows) {
  (void)depth;
  uint32_t *block = pairs_at(rows, p) + p % BLOCK / 2;
  for (size_t i = 0; i < LANES; i++) {
    lanes_uint bits = (lanes_uint)tile[i];
    *(eight_uint *)(block + i * PAIRS) = __builtin_shufflevector(bits, bits, EIGHT(UPPER)) |
                                         __builtin_shufflevector(bits, bits, EIGHT(LOWER)) >> 16;
  }
}

/* Stores a panel's positions p ..< p + 16. */
INLINE void store_right(const lanes *tile, size_t p, float *panel) {
  uint32_t *block = pairs_at(panel, p) + p % BLOCK / 2 * LANES;
#pragma clang loop unroll(full)
  for (int q = 0; q < PAIRS / 2; q++)
    *(lanes_uint *)(block + q * LANES) =
        (lanes_uint)tile[UPPER(q)] | (lanes_uint)tile[LOWER(q)] >> 16;
}
