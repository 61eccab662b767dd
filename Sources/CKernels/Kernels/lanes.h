/* Sixteen floats at a time: one AVX-512 register, two AVX registers, or four SSE or NEON
   registers. The compiler splits them for the target, so every kernel is written once. */

/* A function inlined into a kernel is compiled for the kernel's instruction set. */
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 16 };

/* Loads and stores need no alignment, because rows start at any address. */
typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t lanes_int __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint32_t lanes_uint __attribute__((vector_size(64), aligned(4), may_alias));

#define LOAD(p) (*(const lanes *)(p))
#define STORE(p, v) (*(lanes *)(p) = (v))

/* All lanes x, or the vector x itself. Subtracting zero changes no number, not even -0. */
#define ALL(x) ((x) - (lanes){})

/* a * b + c with one rounding. The compiler may fuse nothing else, so that all instruction sets and
   all builds round alike. Each of the three may be a vector or a number. */
#pragma clang fp contract(off)
#define FMA(a, b, c) __builtin_elementwise_fma(ALL(a), ALL(b), ALL(c))

/* `yes` if the comparison is true, else `no`. */
#define SELECT(condition, yes, no) \
  ((lanes)(((condition) & (lanes_int)(yes)) | (~(condition) & (lanes_int)(no))))

/* Loads and stores the first `width` floats, followed by zeros. A constant width of LANES costs
   nothing. */
INLINE void lanes_load(lanes *out, const float *p, int width) {
  if (width == LANES) {
    *out = LOAD(p);
  } else {
    *out = (lanes){};
    memcpy(out, p, width * sizeof(float));
  }
}

INLINE void lanes_store(float *p, const lanes *v, int width) {
  if (width == LANES) STORE(p, *v);
  else memcpy(p, v, width * sizeof(float));
}

/* The sum of all lanes, added by halves, so that its order is the same on every processor. */
INLINE float lanes_sum(const lanes *v) {
  typedef float half __attribute__((vector_size(32)));
  typedef float quarter __attribute__((vector_size(16)));
  half h = __builtin_shufflevector(*v, *v, 0, 1, 2, 3, 4, 5, 6, 7) +
           __builtin_shufflevector(*v, *v, 8, 9, 10, 11, 12, 13, 14, 15);
  quarter q =
      __builtin_shufflevector(h, h, 0, 1, 2, 3) + __builtin_shufflevector(h, h, 4, 5, 6, 7);
  return (q[0] + q[2]) + (q[1] + q[3]);
}

/* Polynomials are summed by halves, which gives shorter dependency chains than term by term. */

/* e^x for x clamped to [-87, 88]; relative error below 3e-7. */
INLINE void lanes_exp(lanes *out, const lanes *in) {
  lanes x = *in;
  x = SELECT(x > -87.0f, x, ALL(-87.0f));
  x = SELECT(x < 88.0f, x, ALL(88.0f));
  /* x = n log 2 + r; adding 1.5 * 2^23 rounds to a whole number in the low bits. */
  lanes shifted = FMA(x, 1.44269504f, 12582912.0f);
  lanes n = shifted - 12582912.0f;
  lanes r = FMA(-n, 0.693147182f, x);
  lanes r2 = r * r;
  lanes low = FMA(1.66665196e-1f, r, 4.99999940e-1f);
  lanes high = FMA(8.36878084e-3f, r, 4.16683927e-2f);
  lanes p = FMA(FMA(1.38144649e-3f, r2, high), r2, low);
  p = FMA(p, r2, r + 1.0f);
  lanes_int power = ((lanes_int)shifted - 0x4B400000 + 127) << 23;
  *out = p * (lanes)power;
}

/* log x for normal positive x; the error is below 1.2e-7 of the larger of 1 and the result. */
INLINE void lanes_log(lanes *out, const lanes *in) {
  /* x = 2^n (1 + r) with 1 + r between the square roots of one half and of two. */
  lanes_int bits = (lanes_int)*in - 0x3F3504F3;
  lanes n = __builtin_convertvector(bits >> 23, lanes);
  lanes r = (lanes)((bits & 0x007FFFFF) + 0x3F3504F3) - 1.0f;
  lanes r2 = r * r, r4 = r2 * r2;
  lanes low = FMA(FMA(-1.66233569e-1f, r, 2.00012267e-1f), r2,
                  FMA(-2.50008225e-1f, r, 3.33333313e-1f));
  lanes high = FMA(FMA(-7.63442963e-2f, r, 1.27615497e-1f), r2,
                   FMA(-1.31601945e-1f, r, 1.42017618e-1f));
  lanes p = FMA(high, r4, low);
  *out = FMA(n, 0.693147182f, FMA(FMA(p, r, -0.5f), r2, r));
}

/* The numbers of SplitMix64: one addition and two multiplications each. */
INLINE uint64_t next(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}
