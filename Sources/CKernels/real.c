#include "real.h"

#include "CKernels.h"

double ck_real_log(double x) { return real_log(x); }
double ck_real_exp(double x) { return real_exp(x); }
double ck_real_log1p(double x) { return real_log1p(x); }
double ck_real_expm1(double x) { return real_expm1(x); }
double ck_real_cosine(double turns) { return real_cosine(turns); }

double ck_real_log_gamma(double z) {
  double digamma;
  return real_log_gamma(z, &digamma);
}
