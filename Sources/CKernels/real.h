#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Logarithms and exponentials in double precision. The C library's can differ in the last bit
   between versions and processors; these consist of additions, multiplications and divisions, each
   rounded on its own, so their bytes are the same everywhere. */
#pragma clang fp contract(off)

#define LOG2_HIGH 0x1.62e42feep-1 /* 32 bits of log 2, so that a multiple of it is exact */
#define LOG2_LOW 0x1.a39ef35793c76p-33

static inline double real_from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* log x; the error is below 1 unit in the last place. */
static inline double real_log(double x) {
  if (!(x > 0)) return x == 0 ? -INFINITY : NAN;
  if (x == INFINITY) return x;
  int64_t n = 0, bits;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    n = -54;
  }
  /* x = 2^n (1 + f) with 1 + f between the square roots of one half and of two. */
  const int64_t root_half = 0x3FE6A09E667F3BCD;
  memcpy(&bits, &x, sizeof x);
  bits -= root_half;
  n += bits >> 52;
  double f = real_from_bits((uint64_t)((bits & 0x000FFFFFFFFFFFFF) + root_half)) - 1;
  /* With s = f / (2 + f), log(1 + f) = 2 s (1 + s^2 / 3 + s^4 / 5 + …), and 2 s = f - s f. */
  double s = f / (2 + f), z = s * s, half = 0.5 * f * f;
  static const double inverse_odds[] = {1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11,
                                        1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3};
  double series = 1.0 / 21;
  for (int k = 0; k < 9; k++) series = series * z + inverse_odds[k];
  double rest = s * (half + 2 * z * series);
  return (double)n * LOG2_HIGH - ((half - (rest + (double)n * LOG2_LOW)) - f);
}

/* x = n log 2 + r with |r| <= log 2 / 2; e^r - 1. */
static inline double real_reduced_exp(double x, int *n) {
  double count = (x * 1.4426950408889634 + 0x1.8p52) - 0x1.8p52;
  double high = x - count * LOG2_HIGH, low = count * LOG2_LOW;
  double r = high - low, lost = (high - r) - low;
  *n = (int)count;
  double series = 1.0 / 6227020800; /* 1 / 13! */
  static const double inverse_factorials[] = {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800,
                                              1.0 / 362880,    1.0 / 40320,    1.0 / 5040,
                                              1.0 / 720,       1.0 / 120,      1.0 / 24,
                                              1.0 / 6,         1.0 / 2};
  for (int k = 0; k < 11; k++) series = series * r + inverse_factorials[k];
  return r + (r * r * series + lost);
}

/* 2^n for n from -1022 to 1023. */
static inline double real_power_of_two(int n) {
  return real_from_bits((uint64_t)(n + 1023) << 52);
}

/* e^x; the error is below 1 unit in the last place. */
static inline double real_exp(double x) {
  if (x != x) return x;
  if (x > 709.782712893384) return INFINITY;
  if (x < -745.1332191019412) return 0;
  int n;
  double y = 1 + real_reduced_exp(x, &n);
  return y * real_power_of_two(n / 2) * real_power_of_two(n - n / 2);
}

/* log(1 + x); the error is below 2 units in the last place. */
static inline double real_log1p(double x) {
  if (fabs(x) < 0x1p-54) return x;
  double u = 1 + x;
  if (!(u > 0) || u == INFINITY) return real_log(u);
  double lost = x < 1 ? x - (u - 1) : 1 - (u - x);
  return real_log(u) + lost / u;
}

/* e^x - 1; the error is below 2 units in the last place. */
static inline double real_expm1(double x) {
  if (fabs(x) < 0x1p-54) return x;
  if (x != x || x > 38) return real_exp(x);
  if (x < -38) return -1;
  int n;
  double e = real_reduced_exp(x, &n);
  if (n == 0) return e;
  double power = real_power_of_two(n);
  return power * (e + (1 - 1 / power));
}

/* cos(2 pi turns) for turns from 0 to 1; the error is below 1.2e-16. */
static inline double real_cosine(double turns) {
  double quarters = floor(4 * turns + 0.5);
  double r = (4 * turns - quarters) * 1.5707963267948966, s = r * r;
  static const double even[] = {1.0 / 87178291200, 1.0 / 479001600, 1.0 / 3628800, 1.0 / 40320,
                                1.0 / 720,         1.0 / 24,        1.0 / 2};
  static const double odd[] = {1.0 / 6227020800, 1.0 / 39916800, 1.0 / 362880, 1.0 / 5040,
                               1.0 / 120,        1.0 / 6,        1.0};
  double cosine = 1.0 / 20922789888000, sine = 1.0 / 1307674368000; /* 1 / 16!, 1 / 15! */
  for (int k = 0; k < 7; k++) {
    cosine = even[k] - s * cosine;
    sine = odd[k] - s * sine;
  }
  cosine = 1 - s * cosine;
  sine = r * sine;
  switch ((int)quarters & 3) {
    case 0: return cosine;
    case 1: return -sine;
    case 2: return -cosine;
    default: return sine;
  }
}

/* log Gamma(z) and its derivative for z > 0: Stirling's series above 8, and recursion up to 8. */
static inline double real_log_gamma(double z, double *digamma) {
  double steps = 0, step_slopes = 0;
  for (; z < 8; z++) {
    steps += real_log(z);
    step_slopes += 1 / z;
  }
  double r = 1 / z, s = r * r, logarithm = real_log(z);
  *digamma = logarithm - 0.5 * r -
             s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s / 132)))) -
             step_slopes;
  double series = 1.0 / 1680 - s * (1.0 / 1188 - s * (691.0 / 360360 - s / 156));
  series = r * (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * series)));
  return (z - 0.5) * logarithm - z + 0.91893853320467274 + series - steps;
}
