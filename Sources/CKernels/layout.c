#include "CKernels.h"
#include "lanes.h"

/* The numbers of SplitMix64, as in random.c. */
INLINE uint64_t next(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/* Sixteen cells as one cell sees them: the offsets to it, their square, and that to the power b. */
typedef struct {
  lanes dx, dy, square, power;
} sight;

INLINE void look(float x, float y, const lanes *ox, const lanes *oy, float b, sight *out) {
  out->dx = x - *ox;
  out->dy = y - *oy;
  out->square = out->dx * out->dx + out->dy * out->dy;
  /* The logarithm takes no zero; whoever lies in one place has no part in the sums anyway. */
  lanes logarithm = out->square + 1e-30f;
  lanes_log(&logarithm, &logarithm);
  logarithm *= b;
  lanes_exp(&out->power, &logarithm);
}

/* Adds weight * factor * offset, brought to +-limit before it is weighed. */
INLINE void add_limited(const lanes *weight, const lanes *factor, const lanes *offset, float limit,
                        lanes *sum) {
  lanes v = *factor * *offset;
  v = SELECT(v > -limit, v, (lanes){} - limit);
  v = SELECT(v < limit, v, (lanes){} + limit);
  *sum += *weight * v;
}

CLONES void ck_layout_gradient(size_t first, size_t last, size_t n, const ptrdiff_t *starts,
                               const int32_t *targets, const float *weights, float a, float b,
                               float limit, size_t draws, float repulsion, uint64_t seed,
                               const float *positions, float *gradient) {
  const lanes one = (lanes){} + 1.0f;
  for (size_t i = first; i < last; i++) {
    float x = positions[2 * i], y = positions[2 * i + 1];
    lanes pull_x = {}, pull_y = {}, sum = {};
    sight s;
    for (ptrdiff_t e = starts[i]; e < starts[i + 1]; e += LANES) {
      /* Lanes without a cell weigh nothing. */
      lanes ox = {}, oy = {}, weight = {};
      int width = starts[i + 1] - e < LANES ? (int)(starts[i + 1] - e) : LANES;
      for (int l = 0; l < width; l++) {
        const float *other = positions + 2 * (size_t)targets[e + l];
        ox[l] = other[0];
        oy[l] = other[1];
        weight[l] = weights[e + l];
      }
      look(x, y, &ox, &oy, b, &s);
      lanes factor = (2 * a * b) * s.power / ((s.square + 1e-30f) * (a * s.power + 1.0f));
      add_limited(&weight, &factor, &s.dx, limit, &pull_x);
      add_limited(&weight, &factor, &s.dy, limit, &pull_y);
      sum += weight;
    }
    lanes push_x = {}, push_y = {};
    /* Each cell has a stretch of the one stream of numbers for itself. */
    uint64_t state = seed + (uint64_t)i * (draws / 2) * 0x9E3779B97F4A7C15u;
    for (size_t m = 0; m < draws; m += LANES) {
      uint64_t bits[LANES / 2];
      uint32_t halves[LANES];
      for (int l = 0; l < LANES / 2; l++) bits[l] = next(&state);
      memcpy(halves, bits, sizeof bits);
      lanes ox, oy;
      for (int l = 0; l < LANES; l++) {
        const float *other = positions + 2 * (size_t)(((uint64_t)halves[l] * n) >> 32);
        ox[l] = other[0];
        oy[l] = other[1];
      }
      look(x, y, &ox, &oy, b, &s);
      lanes factor = (-2 * b) / ((s.square + 0.001f) * (a * s.power + 1.0f));
      add_limited(&one, &factor, &s.dx, limit, &push_x);
      add_limited(&one, &factor, &s.dy, limit, &push_y);
    }
    float scale = repulsion * lanes_sum(&sum) / (float)draws;
    gradient[2 * i] = 2 * lanes_sum(&pull_x) + scale * lanes_sum(&push_x);
    gradient[2 * i + 1] = 2 * lanes_sum(&pull_y) + scale * lanes_sum(&push_y);
  }
}
