package import Numerics

extension Autoencoder {
  /// Returns the latent means of cells, from the running statistics and without dropout.
  ///
  /// A cell's result does not depend on the other cells.
  ///
  /// - Parameters:
  ///   - cells: The cells. Their batches matter only if the encoder's norm is
  ///     ``Normalization/batch``; their counts are not used.
  ///   - asMixture: `true` to use the mixture's statistics in such an encoder, for new cells. The
  ///     default is `false`, for those of the cell's batch.
  ///   - missing: The genes that new cells lack, and the inputs to use instead. The default is
  ///     `nil`, for those that the cell's batch lacks.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  /// - Returns: `mu`; `(n, d)`.
  package func latent(
    of cells: Minibatch, asMixture: Bool = false, missing: MissingGenes? = nil,
    pool: ThreadPool? = nil
  ) -> Matrix {
    latent(of: cells, asMixture: asMixture, missing: missing, pool: pool, noting: nil)
  }

  /// Returns the latent means of cells, and records active units.
  func latent(
    of cells: Minibatch, asMixture: Bool = false, missing: MissingGenes? = nil,
    pool: ThreadPool?, noting fired: FiredUnits?
  ) -> Matrix {
    let head = packed(network.mu)
    let d = options.latent
    let parameters = state.parameters.view
    let result = FloatView.zeros(cells.cellCount * d)
    forEachShard(
      of: cells, asMixture: asMixture, missing: missing, before: nil, pool: pool, noting: fired
    ) { part, x in
      head.forward(
        0..<part.count, x: x, parameters: parameters,
        into: result[part.lowerBound * d..<part.upperBound * d])
    }
    return Matrix(rows: cells.cellCount, columns: d, values: result.values)
  }

  /// Returns the input to the norm of a hidden layer of the encoder, as in ``latent(of:)``; `(n,
  /// h)`.
  func preActivations(
    ofLayer layer: Int, for cells: Minibatch, asMixture: Bool, missing: MissingGenes?,
    pool: ThreadPool?
  ) -> Matrix {
    let units = network.encoder[layer].units
    let result = FloatView.zeros(cells.cellCount * units)
    forEachShard(
      of: cells, asMixture: asMixture, missing: missing, before: layer, pool: pool
    ) { part, a in
      result[part.lowerBound * units..<part.upperBound * units].copy(from: a)
    }
    return Matrix(rows: cells.cellCount, columns: units, values: result.values)
  }

  /// Runs sixteen cells at a time through the encoder's hidden layers.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - asMixture: As in ``latent(of:asMixture:missing:pool:)``.
  ///   - missing: As in ``latent(of:asMixture:missing:pool:)``.
  ///   - before: The layer to stop at, before its norm; `nil` for the last layer's output.
  ///   - pool: The threads to use.
  ///   - fired: The record of active units. The default is `nil`, for no record.
  ///   - finish: Receives the cells and the result.
  private func forEachShard(
    of cells: Minibatch, asMixture: Bool, missing: MissingGenes?, before: Int?,
    pool: ThreadPool?, noting fired: FiredUnits? = nil,
    _ finish: @Sendable (Range<Int>, FloatView) -> Void
  ) {
    let input = StepCells(cells, network: network, withCounts: false)
    let layers = network.encoder.map {
      TrainedNorm($0, parameters: state.parameters.view, statistics: state.statistics.view)
    }
    let linear = network.encoder.dropFirst().map { packed($0.linear) }
    let parameters = state.parameters.view
    let first = paddedBias(missing: missing)
    let biasRow = first.rows == 1 ? nil : input.batches
    pool.parallel(input.shards) { shard in
      let part = input.cells(ofShard: shard)
      let n = part.count
      let rows = Array(input.batches[part])
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
        if before == index { return finish(part, a) }
        let out = FloatView.zeros(n * layer.outputs)
        norm.apply(
          cells: n, row: norm.mixtureRow,
          rows: norm.layer.statisticsRows > 1 && !asMixture ? rows : nil, a: a,
          input: norm.layer.residual ? x : nil, into: out, noting: fired, layer: index,
          shard: shard)
        x = out
      }
      finish(part, x)
    }
  }

  /// Returns the initial value of the first layer's product: one row, or one per batch.
  private func paddedBias(missing: MissingGenes?) -> (bias: FloatView?, rows: Int) {
    let parameters = state.parameters.view
    let layer = network.encoder[0].linear
    let own = layer.bias.map { parameters[$0] }
    guard
      let padding = missing.map({
        GenePadding(missing: [$0.genes], meanInputs: $0.meanInputs)
      }) ?? network.padding
    else { return (own, 1) }
    precondition(padding.meanInputs.count == genes, "mean inputs of \(padding.meanInputs.count)")
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
