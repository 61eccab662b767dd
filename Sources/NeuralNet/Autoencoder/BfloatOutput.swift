import Numerics

/// The packed factors of the output layer's products in bfloat16.
///
/// As in ``OutputWorkspace``, the outputs of a shard are `(f, 16)`, one cell per lane.
final class BfloatOutput: Sendable {
  private let layer: LinearLayer

  /// `W` and `Wᵀ` as left factors.
  private let weight: FloatView
  private let transposedWeight: FloatView

  /// A shard's input, `(h, 16)`, and its gradient by the outputs, `(f, 16)`, as right factors.
  private let lanes: FloatView
  private let gradients: FloatView

  /// The input as the right factor, and the gradient by the outputs as the left one, of the
  /// weight's gradient, whose inner index is the cell.
  private let cellInputs: FloatView
  private let cellGradients: FloatView

  private var inputDepth: Int { bfloatDepth(layer.inputs) }
  private var outputDepth: Int { bfloatDepth(layer.outputs) }

  init(_ layer: LinearLayer, capacity n: Int) {
    self.layer = layer
    let (f, h) = (layer.outputs, layer.inputs)
    let cells = bfloatDepth(n)
    weight = .zeros(bfloatSize(f, depth: bfloatDepth(h)))
    transposedWeight = .zeros(bfloatSize(h, depth: bfloatDepth(f)))
    lanes = .zeros(bfloatSize(n, depth: bfloatDepth(h)))
    gradients = .zeros(bfloatSize(n, depth: bfloatDepth(f)))
    cellInputs = .zeros(bfloatSize(h, depth: cells))
    cellGradients = .zeros(bfloatSize(f, depth: cells))
  }

  /// Packs the weights of some genes; the first is a multiple of 32.
  func pack(_ genes: Range<Int>, weight matrix: FloatView) {
    let (f, h) = (layer.outputs, layer.inputs)
    let part = matrix[(genes.lowerBound * h)...]
    packBfloatLeft(
      part, m: genes.count, k: h, rowStride: h, columnStride: 1, depth: inputDepth,
      into: weight[(genes.lowerBound * inputDepth)...])
    packBfloatLeft(
      part, m: h, k: genes.count, rowStride: 1, columnStride: h, at: genes.lowerBound,
      padded: genes.upperBound == f ? nil : genes.upperBound, depth: outputDepth,
      into: transposedWeight)
  }

  /// Computes the outputs, `(f, 16)`, of a shard's cells, of `n` in the minibatch, from their rows
  /// of the input.
  func forward(
    _ cells: Range<Int>, of n: Int, x: FloatView, into outputs: FloatView
  ) {
    let h = layer.inputs
    packBfloatRight(
      x, k: cells.count, n: h, rowStride: h, columnStride: 1, at: cells.lowerBound,
      padded: cells.upperBound == n ? nil : cells.upperBound, depth: bfloatDepth(n),
      into: cellInputs)
    let right = lanes[(cells.lowerBound * inputDepth)...]
    packBfloatRight(
      x, k: h, n: cells.count, rowStride: 1, columnStride: h, depth: inputDepth, into: right)
    multiplyBfloats(
      weight, right, m: layer.outputs, n: laneCount, depth: inputDepth, into: outputs,
      stride: laneCount)
  }

  /// Computes the gradient by a shard's input, `(h, 16)`, from that by its outputs, `(f, 16)`.
  func backward(_ cells: Range<Int>, gradient: FloatView, into dlanes: FloatView) {
    let right = gradients[(cells.lowerBound * outputDepth)...]
    packBfloatRight(
      gradient, k: layer.outputs, n: laneCount, rowStride: laneCount, columnStride: 1,
      depth: outputDepth, into: right)
    multiplyBfloats(
      transposedWeight, right, m: layer.inputs, n: laneCount, depth: outputDepth, into: dlanes,
      stride: laneCount)
  }

  /// Computes the weight's gradient of some genes; the first is a multiple of 16.
  ///
  /// - Parameters:
  ///   - genes: The rows to compute.
  ///   - n: The number of cells.
  ///   - gradient: The gradient by the outputs; `(shards, f, 16)`.
  ///   - dweight: The weight's gradient; `(f, h)`.
  func weightGradient(
    _ genes: Range<Int>, cells n: Int, gradient: FloatView, into dweight: FloatView
  ) {
    let (f, h) = (layer.outputs, layer.inputs)
    let depth = bfloatDepth(n)
    let left = cellGradients[(genes.lowerBound * depth)...]
    for first in stride(from: 0, to: n, by: laneCount) {
      let count = min(laneCount, n - first)
      packBfloatLeft(
        gradient[(first * f + genes.lowerBound * laneCount)...], m: genes.count, k: count,
        rowStride: laneCount, columnStride: 1, at: first,
        padded: first + count == n ? nil : first + count, depth: depth, into: left)
    }
    multiplyBfloats(
      left, cellInputs, m: genes.count, n: h, depth: depth,
      into: dweight[(genes.lowerBound * h)...], stride: h)
  }
}
