internal import CKernels

/// The cells of a minibatch by source, for one ``SourceNorm``-like layer.
///
/// A *slot* is a source that has cells in the minibatch.
package struct NormSlots: Sendable {
  /// The slot of each cell; `(n)`.
  package var slot: [Int32] = []

  /// The row of gamma and beta that each slot has; `(slots)`.
  package var affine: [Int32] = []

  /// The cells of each slot; `(slots)`.
  package var cells: [Float] = []

  /// The weight of the slot's own moments against the mixture's, `n_s / (n_s + kappa)`; `(slots)`.
  package var own: [Float] = []

  /// The weight of one own cell beyond its share of the mixture, `1 / (n_s + kappa)`; `(slots)`.
  package var ownWeight: [Float] = []

  /// The weight of a cell of the mixture, `kappa / n / (n_s + kappa)`; `(slots)`.
  package var mixtureWeight: [Float] = []

  private var slotOfSource: [Int32] = []

  package init() {}

  /// The number of slots.
  package var count: Int { cells.count }

  /// Groups the cells by source, or all into one slot.
  ///
  /// - Parameters:
  ///   - sources: The source of each cell; `(n)`.
  ///   - sourceCount: How many sources there are.
  ///   - perSource: Whether each source has a slot, gamma and beta of its own.
  ///   - shrinkage: `kappa`.
  package mutating func assign(
    _ sources: [Int32], sourceCount: Int, perSource: Bool, shrinkage: Float
  ) {
    slot.removeAll(keepingCapacity: true)
    affine.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    own.removeAll(keepingCapacity: true)
    ownWeight.removeAll(keepingCapacity: true)
    mixtureWeight.removeAll(keepingCapacity: true)
    if slotOfSource.count != sourceCount {
      slotOfSource = Array(repeating: -1, count: sourceCount)
    }
    for source in sources {
      let source = perSource ? Int(source) : 0
      if slotOfSource[source] < 0 {
        slotOfSource[source] = Int32(cells.count)
        affine.append(Int32(source))
        cells.append(0)
      }
      let found = slotOfSource[source]
      slot.append(found)
      cells[Int(found)] += 1
    }
    for source in affine { slotOfSource[Int(source)] = -1 }
    let n = Float(sources.count)
    for count in cells {
      let pooled = shrinkage.isInfinite
      own.append(pooled ? 0 : count / (count + shrinkage))
      ownWeight.append(pooled ? 0 : 1 / (count + shrinkage))
      mixtureWeight.append(pooled ? 1 / n : shrinkage / n / (count + shrinkage))
    }
  }
}

/// The moments of a minibatch, as ``sourceNorm(_:units:slots:a:gamma:beta:input:gate:moments:into:)``
/// leaves them: one row a slot, the mixture's last.
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

/// Added to a variance before its square root is taken.
package let normEpsilon: Float = 1e-5

/// Normalizes sixteen units over the cells of a minibatch, then ReLU and dropout.
///
/// For a unit with pre-activation `a_i` and source `s(i)`, with `n_s` cells of
/// the source among the `n` of the minibatch and shrinkage `kappa`,
///
///     w_i^s  = ([s(i) = s] + kappa / n) / (n_s + kappa)
///     mu_s   = Σ_i w_i^s a_i        var_s = Σ_i w_i^s (a_i - mu_s)²
///     u_i    = gamma_s (a_i - mu_s) / √(var_s + epsilon) + beta_s    for s = s(i)
///     out_i  = input_i + gate_i ReLU(u_i)
///
/// - Parameters:
///   - block: Which sixteen units.
///   - units: How many there are.
///   - slots: The sources of the cells.
///   - a: The pre-activations; `(n, units)`.
///   - gamma: The scales; `(sources, units)` or `(1, units)`.
///   - beta: The shifts; of gamma's shape.
///   - input: The residual's way around; `(n, units)`, or `nil`.
///   - gate: The dropout factors before, zero where the ReLU closed after; `(n, units)`.
///   - moments: What was found; `(slots + 1, units)`.
///   - out: The result; `(n, units)`.
package func sourceNorm(
  _ block: Int, units: Int, slots: NormSlots, a: FloatView, gamma: FloatView, beta: FloatView,
  input: FloatView?, gate: FloatView, moments: NormMoments, into out: FloatView
) {
  let n = slots.slot.count
  precondition(block * laneCount < units && a.count >= n * units && gate.count >= n * units)
  precondition(out.count >= n * units && (input?.count ?? .max) >= n * units)
  precondition(moments.mean.count >= (slots.count + 1) * units)
  unsafe ck_source_norm(
    n, units, block * laneCount, slots.count, slots.slot, slots.affine, slots.cells, slots.own,
    normEpsilon, a.base, gamma.base, beta.base, input?.base, gate.base, moments.mean.base,
    moments.variance.base, moments.inverse.base, out.base)
}

/// Carries the gradient back through ``sourceNorm(_:units:slots:a:gamma:beta:input:gate:moments:into:)``.
///
/// - Parameters:
///   - block: Which sixteen units.
///   - units: How many there are.
///   - slots: The sources of the cells.
///   - affineRows: The rows of gamma and beta.
///   - a: The pre-activations; `(n, units)`.
///   - moments: What the forward pass found.
///   - gamma: The scales.
///   - gate: What the forward pass left there.
///   - dout: The gradient by the output; `(n, units)`.
///   - scratch: Working space; `(2, slots, units)`.
///   - dgamma: The gradient by gamma, written for these units.
///   - dbeta: The gradient by beta, written for these units.
///   - da: The gradient by the pre-activations; `(n, units)`.
package func sourceNormGradient(
  _ block: Int, units: Int, slots: NormSlots, affineRows: Int, a: FloatView,
  moments: NormMoments, gamma: FloatView, gate: FloatView, dout: FloatView, scratch: FloatView,
  dgamma: FloatView, dbeta: FloatView, into da: FloatView
) {
  let n = slots.slot.count
  precondition(block * laneCount < units && a.count >= n * units && gate.count >= n * units)
  precondition(dout.count >= n * units && da.count >= n * units)
  precondition(scratch.count >= 2 * slots.count * units && gamma.count == affineRows * units)
  precondition(dgamma.count == gamma.count && dbeta.count == gamma.count)
  unsafe ck_source_norm_gradient(
    n, units, block * laneCount, slots.count, affineRows, slots.slot, slots.affine,
    slots.ownWeight, slots.mixtureWeight, a.base, moments.mean.base, moments.inverse.base,
    gamma.base, gate.base, dout.base, scratch.base, dgamma.base, dbeta.base, da.base)
}

/// Normalizes groups of units within each cell, then ReLU and dropout.
///
/// - Parameters:
///   - n: The number of cells.
///   - units: The number of units.
///   - groups: The number of groups, which divides the units.
///   - a: The pre-activations, replaced by their normalized values; `(n, units)`.
///   - gamma: The scales; `(units)`.
///   - beta: The shifts; `(units)`.
///   - input: The residual's way around; `(n, units)`, or `nil`.
///   - gate: The dropout factors before, zero where the ReLU closed after; `(n, units)`.
///   - inverse: One over each group's deviation; `(n, groups)`.
///   - out: The result; `(n, units)`.
package func groupNorm(
  cells n: Int, units: Int, groups: Int, a: FloatView, gamma: FloatView, beta: FloatView,
  input: FloatView?, gate: FloatView, inverse: FloatView, into out: FloatView
) {
  precondition(units % groups == 0 && a.count >= n * units && gate.count >= n * units)
  precondition(out.count >= n * units && inverse.count >= n * groups)
  precondition((input?.count ?? .max) >= n * units)
  precondition(gamma.count == units && beta.count == units)
  unsafe ck_group_norm(
    n, units, groups, normEpsilon, a.base, gamma.base, beta.base, input?.base, gate.base,
    inverse.base, out.base)
}

/// Carries the gradient back through a group norm; `xhat` is what it left in `a`.
package func groupNormGradient(
  cells n: Int, units: Int, groups: Int, xhat: FloatView, inverse: FloatView, gamma: FloatView,
  gate: FloatView, dout: FloatView, into da: FloatView
) {
  precondition(units % groups == 0 && xhat.count >= n * units && gate.count >= n * units)
  precondition(dout.count >= n * units && da.count >= n * units && inverse.count >= n * groups)
  unsafe ck_group_norm_gradient(
    n, units, groups, xhat.base, inverse.base, gamma.base, gate.base, dout.base, da.base)
}

/// The gradients by gamma and beta that all cells share, for some units.
package func affineGradient(
  _ part: Range<Int>, cells n: Int, units: Int, xhat: FloatView, gate: FloatView,
  dout: FloatView, dgamma: FloatView, dbeta: FloatView
) {
  precondition(part.upperBound <= units && xhat.count >= n * units && gate.count >= n * units)
  precondition(dout.count >= n * units && dgamma.count == units && dbeta.count == units)
  unsafe ck_affine_gradient(
    n, units, part.lowerBound, part.upperBound, xhat.base, gate.base, dout.base, dgamma.base,
    dbeta.base)
}

/// ReLU and dropout alone: `out = input + gate ReLU(a)`.
package func rectify(_ a: FloatView, input: FloatView?, gate: FloatView, into out: FloatView) {
  precondition(gate.count == a.count && out.count == a.count)
  precondition((input?.count ?? a.count) == a.count)
  unsafe ck_rectify(a.count, a.base, input?.base, gate.base, out.base)
}

/// A trained norm at inference: `out = input + ReLU(a * scale + shift)`.
///
/// - Parameters:
///   - cells: The cells, of which only `row` knows the others.
///   - units: The number of units.
///   - a: The cells' pre-activations; `(cells, units)`.
///   - scale: The scales; `(rows, units)`.
///   - shift: The shifts; `(rows, units)`.
///   - row: The row of scale and shift that each cell takes; `nil` for the first.
///   - input: The residual's way around; `(cells, units)`, or `nil`.
///   - out: The result; `(cells, units)`.
package func applyNorm(
  cells: Range<Int>, units: Int, a: FloatView, scale: FloatView, shift: FloatView,
  row: [Int32]?, input: FloatView?, into out: FloatView
) {
  let n = cells.count
  precondition(a.count >= n * units && out.count >= n * units && scale.count == shift.count)
  precondition((input?.count ?? .max) >= n * units && (row?.count ?? .max) >= cells.upperBound)
  guard let row else {
    unsafe ck_normalize(
      n, units, a.base, scale.base, shift.base, nil, input?.base, out.base)
    return
  }
  unsafe row.withUnsafeBufferPointer { row in
    guard let row = row.baseAddress else { return }
    unsafe ck_normalize(
      n, units, a.base, scale.base, shift.base, row + cells.lowerBound, input?.base, out.base)
  }
}
