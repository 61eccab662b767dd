import Numerics

/// The products of the output layer's weight with the decoder's hidden units, in either precision.
struct OutputProducts: Sendable {
  /// The number of genes whose weights are multiplied by all cells of a block while they are in the
  /// cache.
  private static let genesTogether = 96

  private let layer: LinearLayer

  /// The weight, `(f, h)`, or its packed factor in bfloat16.
  private let weight: FloatView

  private let inBfloat: Bool

  private var depth: Int { bfloatDepth(layer.inputs) }

  init(_ layer: LinearLayer, parameters: FloatView, precision: ProductPrecision) {
    self.layer = layer
    inBfloat = precision == .bfloat16
    guard inBfloat else {
      weight = parameters[layer.weight]
      return
    }
    let depth = bfloatDepth(layer.inputs)
    weight = .zeros(bfloatSize(layer.outputs, depth: depth))
    packBfloatLeft(
      parameters[layer.weight], m: layer.outputs, k: layer.inputs, rowStride: layer.inputs,
      columnStride: 1, depth: depth, into: weight)
  }

  /// Computes the products for a block of cells.
  ///
  /// - Parameters:
  ///   - hidden: The hidden units; `(cells, h)`.
  ///   - cells: The number of cells.
  /// - Returns: The products, by sixteen cells; `(shards, f, 16)`.
  func logits(of hidden: FloatView, cells: Int) -> FloatView {
    let shards = fixedShards(of: cells, size: laneCount)
    let output = FloatView.zeros(shards.count * layer.outputs * laneCount)
    if inBfloat {
      multiplyBfloats(hidden, shards, into: output)
    } else {
      multiply(hidden, shards, into: output)
    }
    return output
  }

  private func multiply(_ hidden: FloatView, _ shards: [Range<Int>], into output: FloatView) {
    let (f, h) = (layer.outputs, layer.inputs)
    let lanes = FloatView.zeros(shards.count * h * laneCount)
    for cells in shards {
      let first = cells.lowerBound * h
      cellsToLanes(hidden[first...], cells: cells.count, width: h, into: lanes[first...])
    }
    for genes in fixedShards(of: f, size: Self.genesTogether) {
      multiplyPanels(
        weight[(genes.lowerBound * h)...], m: genes.count, n: shards.count * laneCount, k: h,
        rowStride: h, columnStride: 1, panels: lanes,
        into: output[(genes.lowerBound * laneCount)...], stride: laneCount,
        panelStride: f * laneCount)
    }
  }

  private func multiplyBfloats(
    _ hidden: FloatView, _ shards: [Range<Int>], into output: FloatView
  ) {
    let (f, h, depth) = (layer.outputs, layer.inputs, depth)
    let lanes = FloatView.zeros(shards.count * laneCount * depth)
    for cells in shards {
      packBfloatRight(
        hidden[(cells.lowerBound * h)...], k: h, n: cells.count, rowStride: 1, columnStride: h,
        depth: depth, into: lanes[(cells.lowerBound * depth)...])
    }
    for genes in fixedShards(of: f, size: Self.genesTogether) {
      for (shard, cells) in shards.enumerated() {
        Numerics.multiplyBfloats(
          weight[(genes.lowerBound * depth)...], lanes[(cells.lowerBound * depth)...],
          m: genes.count, n: laneCount, depth: depth,
          into: output[((shard * f + genes.lowerBound) * laneCount)...], stride: laneCount)
      }
    }
  }
}
