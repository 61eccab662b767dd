#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "real.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

/* The tuning for x86-64-v4 would split vectors into halves. */
#pragma clang attribute push(                                                   \
    __attribute__((target("arch=x86-64-v4,no-prefer-256-bit,avx512bf16"))), \
    apply_to = function)
#define HAS_WIDE_TILES 1
#define BFLOAT_UNIT BFLOAT_DOT
#include "Kernels/all.h"
#pragma clang attribute pop

static int has_bf16(void) {
  enum { AVX512_BF16 = 1 << 5 };
  unsigned a, b, c, d;
  return __builtin_cpu_supports("x86-64-v4") && __get_cpuid_count(7, 1, &a, &b, &c, &d) &&
         (a & AVX512_BF16);
}
#endif

const struct ck_kernels *ck_avx512bf16_kernels(void) {
#if defined(__x86_64__)
  static const struct ck_kernels kernels = KERNELS;
  /* A processor that adds in another order would change results without a sign. */
  if (has_bf16() && ck_bfloat_agrees(&kernels, ck_avx512_kernels())) return &kernels;
#endif
  return NULL;
}

int ck_bfloat_dot_is_fast(void) {
#if defined(__x86_64__)
  /* Intel's processors take 1.6 times as long for VDPBF16PS as for the two multiply-adds. On AMD's a
     training with it takes 0.7 to 0.8 times as long. */
  return __builtin_cpu_is("amd");
#else
  return 0;
#endif
}
