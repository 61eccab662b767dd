/* All kernels, and their table. A file that includes this one compiles them for one instruction set;
   it first includes what they need, and defines HAS_WIDE_TILES as 1 where there are 32 registers
   of sixteen floats and as 0 elsewhere, and BFLOAT_UNIT as a unit of bfloat.h. */
#include "lanes.h"

#include "bfloat.h"
#include "clusters.h"
#include "distances.h"
#include "doubles.h"
#include "elementwise.h"
#include "layout.h"
#include "norm.h"
#include "output.h"
#include "product.h"
#include "random.h"
#include "sparse.h"

#define KERNELS                                                \
  {                                                            \
      .pack = ck_pack,                                         \
      .product = ck_product,                                   \
      .bfloat_pack_left = ck_bfloat_pack_left,                 \
      .bfloat_pack_right = ck_bfloat_pack_right,               \
      .bfloat_product = ck_bfloat_product,                     \
      .pack_cells = ck_pack_cells,                             \
      .shard_product = ck_shard_product,                       \
      .rows_ascend = ck_rows_ascend,                           \
      .sparse_product = ck_sparse_product,                     \
      .row_sums = ck_row_sums,                                 \
      .sparse_gradient = ck_sparse_gradient,                   \
      .sums_by_row = ck_sums_by_row,                           \
      .softmax = ck_softmax,                                   \
      .rates = ck_rates,                                       \
      .negative_binomial_zeros = ck_negative_binomial_zeros,   \
      .negative_binomial_counts = ck_negative_binomial_counts, \
      .poisson_counts = ck_poisson_counts,                     \
      .half_squares = ck_half_squares,                         \
      .half_squares_values = ck_half_squares_values,           \
      .output_gradient = ck_output_gradient,                   \
      .output_sums = ck_output_sums,                           \
      .log_proportions = ck_log_proportions,                   \
      .log_profile = ck_log_profile,                           \
      .batch_norm = ck_batch_norm,                             \
      .batch_norm_gradient = ck_batch_norm_gradient,           \
      .matched_norm = ck_matched_norm,                         \
      .matched_norm_gradient = ck_matched_norm_gradient,       \
      .group_norm = ck_group_norm,                             \
      .group_norm_gradient = ck_group_norm_gradient,           \
      .affine_gradient = ck_affine_gradient,                   \
      .rectify = ck_rectify,                                   \
      .normalize = ck_normalize,                               \
      .exp = ck_exp,                                           \
      .log = ck_log,                                           \
      .dispersion = ck_dispersion,                             \
      .adam = ck_adam,                                         \
      .momentum = ck_momentum,                                 \
      .mirror = ck_mirror,                                     \
      .sum_of_squares = ck_sum_of_squares,                     \
      .column_sums = ck_column_sums,                           \
      .sample = ck_sample,                                     \
      .sample_gradient = ck_sample_gradient,                   \
      .cells_to_lanes = ck_cells_to_lanes,                     \
      .lanes_to_cells = ck_lanes_to_cells,                     \
      .dropout = ck_dropout,                                   \
      .normals = ck_normals,                                   \
      .places_up_to = ck_places_up_to,                         \
      .smallest = ck_smallest,                                 \
      .sum_of_roots = ck_sum_of_roots,                         \
      .soft_memberships = ck_soft_memberships,                 \
      .double_product = ck_double_product,                     \
      .double_dots = ck_double_dots,                           \
      .double_add = ck_double_add,                             \
      .double_rotate = ck_double_rotate,                       \
      .layout_gradient = ck_layout_gradient,                   \
  }
