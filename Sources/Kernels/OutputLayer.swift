internal import CKernels

// The output layer's arrays are (f, 16) a shard: sixteen cells, one a lane.

/// Writes cells `(cells, width)` into lanes `(width, 16)`; missing cells are zero.
package func cellsToLanes(_ rows: FloatView, cells: Int, width: Int, into out: FloatView) {
  precondition(cells <= laneCount && rows.count >= cells * width)
  precondition(out.count >= width * laneCount)
  unsafe ck_cells_to_lanes(cells, width, rows.base, out.base)
}

/// Writes lanes `(width, 16)` back into cells `(cells, width)`.
package func lanesToCells(_ columns: FloatView, cells: Int, width: Int, into out: FloatView) {
  precondition(cells <= laneCount && out.count >= cells * width)
  precondition(columns.count >= width * laneCount)
  unsafe ck_lanes_to_cells(cells, width, columns.base, out.base)
}

/// Writes one shard's cells into their rows of panels `(width / 16, padded, 16)`.
package func packCells(
  _ rows: FloatView, cells: Int, width: Int, shard: Int, padded: Int, into panels: FloatView
) {
  precondition(cells <= laneCount && rows.count >= cells * width)
  precondition((shard + 1) * laneCount <= padded)
  precondition(panels.count >= panelSize(k: padded, n: width))
  unsafe ck_pack_cells(
    cells, width, rows.base, padded, panels.base + shard * laneCount * laneCount)
}

/// Computes rows of the output weight's gradient.
///
/// - Parameters:
///   - genes: The rows to compute.
///   - gradient: The gradient by the outputs; `(shards, f, 16)`.
///   - shards: The number of shards.
///   - f: The number of genes.
///   - panels: The layer's input, from ``packCells(_:cells:width:shard:padded:into:)``.
///   - width: The number of the layer's inputs.
///   - dweight: The weight's gradient; `(f, width)`.
package func shardProduct(
  _ genes: Range<Int>, gradient: FloatView, shards: Int, f: Int, panels: FloatView, width: Int,
  into dweight: FloatView
) {
  precondition(gradient.count >= shards * f * laneCount && genes.upperBound <= f)
  precondition(panels.count >= panelSize(k: shards * laneCount, n: width))
  precondition(dweight.count >= f * width)
  unsafe ck_shard_product(
    shards, f, genes.lowerBound, genes.upperBound, gradient.base, panels.base, width,
    dweight.base)
}

/// Sums the gradients by the outputs over cells, and the shards' parts by log theta.
package func outputSums(
  _ genes: Range<Int>, gradient: FloatView, shards: Int, f: Int, thetaParts: FloatView?,
  weight: Float, dbias: FloatView, dtheta: FloatView?
) {
  precondition(gradient.count >= shards * f * laneCount && genes.upperBound <= f)
  precondition(dbias.count == f && (dtheta?.count ?? f) == f)
  precondition((thetaParts?.count ?? shards * f) >= shards * f)
  unsafe ck_output_sums(
    shards, f, genes.lowerBound, genes.upperBound, gradient.base, thetaParts?.base, weight,
    dbias.base, dtheta?.base)
}

/// Adds the bias and takes the softmax's exponentials.
///
/// - Parameters:
///   - bias: The bias; `(f)`.
///   - logits: The logits without bias, then `exp(logit - greatest)`; `(f, 16)`.
///   - sums: Their sums over genes; `(16)`.
package func softmax(bias: FloatView, logits: FloatView, sums: FloatView) {
  precondition(logits.count >= bias.count * laneCount && sums.count == laneCount)
  unsafe ck_softmax(bias.count, bias.base, logits.base, sums.base)
}

/// Adds `log(proportion / sum)` to `logarithms`; `(f, 16)`.
package func addLogProportions(
  _ proportion: FloatView, sums: FloatView, f: Int, into logarithms: FloatView
) {
  precondition(proportion.count >= f * laneCount && logarithms.count >= f * laneCount)
  precondition(sums.count == laneCount)
  unsafe ck_log_proportions(f, proportion.base, sums.base, logarithms.base)
}

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

/// The gradient by the outputs of a shard.
///
///     gradient = weight * (own * ownFactor - proportion * proportionFactor + correction)
package func outputGradient(
  _ cells: Range<Int>, of x: SparseRows, f: Int, correction: FloatView, weight: Float,
  own: FloatView, ownFactor: FloatView, proportion: FloatView, proportionFactor: FloatView,
  into gradient: FloatView
) {
  precondition(cells.count <= laneCount && cells.upperBound <= x.rows)
  precondition(own.count >= f * laneCount && proportion.count >= f * laneCount)
  precondition(gradient.count >= f * laneCount && correction.count >= x.columns.count)
  precondition(ownFactor.count == laneCount && proportionFactor.count == laneCount)
  unsafe x.starts.withUnsafeBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    unsafe ck_output_gradient(
      cells.count, f, starts + cells.lowerBound, x.columns, correction.base, weight, own.base,
      ownFactor.base, proportion.base, proportionFactor.base, gradient.base)
  }
}
