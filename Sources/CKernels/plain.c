#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "real.h"

/* Kernels for any processor. Where it has no fused multiply-add, that of the C library rounds
   alike, but takes many times as long. */
#define HAS_WIDE_TILES 0
#define BFLOAT_UNIT BFLOAT_LANES
#include "Kernels/all.h"

const struct ck_kernels *ck_plain_kernels(void) {
  static const struct ck_kernels kernels = KERNELS;
  return &kernels;
}
