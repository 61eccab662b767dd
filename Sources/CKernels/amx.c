#define _GNU_SOURCE
#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "real.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The tuning for x86-64-v4 would split vectors into halves. */
#pragma clang attribute push(                                                            \
    __attribute__((target("arch=x86-64-v4,no-prefer-256-bit,amx-tile,amx-bf16"))), \
    apply_to = function)
#define HAS_WIDE_TILES 1
#define BFLOAT_UNIT BFLOAT_TILES
#include "Kernels/all.h"
#pragma clang attribute pop

/* Whether the processor has tiles of bfloat16 and the system lets this process use them: Linux
   gives a process, with all its threads, their memory on request. */
static int has_amx(void) {
  enum { AMX_BF16 = 1 << 22, AMX_TILE = 1 << 24, REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  unsigned a, b, c, d;
  return __builtin_cpu_supports("x86-64-v4") && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
         (d & AMX_BF16) && (d & AMX_TILE) &&
         syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}
#endif

const struct ck_kernels *ck_amx_kernels(void) {
#if defined(__x86_64__) && defined(__linux__)
  static const struct ck_kernels kernels = KERNELS;
  /* Tiles that round otherwise than Intel's manual says would change results without a sign. */
  if (has_amx() && ck_bfloat_agrees(&kernels, ck_avx512_kernels())) return &kernels;
#endif
  return NULL;
}
