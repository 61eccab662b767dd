#pragma once
#include <stddef.h>
#include <stdint.h>

/* Tells the processor that this thread is only waiting. */
static inline void ck_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* The hot loops, each with a description of its result. Arrays are row-major; `(n, f)` is n rows
   of f numbers. n cells, f genes, h (or `units`, `width`) hidden units, d latent dimensions.
   Minibatches are compressed rows: the entries of row i are starts[i] ..< starts[i + 1], their
   columns ascending. Outputs are the last parameters. No kernel allocates, keeps state, or
   starts a thread. Each gives the same bytes with every instruction set. */
struct ck_kernels {
  /* product.h */

  /* Packs b (k, n) into panels (n / 16, k, 16), the last padded with zeros. */
  void (*pack)(size_t k, size_t n, const float *b, ptrdiff_t row_stride, ptrdiff_t column_stride,
               float *panels);

  /* c (m, n) = a (m, k) * panels, or c += if `accumulate`. Sixteen columns of c start c_panel after
     the sixteen before them. */
  void (*product)(size_t m, size_t n, size_t k, const float *a, ptrdiff_t row_stride,
                  ptrdiff_t column_stride, const float *panels, float *c, ptrdiff_t c_stride,
                  ptrdiff_t c_panel, int accumulate);

  /* Copies the part right of the diagonal in rows first ..< last of c (side, side) to the columns
     below it. */
  void (*mirror)(size_t first, size_t last, size_t side, float *c);

  /* Packs up to 16 cells (cells, width) into their rows of panels (width / 16, padded, 16). */
  void (*pack_cells)(size_t cells, size_t width, const float *rows, size_t padded, float *panels);

  /* Computes rows first ..< last of dweight (f, width) = the gradient (shards, f, 16) times the
     panels (width / 16, 16 * shards, 16), summed over cells. */
  void (*shard_product)(size_t shards, size_t f, size_t first, size_t last, const float *gradient,
                        const float *panels, size_t width, float *dweight);

  /* bfloat.h: products of factors rounded to bfloat16, with sums in float32. The inner index is
     cut into blocks of 32; `depth`, a multiple of 32, is the inner size of a packed factor. */

  /* Packs inner positions first ..< first + k of the left factor from a (m, k), and zeros up to
     `padded`; `first` and `padded` are multiples of 16. Sixteen rows begin 16 * depth floats after
     the sixteen before them. */
  void (*bfloat_pack_left)(size_t m, size_t k, const float *a, ptrdiff_t row_stride,
                           ptrdiff_t column_stride, size_t first, size_t padded, size_t depth,
                           float *left);

  /* Packs inner positions of the right factor from b (k, n) likewise, by sixteen columns. */
  void (*bfloat_pack_right)(size_t k, size_t n, const float *b, ptrdiff_t row_stride,
                            ptrdiff_t column_stride, size_t first, size_t padded, size_t depth,
                            float *right);

  /* c (m, n) = left * right, or c += if `accumulate`. */
  void (*bfloat_product)(size_t m, size_t n, size_t depth, const float *left, const float *right,
                         float *c, ptrdiff_t c_stride, int accumulate);

  /* sparse.h */

  /* Returns whether each row's columns ascend without repetition and are below width. */
  int (*rows_ascend)(size_t n, const int32_t *starts, const uint16_t *columns, size_t width);

  /* out (n, width) = bias + sparse rows * weight. The bias may be NULL, or have one row, or
     several rows selected by bias_row (n). */
  void (*sparse_product)(size_t n, const int32_t *starts, const uint16_t *columns,
                         const float *values, const float *weight, size_t width,
                         const float *bias, const int32_t *bias_row, float *out);

  /* Computes the sums of n rows. */
  void (*row_sums)(size_t n, const int32_t *starts, const float *values, float *sums);

  /* Computes rows first ..< last of dweight = transposed sparse rows * dout (n, width); or +=. */
  void (*sparse_gradient)(size_t n, const int32_t *starts, const uint16_t *columns,
                          const float *values, const float *dout, size_t width, size_t first,
                          size_t last, int accumulate, float *dweight);

  /* Adds row i of x (n, width) to row row[i] of sums (rows, width). */
  void (*sums_by_row)(size_t n, size_t width, const int32_t *row, const float *x, size_t rows,
                      float *sums);

  /* output.h: a shard is sixteen cells, one per lane, (f, 16); `starts` begins at the shard. */

  /* Adds the bias and converts logits to exp(logit - greatest), with sums over genes in sum (16).
     Genes less likely than the greatest by more than e^87 count as e^-87. */
  void (*softmax)(size_t f, const float *bias, float *logits, float *sum);
  void (*rates)(size_t f, const float *bias, float *logits, float *sum);

  /* Negative binomial loss if all counts were zero: loss (16), its derivative by log m (f, 16)
     with the sums over genes (16), and its derivative by log theta, summed over the cells (f). */
  void (*negative_binomial_zeros)(size_t f, const float *proportion, const float *scale,
                                  const float *theta, const float *inverse_theta, float *slope,
                                  float *dtheta, float *loss, float *slope_sum);

  /* Adds the contribution of nonzero counts, and stores the derivative of each by log m. */
  void (*negative_binomial_counts)(size_t cells, const int32_t *starts, const uint16_t *genes,
                                   const float *counts, const float *proportion,
                                   const float *scale, const float *theta,
                                   const float *inverse_theta, float *correction, float *dtheta,
                                   float *loss, float *slope_sum);

  /* Adds the contribution of nonzero counts to the Poisson loss; on entry `loss` holds the totals. */
  void (*poisson_counts)(size_t cells, const int32_t *starts, const uint16_t *genes,
                         const float *counts, const float *proportion, const float *scale,
                         float *correction, float *loss);

  /* Adds the bias; half the squares of the output, plus the contribution of nonzero values. */
  void (*half_squares)(size_t f, const float *bias, float *output, float *loss);
  void (*half_squares_values)(size_t cells, const int32_t *starts, const uint16_t *genes,
                              const float *values, const float *output, float *correction,
                              float *loss);

  /* gradient (f, 16) = weight * (own * own_factor - proportion * proportion_factor + correction);
     the factors are (16). */
  void (*output_gradient)(size_t cells, size_t f, const int32_t *starts, const uint16_t *genes,
                          const float *correction, float weight, const float *own,
                          const float *own_factor, const float *proportion,
                          const float *proportion_factor, float *gradient);

  /* For genes first ..< last: dbias = the gradient's sums over cells; dtheta = weight * the sums
     of parts (shards, f), which may be NULL. */
  void (*output_sums)(size_t shards, size_t f, size_t first, size_t last, const float *gradient,
                      const float *parts, float weight, float *dbias, float *dtheta);

  /* logarithms (f, 16) += log(proportion / sum) */
  void (*log_proportions)(size_t f, const float *proportion, const float *sum, float *logarithms);

  /* Converts values (f, 16), which are proportions times sum, to log(1 + scale * proportion) -
     mean; mean (f) may be NULL. */
  void (*log_profile)(size_t f, float scale, const float *mean, const float *sum, float *values);

  /* norm.h: `gate` holds the dropout factors on entry, with 0 where the ReLU is inactive on
     return; `input`, the input of the residual connection, may be NULL. Each call computes sixteen
     units from `first` (fewer at the end). */

  void (*batch_norm)(size_t n, size_t units, size_t first, size_t slots, const int32_t *slot,
                     const int32_t *affine, const float *cells, const float *own, float epsilon,
                     const float *a, const float *gamma, const float *beta, const float *input,
                     float *gate, float *mean, float *variance, float *inverse, float *out);

  void (*batch_norm_gradient)(size_t n, size_t units, size_t first, size_t slots,
                              size_t affine_rows, const int32_t *slot, const int32_t *affine,
                              const float *own_weight, const float *mixture_weight,
                              const float *a, const float *mean, const float *inverse,
                              const float *gamma, const float *gate, const float *dout,
                              float *sums, float *dgamma, float *dbeta, float *da);

  /* Offsets at matched composition: `weights`, (slots, n), times a gives the offset of each slot. */
  void (*matched_norm)(size_t n, size_t units, size_t first, size_t slots, const int32_t *slot,
                       const int32_t *affine, const float *cells, const float *weights,
                       float epsilon, const float *a, const float *gamma, const float *beta,
                       const float *input, float *gate, float *mean, float *variance,
                       float *inverse, float *out);

  void (*matched_norm_gradient)(size_t n, size_t units, size_t first, size_t slots,
                                size_t affine_rows, const int32_t *slot, const int32_t *affine,
                                const float *weights, const float *a, const float *mean,
                                const float *inverse, const float *gamma, const float *gate,
                                const float *dout, float *sums, float *dgamma, float *dbeta,
                                float *da);

  /* Normalizes groups of units of one cell; a becomes its normalized values, inverse is (n,
     groups). */
  void (*group_norm)(size_t n, size_t units, size_t groups, float epsilon, float *a,
                     const float *gamma, const float *beta, const float *input, float *gate,
                     float *inverse, float *out);

  void (*group_norm_gradient)(size_t n, size_t units, size_t groups, const float *xhat,
                              const float *inverse, const float *gamma, const float *gate,
                              const float *dout, float *da);

  /* For units first ..< last: dgamma = sum of dout * gate * xhat over cells, dbeta the same
     without xhat. */
  void (*affine_gradient)(size_t n, size_t units, size_t first, size_t last, const float *xhat,
                          const float *gate, const float *dout, float *dgamma, float *dbeta);

  /* ReLU and dropout without a norm. */
  void (*rectify)(size_t count, const float *a, const float *input, float *gate, float *out);

  /* out = input + ReLU(a * scale + shift), with a row of scale and shift per cell, or NULL. */
  void (*normalize)(size_t n, size_t units, const float *a, const float *scale,
                    const float *shift, const int32_t *row, const float *input, float *out);

  /* elementwise.h */

  void (*exp)(size_t count, const float *x, float *out);
  void (*log)(size_t count, const float *x, float *out);

  /* theta = exp(log theta), clamped to +-limit, and 1 / theta, for genes first ..< last. */
  void (*dispersion)(size_t first, size_t last, float limit, const float *log_theta, float *theta,
                     float *inverse_theta);

  /* One step of Adam; root_factor and rate include the bias corrections. */
  void (*adam)(size_t count, const float *gradient, float clip, float decay, float beta1,
               float beta2, float rate, float root_factor, float epsilon, float *parameter,
               float *mean, float *square);

  /* mean = decay * mean + clip * gradient. */
  void (*momentum)(size_t count, const float *gradient, float clip, float decay, float *mean);

  double (*sum_of_squares)(size_t count, const float *x);

  /* Sums columns first ..< last of x (n, width). */
  void (*column_sums)(size_t n, size_t width, size_t first, size_t last, const float *x,
                      float *sums);

  /* z = mu + deviation * noise, all (n, d), where deviation is exp(log variance / 2) with the
     logarithm clamped to +-limit; divergence (n) from the standard normal. */
  void (*sample)(size_t n, size_t d, float limit, const float *mu, const float *log_variance,
                 const float *noise, float *deviation, float *z, float *divergence);
  void (*sample_gradient)(size_t count, float limit, float weight, const float *mu,
                          const float *log_variance, const float *noise, const float *deviation,
                          const float *dz, float *dmu, float *dlog_variance);

  /* Transposes up to 16 cells (cells, width) to lanes (width, 16), absent cells zero; and back. */
  void (*cells_to_lanes)(size_t cells, size_t width, const float *rows, float *out);
  void (*lanes_to_cells)(size_t cells, size_t width, const float *columns, float *out);

  /* random.h */

  /* Zero with probability `rate` (rounded to 1/65536), else 1 / (1 - rate). */
  void (*dropout)(size_t count, uint64_t seed, float rate, float *out);

  /* Standard normal numbers. */
  void (*normals)(size_t count, uint64_t seed, float *out);

  /* distances.h */

  /* Finds the positions first + j of the values up to `bound`, ascending; returns their number. */
  size_t (*places_up_to)(size_t count, const float *values, float bound, int32_t first,
                         int32_t *places);

  /* The number at `place` of the values in ascending order; none is NaN. */
  float (*smallest)(size_t count, const float *values, size_t place);

  /* The sum of sqrt(max(0, value + offset)). */
  double (*sum_of_roots)(size_t count, const float *values, float offset);

  /* clusters.h: soft clusters of unit vectors. */

  /* Converts each row of values (rows, clusters), products of unit vectors with centroids, to
     memberships R = exp(sharpness * product + log), scaled to sum 1, and adds them to held
     (clusters). logs: (clusters). Returns the sum over the rows of R (2 (1 - product) + 2 /
     sharpness * log R). Large factors do not overflow. */
  double (*soft_memberships)(size_t rows, size_t clusters, float sharpness, const float *logs,
                             float *values, double *held);

  /* doubles.h: dense products in double precision. */

  /* c (m, n) = a (m, k), with two strides, times b (k, n), with row stride b_stride; or c +=. */
  void (*double_product)(size_t m, size_t n, size_t k, const double *a, ptrdiff_t row_stride,
                         ptrdiff_t column_stride, const double *b, ptrdiff_t b_stride, double *c,
                         ptrdiff_t c_stride, int accumulate);

  /* c (m, n), where c[i][j] is the dot product of row i of a (m, k) and row j of b (n, k). */
  void (*double_dots)(size_t m, size_t n, size_t k, const double *a, ptrdiff_t a_stride,
                      const double *b, ptrdiff_t b_stride, double *c);

  /* y += factor * x */
  void (*double_add)(size_t count, double factor, const double *x, double *y);

  /* (x, y) = (cosine * x - sine * y, sine * x + cosine * y) */
  void (*double_rotate)(size_t count, double cosine, double sine, double *x, double *y);

  /* layout.h: cells in a plane that attract their neighbours and repel others. */

  /* The gradient (n, 2) of cells first ..< last, where `first` is a multiple of 16, from the
     positions (n, 2) of all cells. Cell i has the edges starts[i] ..< starts[i + 1], a multiple of
     16, with `weights` and `targets`. With offsets d to the other cell, and each coordinate of a
     term clamped to +-limit, it is
       2 * sum of weight * 2ab |d|^(2b-2) / (1 + a |d|^(2b)) d                           over edges
       - strength * mean of 2b / ((0.001 + |d|^2) (1 + a |d|^(2b))) d                    over draws
     of `draws` cells, an even number, from all; cells 16 k ..< 16 k + 16 share their draws. */
  void (*layout_gradient)(size_t first, size_t last, size_t n, const ptrdiff_t *starts,
                          const int32_t *targets, const float *weights, const float *strengths,
                          float a, float b, float limit, size_t draws, uint64_t seed,
                          const float *positions, float *gradient);
};

/* The kernels for an instruction set; NULL if the processor lacks it. The plain ones use no
   instruction that some processor of the architecture lacks. */
const struct ck_kernels *ck_plain_kernels(void);
const struct ck_kernels *ck_avx2_kernels(void);       /* AVX2 and FMA: x86-64-v3 */
const struct ck_kernels *ck_avx512_kernels(void);     /* x86-64-v4 */
const struct ck_kernels *ck_avx512bf16_kernels(void); /* and AVX512_BF16 */
const struct ck_kernels *ck_amx_kernels(void);        /* x86-64-v4 and AMX's tiles of bfloat16 */

/* The kernels that the calling thread uses instead of those of the process, or NULL. */
const struct ck_kernels *ck_kernels_of_thread(void);
void ck_set_kernels_of_thread(const struct ck_kernels *kernels);

/* Whether products with AVX512_BF16 are to be preferred to those without. */
int ck_bfloat_dot_is_fast(void);

/* agreement.c: whether two instruction sets give one product of bfloat16 the same bytes. */
int ck_bfloat_agrees(const struct ck_kernels *first, const struct ck_kernels *second);

/* real.c: functions of one number, with the same bytes on every processor. */

double ck_real_log(double x);
double ck_real_exp(double x);
double ck_real_log1p(double x);
double ck_real_expm1(double x);

/* cos(2 pi turns) for turns from 0 to 1. */
double ck_real_cosine(double turns);

/* log Gamma(z) for z > 0. */
double ck_real_log_gamma(double z);
