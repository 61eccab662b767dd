import Numerics

/// A linear map between `y` and `mu` in the encoder, with the frozen norm after it folded in.
///
/// A trained norm over cells multiplies each unit by `gamma / √(var + eps)` and adds a number. The
/// layer's linear part is therefore `W' = diag(gamma / √(var + eps)) W`. If statistics are kept by
/// batch, there is one map for each batch and one for the mixture.
package struct FoldedLayer: Sendable {
  /// The layer's name, such as `encoder.0`.
  package let name: String

  /// The number of inputs.
  package let inputs: Int

  /// The number of outputs.
  package let outputs: Int

  /// A flag that is true if the layer's input is added to its output, `h + ReLU(norm(Wh))`.
  package let isResidual: Bool

  /// The factor of each unit: one row per batch with the mixture's last, or one row for all cells;
  /// `(1 or S + 1, outputs)`.
  package let scales: [[Float]]

  /// The weights without the scales, `Wᵀ`; `(inputs, outputs)`.
  let weight: [Float]

  /// Returns the transposed matrix `W'ᵀ`; `(inputs, outputs)`.
  ///
  /// Doubles represent the products of two floats exactly.
  ///
  /// - Parameter row: The row of ``scales``.
  /// - Returns: The numbers, row-major.
  package func matrix(scaledBy row: Int) -> [Double] {
    let scale = scales[row].map(Double.init)
    var values = [Double](repeating: 0, count: weight.count)
    for i in 0..<inputs {
      for j in 0..<outputs { values[i * outputs + j] = scale[j] * Double(weight[i * outputs + j]) }
    }
    return values
  }
}

extension Autoencoder {
  /// The linear maps from `y` to `mu` in order, with a ReLU between any two.
  ///
  /// They are those of ``latent(of:asMixture:missing:pool:)``, with the scales that it uses.
  ///
  /// - Returns: The maps, or `nil` with layer or group norm, whose scale differs between cells.
  package var foldedEncoder: [FoldedLayer]? {
    guard options.encoderNorm.kind.isLinearWhenFrozen else { return nil }
    let parameters = state.parameters.view
    var layers = network.encoder.enumerated().map { index, layer in
      let norm = TrainedNorm(
        layer, parameters: parameters, statistics: state.statistics.view)
      return FoldedLayer(
        name: layer.linear.name, inputs: layer.linear.inputs, outputs: layer.units,
        isResidual: layer.residual, scales: norm.scales,
        // The sparse first layer is stored gene by gene.
        weight: index == 0
          ? parameters[layer.linear.weight].values : transposedWeight(of: layer.linear))
    }
    layers.append(
      FoldedLayer(
        name: network.mu.name, inputs: network.mu.inputs, outputs: network.mu.outputs,
        isResidual: false, scales: [[Float](repeating: 1, count: network.mu.outputs)],
        weight: transposedWeight(of: network.mu)))
    return layers
  }

  private func transposedWeight(of layer: LinearLayer) -> [Float] {
    let weight = state.parameters.view[layer.weight]
    var values = [Float](repeating: 0, count: layer.inputs * layer.outputs)
    for j in 0..<layer.outputs {
      for i in 0..<layer.inputs {
        values[i * layer.outputs + j] = weight[j * layer.inputs + i]
      }
    }
    return values
  }
}
