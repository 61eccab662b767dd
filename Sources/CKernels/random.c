#include <math.h>

#include "CKernels.h"
#include "lanes.h"

/* The numbers of SplitMix64: one addition and two multiplications each. */
INLINE uint64_t next(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

void ck_dropout(size_t count, uint64_t seed, float rate, float *out) {
  uint32_t threshold = (uint32_t)(rate * 65536.0f + 0.5f);
  float kept = 1 / (1 - (float)threshold / 65536.0f);
  for (size_t k = 0; k < count; k += 4) {
    uint64_t bits = next(&seed);
    for (size_t l = k; l < k + 4 && l < count; l++, bits >>= 16)
      out[l] = (bits & 0xFFFF) < threshold ? 0 : kept;
  }
}

/* Box and Muller: two uniform numbers give the radius and the angle of two normal ones. */
CLONES void ck_normals(size_t count, uint64_t seed, float *out) {
  for (size_t k = 0; k < count; k += 2 * LANES) {
    uint32_t bits[2 * LANES];
    for (size_t l = 0; l < 2 * LANES; l += 2) {
      uint64_t b = next(&seed);
      bits[l] = (uint32_t)b;
      bits[l + 1] = (uint32_t)(b >> 32);
    }
    /* (0, 1], so that the logarithm is finite */
    lanes u, turn, logarithm, root;
    for (int l = 0; l < LANES; l++) {
      u[l] = (float)((bits[l] >> 8) + 1) * 0x1p-24f;
      turn[l] = (float)(int32_t)(bits[LANES + l] >> 8) * 0x1p-24f;
    }
    lanes_log(&logarithm, &u);
    for (int l = 0; l < LANES; l++) root[l] = sqrtf(-2 * logarithm[l] > 0 ? -2 * logarithm[l] : 0);
    /* The angle is quarter * pi / 2 + r with |r| <= pi / 4. */
    lanes shifted = turn * 4.0f + 12582912.0f;
    lanes_int quarter = (lanes_int)shifted;
    lanes r = (turn * 4.0f - (shifted - 12582912.0f)) * 1.57079633f;
    lanes s = r * r;
    lanes sine = r + r * s * (-1.66666549e-1f + s * (8.33217814e-3f - s * 1.95172979e-4f));
    lanes cosine =
        1.0f - 0.5f * s + s * s * (4.16666469e-2f + s * (2.44384497e-5f * s - 1.38873675e-3f));
    lanes_int swapped = (quarter & 1) != 0;
    lanes c = SELECT(swapped, sine, cosine), d = SELECT(swapped, cosine, sine);
    c = SELECT(((quarter + 1) & 2) != 0, -c, c);
    d = SELECT((quarter & 2) != 0, -d, d);
    c *= root;
    d *= root;
    size_t rest = count - k;
    memcpy(out + k, &c, (rest < LANES ? rest : LANES) * sizeof(float));
    if (rest > LANES)
      memcpy(out + k + LANES, &d, (rest - LANES < LANES ? rest - LANES : LANES) * sizeof(float));
  }
}
