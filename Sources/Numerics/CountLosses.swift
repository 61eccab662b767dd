internal import CKernels
internal import Foundation

// The arrays of a shard are (f, 16): sixteen cells, one per lane.

/// Computes the negative binomial loss of a shard and its derivatives by `log m` and `log theta`.
///
/// With `m = proportion * scale`, a count `x` costs
///
///     -log Γ(x + theta) + log Γ(theta) + log Γ(x + 1) + theta log(1 + m / theta)
///       - x log(m / (theta + m))
///
/// - Parameters:
///   - cells: The shard's cells, at most 16.
///   - counts: All counts of the minibatch.
///   - proportion: The exponentials of the softmax; `(f, 16)`.
///   - scale: The factor from exponentials to means; `(16)`, zero for absent cells.
///   - theta: The dispersion; `(f)`.
///   - inverseTheta: Its inverse; `(f)`.
///   - slope: The derivative by `log m` if all counts were zero; `(f, 16)`.
///   - slopeSums: The sum of the complete derivative over genes; `(16)`.
///   - correction: The contribution of each count to the derivative; `(nonzeros)`.
///   - dtheta: The derivative by `log theta`, summed over the shard's cells; `(f)`.
///   - loss: The loss of each cell; `(16)`.
package func negativeBinomial(
  _ cells: Range<Int>, counts: SparseRows, proportion: FloatView, scale: FloatView,
  theta: FloatView, inverseTheta: FloatView, slope: FloatView, slopeSums: FloatView,
  correction: FloatView, dtheta: FloatView, loss: FloatView
) {
  let f = theta.count
  precondition(cells.count <= laneCount && cells.upperBound <= counts.rows)
  precondition(proportion.count >= f * laneCount && slope.count >= f * laneCount)
  precondition(inverseTheta.count == f && dtheta.count == f)
  precondition(scale.count == laneCount && slopeSums.count == laneCount && loss.count == laneCount)
  precondition(correction.count >= counts.columns.count)
  unsafe kernels.pointee.negative_binomial_zeros(
    f, proportion.base, scale.base, theta.base, inverseTheta.base, slope.base, dtheta.base,
    loss.base, slopeSums.base)
  unsafe counts.starts.withUnsafeBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    unsafe kernels.pointee.negative_binomial_counts(
      cells.count, starts + cells.lowerBound, counts.columns, counts.values, proportion.base,
      scale.base, theta.base, inverseTheta.base, correction.base, dtheta.base, loss.base,
      slopeSums.base)
  }
}

/// Computes the Poisson loss of a shard, `m - x log m + log Γ(x + 1)`.
///
/// The arguments are those of the negative binomial, except that `loss` holds the cells' totals on
/// entry.
package func poisson(
  _ cells: Range<Int>, counts: SparseRows, proportion: FloatView, scale: FloatView,
  correction: FloatView, loss: FloatView
) {
  precondition(cells.count <= laneCount && cells.upperBound <= counts.rows)
  precondition(scale.count == laneCount && loss.count == laneCount)
  precondition(correction.count >= counts.columns.count)
  unsafe counts.starts.withUnsafeBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    unsafe kernels.pointee.poisson_counts(
      cells.count, starts + cells.lowerBound, counts.columns, counts.values, proportion.base,
      scale.base, correction.base, loss.base)
  }
}

/// Computes half the squared distance of the output from sparse values, including zeros.
package func halfSquares(
  _ cells: Range<Int>, values: SparseRows, bias: FloatView, output: FloatView,
  correction: FloatView, loss: FloatView
) {
  precondition(cells.count <= laneCount && cells.upperBound <= values.rows)
  precondition(output.count >= bias.count * laneCount && loss.count == laneCount)
  precondition(correction.count >= values.columns.count)
  unsafe kernels.pointee.half_squares(bias.count, bias.base, output.base, loss.base)
  unsafe values.starts.withUnsafeBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    unsafe kernels.pointee.half_squares_values(
      cells.count, starts + cells.lowerBound, values.columns, values.values, output.base,
      correction.base, loss.base)
  }
}

/// Returns the negative binomial loss of one count in double precision.
package func negativeBinomialReference(count x: Double, mean m: Double, theta: Double) -> Double {
  let constant = lgamma(theta) + lgamma(x + 1) - lgamma(x + theta)
  return constant + theta * log((theta + m) / theta) - (x > 0 ? x * log(m / (theta + m)) : 0)
}

/// Returns the Poisson loss of one count in double precision.
package func poissonReference(count x: Double, mean m: Double) -> Double {
  m + lgamma(x + 1) - (x > 0 ? x * log(m) : 0)
}
