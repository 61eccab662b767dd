internal import CKernels

/// Normalizes groups of units within each cell, followed by ReLU and dropout.
///
/// - Parameters:
///   - n: The number of cells.
///   - units: The number of units.
///   - groups: The number of groups, which divides the units.
///   - a: The pre-activations, replaced by their normalized values; `(n, units)`.
///   - gamma: The scales; `(units)`.
///   - beta: The shifts; `(units)`.
///   - input: The input of the residual connection; `(n, units)`, or `nil`.
///   - gate: The dropout factors, set to zero where the ReLU is inactive; `(n, units)`.
///   - inverse: The inverse standard deviation of each group; `(n, groups)`.
///   - out: The result; `(n, units)`.
package func groupNorm(
  cells n: Int, units: Int, groups: Int, a: FloatView, gamma: FloatView, beta: FloatView,
  input: FloatView?, gate: FloatView, inverse: FloatView, into out: FloatView
) {
  precondition(units % groups == 0 && a.count >= n * units && gate.count >= n * units)
  precondition(out.count >= n * units && inverse.count >= n * groups)
  precondition((input?.count ?? .max) >= n * units)
  precondition(gamma.count == units && beta.count == units)
  unsafe kernels.pointee.group_norm(
    n, units, groups, normEpsilon, a.base, gamma.base, beta.base, input?.base, gate.base,
    inverse.base, out.base)
}

/// Propagates the gradient back through a group norm; `xhat` is the normalized `a` of the forward
/// pass.
package func groupNormGradient(
  cells n: Int, units: Int, groups: Int, xhat: FloatView, inverse: FloatView, gamma: FloatView,
  gate: FloatView, dout: FloatView, into da: FloatView
) {
  precondition(units % groups == 0 && xhat.count >= n * units && gate.count >= n * units)
  precondition(dout.count >= n * units && da.count >= n * units && inverse.count >= n * groups)
  unsafe kernels.pointee.group_norm_gradient(
    n, units, groups, xhat.base, inverse.base, gamma.base, gate.base, dout.base, da.base)
}

/// Computes the gradients by gamma and beta, which all cells share, for some units.
package func affineGradient(
  _ part: Range<Int>, cells n: Int, units: Int, xhat: FloatView, gate: FloatView,
  dout: FloatView, dgamma: FloatView, dbeta: FloatView
) {
  precondition(part.upperBound <= units && xhat.count >= n * units && gate.count >= n * units)
  precondition(dout.count >= n * units && dgamma.count == units && dbeta.count == units)
  unsafe kernels.pointee.affine_gradient(
    n, units, part.lowerBound, part.upperBound, xhat.base, gate.base, dout.base, dgamma.base,
    dbeta.base)
}

/// Computes the same by plain loops in double precision, without ReLU and gate.
package func groupNormReference(
  _ a: [Double], units: Int, groups: Int, gamma: [Double], beta: [Double]
) -> [Double] {
  let width = units / groups
  var u = a
  for start in stride(from: 0, to: a.count, by: width) {
    let group = a[start..<start + width]
    let mean = group.reduce(0, +) / Double(width)
    let variance = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
    for k in group.indices {
      let scale = gamma[k % units] / (variance + Double(normEpsilon)).squareRoot()
      u[k] = (a[k] - mean) * scale + beta[k % units]
    }
  }
  return u
}
