internal import CKernels

/// The moments of a minibatch from `batchwiseNorm`: one row per slot, followed by the mixture's.
package struct NormMoments: Sendable {
  package let mean: FloatView
  package let variance: FloatView
  package let inverse: FloatView

  package init(mean: FloatView, variance: FloatView, inverse: FloatView) {
    self.mean = mean
    self.variance = variance
    self.inverse = inverse
  }
}

/// The constant added to a variance before its square root.
package let normEpsilon: Float = 1e-5

/// Normalizes sixteen units over the cells of a minibatch, followed by ReLU and dropout.
///
/// For a unit with pre-activation `a_i` and batch `s(i)`, with `n_s` cells of the batch among the
/// `n` of the minibatch and shrinkage `kappa`,
///
///     w_i^s  = ([s(i) = s] + kappa / n) / (n_s + kappa)
///     mu_s   = Σ_i w_i^s a_i        var_s = Σ_i w_i^s (a_i - mu_s)²
///     u_i    = gamma_s (a_i - mu_s) / √(var_s + epsilon) + beta_s    for s = s(i)
///     out_i  = input_i + gate_i ReLU(u_i)
///
/// - Parameters:
///   - block: The index of the sixteen units.
///   - units: The number of units.
///   - slots: The batches of the cells.
///   - a: The pre-activations; `(n, units)`.
///   - gamma: The scales; `(batches, units)` or `(1, units)`.
///   - beta: The shifts; of gamma's shape.
///   - input: The input of the residual connection; `(n, units)`, or `nil`.
///   - gate: The dropout factors, set to zero where the ReLU is inactive; `(n, units)`.
///   - moments: The resulting moments; `(slots + 1, units)`.
///   - out: The result; `(n, units)`.
package func batchwiseNorm(
  _ block: Int, units: Int, slots: NormSlots, a: FloatView, gamma: FloatView, beta: FloatView,
  input: FloatView?, gate: FloatView, moments: NormMoments, into out: FloatView
) {
  let n = slots.slot.count
  precondition(block * laneCount < units && a.count >= n * units && gate.count >= n * units)
  precondition(out.count >= n * units && (input?.count ?? .max) >= n * units)
  precondition(moments.mean.count >= (slots.count + 1) * units)
  if !slots.offsetWeights.isEmpty {
    precondition(slots.offsetWeights.count == slots.count * n)
    return unsafe kernels.pointee.matched_norm(
      n, units, block * laneCount, slots.count, slots.slot, slots.affine, slots.cells,
      slots.offsetWeights, normEpsilon, a.base, gamma.base, beta.base, input?.base, gate.base,
      moments.mean.base, moments.variance.base, moments.inverse.base, out.base)
  }
  unsafe kernels.pointee.batch_norm(
    n, units, block * laneCount, slots.count, slots.slot, slots.affine, slots.cells, slots.own,
    normEpsilon, a.base, gamma.base, beta.base, input?.base, gate.base, moments.mean.base,
    moments.variance.base, moments.inverse.base, out.base)
}

/// Propagates the gradient back through `batchwiseNorm`.
///
/// - Parameters:
///   - block: The index of the sixteen units.
///   - units: The number of units.
///   - slots: The batches of the cells.
///   - affineRows: The number of rows of gamma and beta.
///   - a: The pre-activations; `(n, units)`.
///   - moments: The moments of the forward pass.
///   - gamma: The scales.
///   - gate: The gate after the forward pass.
///   - dout: The gradient by the output; `(n, units)`.
///   - scratch: Scratch memory; `(2, slots, units)`.
///   - dgamma: The gradient by gamma, written for these units.
///   - dbeta: The gradient by beta, written for these units.
///   - da: The gradient by the pre-activations; `(n, units)`.
package func batchwiseNormGradient(
  _ block: Int, units: Int, slots: NormSlots, affineRows: Int, a: FloatView,
  moments: NormMoments, gamma: FloatView, gate: FloatView, dout: FloatView, scratch: FloatView,
  dgamma: FloatView, dbeta: FloatView, into da: FloatView
) {
  let n = slots.slot.count
  precondition(block * laneCount < units && a.count >= n * units && gate.count >= n * units)
  precondition(dout.count >= n * units && da.count >= n * units)
  precondition(scratch.count >= 2 * slots.count * units && gamma.count == affineRows * units)
  precondition(dgamma.count == gamma.count && dbeta.count == gamma.count)
  if !slots.offsetWeights.isEmpty {
    return unsafe kernels.pointee.matched_norm_gradient(
      n, units, block * laneCount, slots.count, affineRows, slots.slot, slots.affine,
      slots.offsetWeights, a.base, moments.mean.base, moments.inverse.base, gamma.base, gate.base,
      dout.base, scratch.base, dgamma.base, dbeta.base, da.base)
  }
  unsafe kernels.pointee.batch_norm_gradient(
    n, units, block * laneCount, slots.count, affineRows, slots.slot, slots.affine,
    slots.ownWeight, slots.mixtureWeight, a.base, moments.mean.base, moments.inverse.base,
    gamma.base, gate.base, dout.base, scratch.base, dgamma.base, dbeta.base, da.base)
}

/// Computes the same by plain loops in double precision, without ReLU and gate.
///
/// - Parameters:
///   - a: The pre-activations; `(n, units)`.
///   - units: The number of units.
///   - batches: The batch of each cell; `(n)`. A single batch gives plain batch norm.
///   - shrinkage: `kappa`.
///   - gamma: The scales; `(batches, units)`.
///   - beta: The shifts; `(batches, units)`.
/// - Returns: `u`; `(n, units)`.
package func batchwiseNormReference(
  _ a: [Double], units: Int, batches: [Int], shrinkage: Double, gamma: [Double], beta: [Double]
) -> [Double] {
  let n = batches.count
  var u = a
  for j in 0..<units {
    for s in Set(batches) {
      let own = Double(batches.count { $0 == s })
      let weights = batches.map { batch in
        shrinkage.isInfinite
          ? 1 / Double(n)
          : ((batch == s ? 1 : 0) + shrinkage / Double(n)) / (own + shrinkage)
      }
      var mean = 0.0
      for i in 0..<n { mean += weights[i] * a[i * units + j] }
      var variance = 0.0
      for i in 0..<n {
        let deviation = a[i * units + j] - mean
        variance += weights[i] * deviation * deviation
      }
      let scale = gamma[s * units + j] / (variance + Double(normEpsilon)).squareRoot()
      for i in 0..<n where batches[i] == s {
        u[i * units + j] = (a[i * units + j] - mean) * scale + beta[s * units + j]
      }
    }
  }
  return u
}
