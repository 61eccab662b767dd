public import Kernels

extension Autoencoder {
  /// The latent means of cells, from the running statistics and without dropout.
  ///
  /// A cell's result does not depend on the other cells.
  ///
  /// - Parameters:
  ///   - cells: The cells. Their sources matter only where the encoder's norm
  ///     is ``Normalization/source``; their counts do not.
  ///   - asMixture: Whether such an encoder takes the mixture's statistics, for
  ///     cells from elsewhere. The default is those of the cell's source.
  ///   - missing: The genes that cells from elsewhere lack, ascending. The
  ///     default is those that the cell's source lacks.
  /// - Returns: `mu`; `(n, d)`.
  public func latent(
    of cells: Minibatch, asMixture: Bool = false, missing: [UInt16]? = nil
  ) -> Matrix {
    let input = StepCells(cells, network: network, withCounts: false)
    let layers = network.encoder.map {
      TrainedNorm($0, parameters: state.parameters.view, statistics: state.statistics.view)
    }
    let linear = network.encoder.dropFirst().map { packed($0.linear) }
    let head = packed(network.mu)
    let d = options.latent
    let result = FloatView.zeros(input.cells * d)
    let parameters = state.parameters.view
    let first = paddedBias(missing: missing)
    let biasRow = first.rows == 1 ? nil : input.sources
    pool.parallel(input.shards) { shard in
      let part = input.cells(ofShard: shard)
      let n = part.count
      let rows = Array(input.sources[part])
      var x = FloatView.zeros(0)
      for (index, norm) in layers.enumerated() {
        let layer = norm.layer.linear
        let a = FloatView.zeros(n * layer.outputs)
        if index == 0 {
          sparseProduct(
            part, of: input.inputs, weight: parameters[layer.weight], width: layer.outputs,
            bias: first.bias, biasRow: biasRow, shifted: true, into: a)
        } else {
          linear[index - 1].forward(0..<n, x: x, parameters: parameters, into: a)
        }
        let out = FloatView.zeros(n * layer.outputs)
        norm.apply(
          cells: n, row: norm.mixtureRow,
          rows: norm.layer.norm == .source && !asMixture ? rows : nil, a: a,
          input: norm.layer.residual ? x : nil, into: out)
        x = out
      }
      head.forward(
        0..<n, x: x, parameters: parameters,
        into: result[part.lowerBound * d..<part.upperBound * d])
    }
    return Matrix(rows: input.cells, columns: d, values: result.values)
  }

  /// What the first layer's product starts from: one row, or one a source.
  private func paddedBias(missing: [UInt16]?) -> (bias: FloatView?, rows: Int) {
    let parameters = state.parameters.view
    let layer = network.encoder[0].linear
    let own = layer.bias.map { parameters[$0] }
    guard var padding = network.padding else {
      precondition(missing?.isEmpty ?? true, "a network without padding has no mean inputs")
      return (own, 1)
    }
    if let missing { padding.missing = [missing] }
    let rows = padding.missing.count
    let bias = FloatView.zeros(rows * layer.outputs)
    sparseProduct(
      0..<rows, of: padding.rows, weight: parameters[layer.weight], width: layer.outputs,
      bias: own, into: bias)
    return (bias, rows)
  }

  func packed(_ layer: LinearLayer) -> LinearWorkspace {
    let workspace = LinearWorkspace(layer, capacity: 0)
    workspace.pack(state.parameters.view)
    return workspace
  }
}
