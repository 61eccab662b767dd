internal import CKernels
internal import Foundation

// A shard's arrays are (f, 16): sixteen cells, one a lane.

/// The negative binomial loss of a shard and its slopes by `log m` and `log theta`.
///
/// With `m = proportion * scale`, a count `x` costs
///
///     -log Γ(x + theta) + log Γ(theta) + log Γ(x + 1) + theta log(1 + m / theta)
///       - x log(m / (theta + m))
///
/// - Parameters:
///   - cells: The shard's cells, at most 16.
///   - counts: All the minibatch's counts.
///   - proportion: The softmax's exponentials; `(f, 16)`.
///   - scale: What makes means of them; `(16)`, zero for missing cells.
///   - theta: The dispersion; `(f)`.
///   - inverseTheta: Its inverse; `(f)`.
///   - slope: The slope by `log m` as if all counts were zero; `(f, 16)`.
///   - slopeSums: The sum of the whole slope over genes; `(16)`.
///   - correction: What each count adds to the slope; `(nonzeros)`.
///   - dtheta: The slope by `log theta`, summed over the shard's cells; `(f)`.
///   - loss: Of each cell; `(16)`.
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
  unsafe ck_negative_binomial_zeros(
    f, proportion.base, scale.base, theta.base, inverseTheta.base, slope.base, dtheta.base,
    loss.base, slopeSums.base)
  unsafe counts.starts.withUnsafeBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    unsafe ck_negative_binomial_counts(
      cells.count, starts + cells.lowerBound, counts.columns, counts.values, proportion.base,
      scale.base, theta.base, inverseTheta.base, correction.base, dtheta.base, loss.base,
      slopeSums.base)
  }
}

/// The Poisson loss of a shard, `m - x log m + log Γ(x + 1)`.
///
/// The arguments are those of the negative binomial, but `loss` holds the
/// cells' totals before.
package func poisson(
  _ cells: Range<Int>, counts: SparseRows, proportion: FloatView, scale: FloatView,
  correction: FloatView, loss: FloatView
) {
  precondition(cells.count <= laneCount && cells.upperBound <= counts.rows)
  precondition(scale.count == laneCount && loss.count == laneCount)
  precondition(correction.count >= counts.columns.count)
  unsafe counts.starts.withUnsafeBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    unsafe ck_poisson_counts(
      cells.count, starts + cells.lowerBound, counts.columns, counts.values, proportion.base,
      scale.base, correction.base, loss.base)
  }
}

/// Half the squared distance of the output from sparse values, zeros included.
package func halfSquares(
  _ cells: Range<Int>, values: SparseRows, bias: FloatView, output: FloatView,
  correction: FloatView, loss: FloatView
) {
  precondition(cells.count <= laneCount && cells.upperBound <= values.rows)
  precondition(output.count >= bias.count * laneCount && loss.count == laneCount)
  precondition(correction.count >= values.columns.count)
  unsafe ck_half_squares(bias.count, bias.base, output.base, loss.base)
  unsafe values.starts.withUnsafeBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    unsafe ck_half_squares_values(
      cells.count, starts + cells.lowerBound, values.columns, values.values, output.base,
      correction.base, loss.base)
  }
}

/// The negative binomial loss of one count in double precision.
package func negativeBinomialReference(count x: Double, mean m: Double, theta: Double) -> Double {
  let constant = lgamma(theta) + lgamma(x + 1) - lgamma(x + theta)
  return constant + theta * log((theta + m) / theta) - (x > 0 ? x * log(m / (theta + m)) : 0)
}

/// The Poisson loss of one count in double precision.
package func poissonReference(count x: Double, mean m: Double) -> Double {
  m + lgamma(x + 1) - (x > 0 ? x * log(m) : 0)
}
