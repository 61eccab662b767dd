#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "real.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define HAS_WIDE_TILES 0
#define BFLOAT_UNIT BFLOAT_LANES
#include "Kernels/all.h"
#pragma clang attribute pop
#endif

const struct ck_kernels *ck_avx2_kernels(void) {
#if defined(__x86_64__)
  static const struct ck_kernels kernels = KERNELS;
  if (__builtin_cpu_supports("x86-64-v3")) return &kernels;
#endif
  return NULL;
}
