import Numerics

/// The memory of a fully connected layer besides its parameters, for minibatches of one size.
final class LinearWorkspace: Sendable {
  let layer: LinearLayer

  /// `Wᵀ` in panels, for the product with the input.
  private let forwardPanels: FloatView

  /// `W` in panels, for the product with the output's gradient.
  private let backwardPanels: FloatView

  /// The input in panels, for the weight's gradient.
  private let inputPanels: FloatView

  /// The factors of products in bfloat16; `nil` for float32.
  private let bfloat: BfloatLinear?

  init(_ layer: LinearLayer, capacity n: Int, precision: ProductPrecision = .float32) {
    self.layer = layer
    bfloat = precision == .bfloat16 ? BfloatLinear(layer, capacity: n) : nil
    guard bfloat == nil else {
      (forwardPanels, backwardPanels, inputPanels) = (.zeros(0), .zeros(0), .zeros(0))
      return
    }
    forwardPanels = .zeros(panelSize(k: layer.inputs, n: layer.outputs))
    backwardPanels = .zeros(panelSize(k: layer.outputs, n: layer.inputs))
    inputPanels = .zeros(panelSize(k: n, n: layer.inputs))
  }

  /// Packs the current weight; call it before the first product of a step.
  func pack(_ parameters: FloatView) {
    let weight = parameters[layer.weight]
    if let bfloat { return bfloat.pack(weight) }
    packPanels(
      weight, k: layer.inputs, n: layer.outputs, rowStride: 1, columnStride: layer.inputs,
      into: forwardPanels)
    packPanels(
      weight, k: layer.outputs, n: layer.inputs, rowStride: layer.inputs, columnStride: 1,
      into: backwardPanels)
  }

  /// Computes `y = x Wᵀ + b` for some cells; in bfloat16 for a shard's cells, of `n` in the minibatch.
  func forward(
    _ cells: Range<Int>, of n: Int = 0, x: FloatView, parameters: FloatView, into y: FloatView
  ) {
    let (inputs, outputs) = (layer.inputs, layer.outputs)
    let y = y[cells.lowerBound * outputs..<cells.upperBound * outputs]
    if let bias = layer.bias {
      let bias = parameters[bias]
      for cell in 0..<cells.count {
        y[cell * outputs..<(cell + 1) * outputs].copy(from: bias)
      }
    }
    if let bfloat {
      return bfloat.forward(cells, of: n, x: x, into: y, adding: layer.bias != nil)
    }
    multiplyPanels(
      x[(cells.lowerBound * inputs)...], m: cells.count, n: outputs, k: inputs,
      rowStride: inputs, columnStride: 1, panels: forwardPanels, into: y, stride: outputs,
      adding: layer.bias != nil)
  }

  /// Computes `dx = dy W` for some cells, or adds it.
  func inputGradient(_ cells: Range<Int>, dy: FloatView, into dx: FloatView, adding: Bool) {
    let (inputs, outputs) = (layer.inputs, layer.outputs)
    if let bfloat {
      return bfloat.inputGradient(
        cells, dy: dy, into: dx[cells.lowerBound * inputs..<cells.upperBound * inputs],
        adding: adding)
    }
    multiplyPanels(
      dy[(cells.lowerBound * outputs)...], m: cells.count, n: inputs, k: outputs,
      rowStride: outputs, columnStride: 1, panels: backwardPanels,
      into: dx[cells.lowerBound * inputs..<cells.upperBound * inputs], stride: inputs,
      adding: adding)
  }

  /// The number of parts of the parameters' gradient.
  var gradientShards: Int {
    1 + (bfloat?.gradientShards ?? (layer.inputs + laneCount - 1) / laneCount)
  }

  /// Computes one part of `dW = dyᵀ x`, or `db`.
  func parameterGradient(
    _ shard: Int, cells n: Int, x: FloatView, dy: FloatView, into gradient: FloatView
  ) {
    let (inputs, outputs) = (layer.inputs, layer.outputs)
    let first = shard * laneCount
    guard shard < gradientShards - 1 else {
      guard let bias = layer.bias else { return }
      return columnSums(
        0..<outputs, of: dy, rows: n, width: outputs, into: gradient[bias])
    }
    if let bfloat {
      return bfloat.weightGradient(shard, cells: n, dy: dy, into: gradient[layer.weight])
    }
    let columns = min(laneCount, inputs - first)
    let panel = inputPanels[(first * n)...]
    packPanels(
      x[first...], k: n, n: columns, rowStride: inputs, columnStride: 1, into: panel)
    multiplyPanels(
      dy, m: outputs, n: columns, k: n, rowStride: 1, columnStride: outputs, panels: panel,
      into: gradient[layer.weight][first...], stride: inputs)
  }
}
