#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "real.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* The tuning for x86-64-v4 would split vectors into halves. */
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,no-prefer-256-bit"))), \
                             apply_to = function)
#define HAS_WIDE_TILES 1
#define BFLOAT_UNIT BFLOAT_LANES
#include "Kernels/all.h"
#pragma clang attribute pop
#endif

const struct ck_kernels *ck_avx512_kernels(void) {
#if defined(__x86_64__)
  static const struct ck_kernels kernels = KERNELS;
  if (__builtin_cpu_supports("x86-64-v4")) return &kernels;
#endif
  return NULL;
}
