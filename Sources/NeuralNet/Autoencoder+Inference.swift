public import Kernels

/// As which source cells are decoded.
public enum DecodedSource: Sendable, Equatable {
  /// As if they came from this one.
  case source(Int)

  /// As each in turn, the results averaged.
  case everySource

  /// As none in particular: the mixture's moments, the mean scale and shift.
  case mixture
}

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

  /// Decodes latent positions into the logarithms of gene proportions.
  ///
  /// With ``ReconstructionLoss/meanSquaredError`` it is the decoder's output itself.
  ///
  /// - Parameters:
  ///   - latent: The positions; `(n, d)`.
  ///   - source: As which source. Averages are of the logarithms.
  /// - Returns: `log rho`; `(n, f)`.
  public func decode(_ latent: Matrix, as source: DecodedSource = .everySource) -> Matrix {
    precondition(
      latent.columns == options.latent, "latent positions are not \(latent.columns) wide")
    let layers = network.decoder.map {
      TrainedNorm($0, parameters: state.parameters.view, statistics: state.statistics.view)
    }
    let linear = network.decoder.map { packed($0.linear) }
    let perSource = layers.contains { $0.layer.norm == .source }
    let rows: [Int?] =
      switch source {
      case .source(let source): [source]
      case .everySource: perSource ? (0..<sources).map { $0 } : [nil]
      case .mixture: [nil]
      }
    if case .source(let number) = source {
      precondition(number >= 0 && number < sources, "source \(number) is not below \(sources)")
    }
    let positions = FloatView.zeros(latent.values.count)
    positions.copy(from: latent.values)
    let result = FloatView.zeros(latent.rows * genes)
    let parameters = state.parameters.view
    let d = options.latent
    pool.parallel((latent.rows + laneCount - 1) / laneCount) { shard in
      let part = shard * laneCount..<min((shard + 1) * laneCount, latent.rows)
      let z = positions[part.lowerBound * d..<part.upperBound * d]
      let sum = FloatView.zeros(genes * laneCount)
      for row in rows {
        var x = z
        for (index, norm) in layers.enumerated() {
          let units = norm.layer.units
          let a = FloatView.zeros(part.count * units)
          let out = FloatView.zeros(part.count * units)
          linear[index].forward(0..<part.count, x: x, parameters: parameters, into: a)
          norm.apply(
            cells: part.count, row: norm.layer.norm == .source ? row ?? norm.mixtureRow : 0,
            rows: nil, a: a, input: norm.layer.residual ? x : nil, into: out)
          x = out
        }
        addOutput(of: x, cells: part.count, to: sum)
      }
      let scale = 1 / Float(rows.count)
      for k in 0..<sum.count { sum[k] *= scale }
      lanesToCells(
        sum, cells: part.count, width: genes,
        into: result[part.lowerBound * genes..<part.upperBound * genes])
    }
    return Matrix(rows: latent.rows, columns: genes, values: result.values)
  }

  /// Adds the output layer's log proportions, or its plain output, of up to sixteen cells.
  private func addOutput(of x: FloatView, cells: Int, to sum: FloatView) {
    let layer = network.output
    guard let biasRange = layer.bias else { return }
    let parameters = state.parameters.view
    let h = layer.inputs
    let lanes = FloatView.zeros(h * laneCount)
    let output = FloatView.zeros(genes * laneCount)
    let sums = FloatView.zeros(laneCount)
    cellsToLanes(x, cells: cells, width: h, into: lanes)
    multiplyPanels(
      parameters[layer.weight], m: genes, n: laneCount, k: h, rowStride: h, columnStride: 1,
      panels: lanes, into: output, stride: laneCount)
    let bias = parameters[biasRange]
    if options.loss == .meanSquaredError {
      for gene in 0..<genes {
        for lane in 0..<laneCount {
          sum[gene * laneCount + lane] += output[gene * laneCount + lane] + bias[gene]
        }
      }
    } else {
      softmax(bias: bias, logits: output, sums: sums)
      addLogProportions(output, sums: sums, f: genes, into: sum)
    }
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

  private func packed(_ layer: LinearLayer) -> LinearWorkspace {
    let workspace = LinearWorkspace(layer, capacity: 0)
    workspace.pack(state.parameters.view)
    return workspace
  }
}
