#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Sixteen floats at a time: one AVX-512 register, two AVX registers, or four SSE or NEON
   registers. The compiler splits them for the target, so every kernel is written once. */

/* One copy of the function per generation of x86-64 processors, selected when the program is
   loaded. A list of features ("avx2,fma") would make a copy per feature, but none with both. */
#if defined(__x86_64__) && defined(__ELF__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

/* A function inlined into a clone is compiled for the clone's processor. */
#define INLINE static inline __attribute__((always_inline))

/* A product and a following sum become one instruction if the processor has one. */
#pragma clang fp contract(fast)

enum { LANES = 16 };

/* Loads and stores need no alignment, because rows start at any address. */
typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t lanes_int __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint32_t lanes_uint __attribute__((vector_size(64), aligned(4), may_alias));

#define LOAD(p) (*(const lanes *)(p))
#define STORE(p, v) (*(lanes *)(p) = (v))

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
  x = SELECT(x > -87.0f, x, (lanes){} - 87.0f);
  x = SELECT(x < 88.0f, x, (lanes){} + 88.0f);
  /* x = n log 2 + r; adding 1.5 * 2^23 rounds to a whole number in the low bits. */
  lanes shifted = x * 1.44269504f + 12582912.0f;
  lanes n = shifted - 12582912.0f;
  lanes r = x - n * 0.693147182f;
  lanes r2 = r * r;
  lanes low = 1.66665196e-1f * r + 4.99999940e-1f;
  lanes high = 8.36878084e-3f * r + 4.16683927e-2f;
  lanes p = (1.38144649e-3f * r2 + high) * r2 + low;
  p = p * r2 + (r + 1.0f);
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
  lanes low = (-1.66233569e-1f * r + 2.00012267e-1f) * r2 + (-2.50008225e-1f * r + 3.33333313e-1f);
  lanes high = (-7.63442963e-2f * r + 1.27615497e-1f) * r2 + (-1.31601945e-1f * r + 1.42017618e-1f);
  lanes p = high * r4 + low;
  *out = ((p * r - 0.5f) * r2 + r) + n * 0.693147182f;
}
