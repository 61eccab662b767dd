import Numerics

/// The activations of one hidden layer and their gradients, for minibatches of one size.
final class HiddenWorkspace: Sendable {
  let layer: HiddenLayer

  /// The pre-activations, or, after a layer or group norm, their normalized values; `(n, units)`.
  let a: FloatView

  /// The dropout factors, then the factors of the gradient; `(n, units)`.
  let gate: FloatView

  /// The layer's output; `(n, units)`.
  let out: FloatView

  /// The gradient by the output; `(n, units)`.
  let dout: FloatView

  /// The gradient by the pre-activations; `(n, units)`.
  let da: FloatView

  let moments: NormMoments

  /// The memory of a norm over cells for its gradient.
  let scratch: FloatView

  /// The inverse deviations of a norm within cells; `(n, groups)`.
  let groupInverse: FloatView

  init(_ layer: HiddenLayer, capacity n: Int) {
    self.layer = layer
    let units = layer.units
    let slots = layer.isOverCells ? min(n, layer.affineRows) : 0
    a = .zeros(n * units)
    gate = .zeros(n * units)
    out = .zeros(n * units)
    dout = .zeros(n * units)
    da = .zeros(n * units)
    moments = NormMoments(
      mean: .zeros((slots + 1) * units), variance: .zeros((slots + 1) * units),
      inverse: .zeros((slots + 1) * units))
    scratch = .zeros(2 * slots * units)
    groupInverse = .zeros(n * layer.groups)
  }

  /// Returns the number of parts of the norm: blocks of units, or shards of cells.
  func normShards(cells n: Int) -> Int { layer.kind.shards(of: self, cells: n) }

  /// Computes norm, ReLU, dropout and residual for one part.
  func forward(
    _ shard: Int, cells n: Int, slots: NormSlots, input: FloatView?, parameters: FloatView
  ) {
    layer.kind.forward(
      shard, of: self, cells: n, slots: slots, input: input, parameters: parameters)
  }

  /// Returns the number of parts of the norm's gradient.
  func gradientShards(cells n: Int) -> Int { layer.kind.gradientShards(of: self, cells: n) }

  /// Propagates the gradient back for one part, to the pre-activations, gamma and beta.
  func backward(
    _ shard: Int, cells n: Int, slots: NormSlots, parameters: FloatView, into gradient: FloatView
  ) {
    layer.kind.backward(
      shard, of: self, cells: n, slots: slots, parameters: parameters, into: gradient)
  }

  /// Updates the running moments with those of the minibatch.
  func updateStatistics(_ statistics: FloatView, slots: NormSlots) {
    layer.kind.updateStatistics(statistics, of: self, slots: slots)
  }

  /// Returns the scales and shifts among the parameters, or the gradient by them; `nil` without.
  func affine(in values: FloatView) -> (gamma: FloatView, beta: FloatView)? {
    guard let gamma = layer.gamma, let beta = layer.beta else { return nil }
    return (values[gamma], values[beta])
  }

  /// Returns the indices of a shard of cells in an array of the layer's width.
  func floats(ofShard shard: Int, cells n: Int) -> Range<Int> {
    let first = shard * laneCount
    return first * layer.units..<min(first + laneCount, n) * layer.units
  }
}
