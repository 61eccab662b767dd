import Numerics

/// The packed factors of a fully connected layer's products in bfloat16.
final class BfloatLinear: Sendable {
  private let layer: LinearLayer

  /// `Wᵀ` and `W` as right factors.
  private let forwardWeight: FloatView
  private let backwardWeight: FloatView

  /// The rows of the input, or of the output's gradient, as left factors.
  private let rows: FloatView

  /// The input as the right factor, and the output's gradient as the left one, of the weight's
  /// gradient, whose inner index is the cell.
  private let cellInputs: FloatView
  private let cellGradients: FloatView

  private var inputDepth: Int { bfloatDepth(layer.inputs) }
  private var outputDepth: Int { bfloatDepth(layer.outputs) }

  init(_ layer: LinearLayer, capacity n: Int) {
    self.layer = layer
    let (inputs, outputs, cells) = (
      bfloatDepth(layer.inputs), bfloatDepth(layer.outputs), bfloatDepth(n)
    )
    forwardWeight = .zeros(bfloatSize(layer.outputs, depth: inputs))
    backwardWeight = .zeros(bfloatSize(layer.inputs, depth: outputs))
    rows = .zeros(bfloatSize(n, depth: max(inputs, outputs)))
    cellInputs = .zeros(bfloatSize(layer.inputs, depth: cells))
    cellGradients = .zeros(bfloatSize(layer.outputs, depth: cells))
  }

  /// Packs the current weight.
  func pack(_ weight: FloatView) {
    packBfloatRight(
      weight, k: layer.inputs, n: layer.outputs, rowStride: 1, columnStride: layer.inputs,
      depth: inputDepth, into: forwardWeight)
    packBfloatRight(
      weight, k: layer.outputs, n: layer.inputs, rowStride: layer.inputs, columnStride: 1,
      depth: outputDepth, into: backwardWeight)
  }

  /// Adds `x Wᵀ` to `y` for a shard's cells, of `n` in the minibatch, and packs `x` for the weight's
  /// gradient.
  func forward(
    _ cells: Range<Int>, of n: Int, x: FloatView, into y: FloatView, adding: Bool
  ) {
    let x = x[(cells.lowerBound * layer.inputs)...]
    let isLast = cells.upperBound == n
    packBfloatRight(
      x, k: cells.count, n: layer.inputs, rowStride: layer.inputs, columnStride: 1,
      at: cells.lowerBound, padded: isLast ? nil : cells.upperBound, depth: bfloatDepth(n),
      into: cellInputs)
    multiply(
      cells, x, inputs: layer.inputs, depth: inputDepth, forwardWeight, outputs: layer.outputs,
      into: y, adding: adding)
  }

  /// Computes `dx = dy W` for a shard's cells, or adds it.
  func inputGradient(_ cells: Range<Int>, dy: FloatView, into dx: FloatView, adding: Bool) {
    multiply(
      cells, dy[(cells.lowerBound * layer.outputs)...], inputs: layer.outputs, depth: outputDepth,
      backwardWeight, outputs: layer.inputs, into: dx, adding: adding)
  }

  private func multiply(
    _ cells: Range<Int>, _ x: FloatView, inputs: Int, depth: Int, _ weight: FloatView,
    outputs: Int, into y: FloatView, adding: Bool
  ) {
    let left = rows[(cells.lowerBound * depth)...]
    packBfloatLeft(
      x, m: cells.count, k: inputs, rowStride: inputs, columnStride: 1, depth: depth, into: left)
    multiplyBfloats(
      left, weight, m: cells.count, n: outputs, depth: depth, into: y, stride: outputs,
      adding: adding)
  }

  /// The number of parts of the weight's gradient: sixteen outputs each.
  var gradientShards: Int { (layer.outputs + laneCount - 1) / laneCount }

  /// Computes one part of `dW = dyᵀ x` from the input of the last forward pass.
  func weightGradient(_ shard: Int, cells n: Int, dy: FloatView, into dweight: FloatView) {
    let first = shard * laneCount
    let count = min(laneCount, layer.outputs - first)
    let depth = bfloatDepth(n)
    let left = cellGradients[(first * depth)...]
    packBfloatLeft(
      dy[first...], m: count, k: n, rowStride: 1, columnStride: layer.outputs, depth: depth,
      into: left)
    multiplyBfloats(
      left, cellInputs, m: count, n: layer.inputs, depth: depth,
      into: dweight[(first * layer.inputs)...], stride: layer.inputs)
  }
}
