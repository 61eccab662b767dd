
/* The coordinates of sixteen cells. */
INLINE void split(const float *pairs, lanes *x, lanes *y) {
  lanes low = LOAD(pairs), high = LOAD(pairs + LANES);
  *x = __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28,
                               30);
  *y = __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29,
                               31);
}

/* square^b. The logarithm needs a positive number; at distance zero the direction is undefined
   anyway. */
INLINE void raise(const lanes *square, float b, lanes *out) {
  lanes logarithm = *square + 1e-30f;
  lanes_log(&logarithm, &logarithm);
  logarithm *= b;
  lanes_exp(out, &logarithm);
}

/* Clamps v to +-limit. */
INLINE void confine(lanes *v, float limit) {
  *v = SELECT(*v > -limit, *v, ALL(-limit));
  *v = SELECT(*v < limit, *v, ALL(limit));
}

static void ck_layout_gradient(size_t first, size_t last, size_t n, const ptrdiff_t *starts,
                               const int32_t *targets, const float *weights,
                               const float *strengths, float a, float b, float limit,
                               size_t draws, uint64_t seed, const float *positions,
                               float *gradient) {
  for (size_t i = first; i < last; i += LANES) {
    size_t cells = last - i < LANES ? last - i : LANES;
    float own[2 * LANES] = {0};
    memcpy(own, positions + 2 * i, cells * 2 * sizeof(float));
    lanes x, y, push_x = {}, push_y = {};
    split(own, &x, &y);
    /* Sixteen cells share their draws, so that each drawn cell is looked up once. They use a
       separate part of the stream of numbers. */
    uint64_t state = seed + (uint64_t)(i / LANES) * (draws / 2) * 0x9E3779B97F4A7C15u;
    for (size_t m = 0; m < draws; m += 2) {
      uint64_t bits = next(&state);
      for (int half = 0; half < 2; half++, bits >>= 32) {
        const float *other = positions + 2 * (size_t)(((bits & 0xFFFFFFFFu) * n) >> 32);
        lanes dx = x - other[0], dy = y - other[1], square = FMA(dx, dx, dy * dy), power;
        raise(&square, b, &power);
        lanes factor = (-2 * b) / ((square + 0.001f) * FMA(a, power, 1.0f));
        dx *= factor;
        dy *= factor;
        confine(&dx, limit);
        confine(&dy, limit);
        push_x += dx;
        push_y += dy;
      }
    }
    float pushes[2 * LANES];
    STORE(pushes, push_x);
    STORE(pushes + LANES, push_y);
    for (size_t c = 0; c < cells; c++) {
      lanes pull_x = {}, pull_y = {};
      for (ptrdiff_t e = starts[i + c]; e < starts[i + c + 1]; e += LANES) {
        float others[2 * LANES];
        for (int l = 0; l < LANES; l++)
          memcpy(others + 2 * l, positions + 2 * (size_t)targets[e + l], 2 * sizeof(float));
        lanes ox, oy, power, weight = LOAD(weights + e);
        split(others, &ox, &oy);
        lanes dx = own[2 * c] - ox, dy = own[2 * c + 1] - oy, square = FMA(dx, dx, dy * dy);
        raise(&square, b, &power);
        lanes factor = (2 * a * b) * power / ((square + 1e-30f) * FMA(a, power, 1.0f));
        dx *= factor;
        dy *= factor;
        confine(&dx, limit);
        confine(&dy, limit);
        pull_x = FMA(weight, dx, pull_x);
        pull_y = FMA(weight, dy, pull_y);
      }
      float strength = strengths[i + c] / (float)draws;
      gradient[2 * (i + c)] = 2 * lanes_sum(&pull_x) + strength * pushes[c];
      gradient[2 * (i + c) + 1] = 2 * lanes_sum(&pull_y) + strength * pushes[LANES + c];
    }
  }
}
