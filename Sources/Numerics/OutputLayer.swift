internal import CKernels

// The output layer's arrays are (f, 16) per shard: sixteen cells, one per lane.

/// Transposes cells `(cells, width)` into lanes `(width, 16)`; absent cells become zero.
package func cellsToLanes(_ rows: FloatView, cells: Int, width: Int, into out: FloatView) {
  precondition(cells <= laneCount && rows.count >= cells * width)
  precondition(out.count >= width * laneCount)
  unsafe kernels.pointee.cells_to_lanes(cells, width, rows.base, out.base)
}

/// Transposes lanes `(width, 16)` back into cells `(cells, width)`.
package func lanesToCells(_ columns: FloatView, cells: Int, width: Int, into out: FloatView) {
  precondition(cells <= laneCount && out.count >= cells * width)
  precondition(columns.count >= width * laneCount)
  unsafe kernels.pointee.lanes_to_cells(cells, width, columns.base, out.base)
}

/// Writes one shard's cells into their rows of panels `(width / 16, padded, 16)`.
package func packCells(
  _ rows: FloatView, cells: Int, width: Int, shard: Int, padded: Int, into panels: FloatView
) {
  precondition(cells <= laneCount && rows.count >= cells * width)
  precondition((shard + 1) * laneCount <= padded)
  precondition(panels.count >= panelSize(k: padded, n: width))
  unsafe kernels.pointee.pack_cells(
    cells, width, rows.base, padded, panels.base + shard * laneCount * laneCount)
}

/// Computes a shard's outputs without bias: `(f, 16) = W (f, h) * lanes (h, 16)`.
package func outputProduct(
  _ weight: FloatView, f: Int, h: Int, lanes: FloatView, into outputs: FloatView
) {
  multiplyPanels(
    weight, m: f, n: laneCount, k: h, rowStride: h, columnStride: 1, panels: lanes,
    into: outputs, stride: laneCount)
}

/// Computes a shard's gradient by the layer's input: `(h, 16) = Wᵀ (h, f) * gradient (f, 16)`.
package func outputProductBack(
  _ weight: FloatView, f: Int, h: Int, gradient: FloatView, into dlanes: FloatView
) {
  // A block of genes stays in the first-level cache for all units.
  let depth = 256
  for gene in stride(from: 0, to: f, by: depth) {
    multiplyPanels(
      weight[(gene * h)...], m: h, n: laneCount, k: min(depth, f - gene), rowStride: 1,
      columnStride: h, panels: gradient[(gene * laneCount)...], into: dlanes,
      stride: laneCount, adding: gene > 0)
  }
}

/// Computes rows of the gradient of the output weights.
///
/// - Parameters:
///   - genes: The rows to compute.
///   - gradient: The gradient by the outputs; `(shards, f, 16)`.
///   - shards: The number of shards.
///   - f: The number of genes.
///   - panels: The layer's input, from ``packCells(_:cells:width:shard:padded:into:)``.
///   - width: The number of inputs of the layer.
///   - dweight: The gradient of the weights; `(f, width)`.
package func shardProduct(
  _ genes: Range<Int>, gradient: FloatView, shards: Int, f: Int, panels: FloatView, width: Int,
  into dweight: FloatView
) {
  precondition(gradient.count >= shards * f * laneCount && genes.upperBound <= f)
  precondition(panels.count >= panelSize(k: shards * laneCount, n: width))
  precondition(dweight.count >= f * width)
  unsafe kernels.pointee.shard_product(
    shards, f, genes.lowerBound, genes.upperBound, gradient.base, panels.base, width,
    dweight.base)
}

/// Sums the gradients by the outputs over cells, and the shards' gradients by log theta.
package func outputSums(
  _ genes: Range<Int>, gradient: FloatView, shards: Int, f: Int, thetaParts: FloatView?,
  weight: Float, dbias: FloatView, dtheta: FloatView?
) {
  precondition(gradient.count >= shards * f * laneCount && genes.upperBound <= f)
  precondition(dbias.count == f && (dtheta?.count ?? f) == f)
  precondition((thetaParts?.count ?? shards * f) >= shards * f)
  unsafe kernels.pointee.output_sums(
    shards, f, genes.lowerBound, genes.upperBound, gradient.base, thetaParts?.base, weight,
    dbias.base, dtheta?.base)
}

/// Adds the bias and computes the exponentials of the softmax.
///
/// - Parameters:
///   - bias: The bias; `(f)`.
///   - logits: The logits without bias on entry, `exp(logit - greatest)` on return; `(f, 16)`.
///   - sums: The sums of the exponentials over genes; `(16)`.
package func softmax(bias: FloatView, logits: FloatView, sums: FloatView) {
  precondition(logits.count >= bias.count * laneCount && sums.count == laneCount)
  unsafe kernels.pointee.softmax(bias.count, bias.base, logits.base, sums.base)
}

/// Adds the bias and computes the exponentials of outputs that are not normalized.
///
/// - Parameters:
///   - bias: The bias; `(f)`.
///   - logits: The logits without bias on entry, `exp(min(logit, 30))` on return; `(f, 16)`.
///   - sums: The sums of the exponentials over genes; `(16)`.
package func rates(bias: FloatView, logits: FloatView, sums: FloatView) {
  precondition(logits.count >= bias.count * laneCount && sums.count == laneCount)
  unsafe kernels.pointee.rates(bias.count, bias.base, logits.base, sums.base)
}

/// Adds `log(proportion / sum)` to `logarithms`; `(f, 16)`.
package func addLogProportions(
  _ proportion: FloatView, sums: FloatView, f: Int, into logarithms: FloatView
) {
  precondition(proportion.count >= f * laneCount && logarithms.count >= f * laneCount)
  precondition(sums.count == laneCount)
  unsafe kernels.pointee.log_proportions(f, proportion.base, sums.base, logarithms.base)
}

/// Converts the exponentials of the softmax to `log(1 + scale * proportion / sum) - mean`; `(f,
/// 16)`.
package func logProfile(
  _ proportion: FloatView, sums: FloatView, scale: Float, mean: FloatView?, f: Int
) {
  precondition(proportion.count >= f * laneCount && sums.count == laneCount)
  precondition((mean?.count ?? f) == f)
  unsafe kernels.pointee.log_profile(f, scale, mean?.base, sums.base, proportion.base)
}

/// Computes the gradient by the outputs of a shard.
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
    unsafe kernels.pointee.output_gradient(
      cells.count, f, starts + cells.lowerBound, x.columns, correction.base, weight, own.base,
      ownFactor.base, proportion.base, proportionFactor.base, gradient.base)
  }
}
