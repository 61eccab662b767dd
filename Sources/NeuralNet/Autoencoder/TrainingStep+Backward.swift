import Numerics

extension TrainingStep {
  /// The number of genes of the first layer's weight that are processed together.
  private static let sparseGeneBlock = 250

  /// Propagates back through the layers; each norm shares its stage with the weights above it.
  func backward(
    _ cells: StepCells, klWeight: Float, adversary: Float, parameters: FloatView,
    gradient: FloatView
  ) {
    let n = cells.cells
    stage(.outputWeights, output.geneBlocks) { [self] block in
      output.parameterGradient(
        block, cells: n, weight: 1 / Float(n), logTheta: network.logTheta, into: gradient)
    }
    for index in decoder.indices.reversed() {
      let layer = decoder[index]
      normalizeBack(layer, decoderSlots, n, parameters, gradient)
      let linear = decoderLinear[index]
      stage(.smallProducts, linear.gradientShards + cells.shards) { [self] shard in
        let x = index > 0 ? decoder[index - 1].out : decoderInput
        guard shard >= linear.gradientShards else {
          return linear.parameterGradient(shard, cells: n, x: x, dy: layer.da, into: gradient)
        }
        let part = cells.cells(ofShard: shard - linear.gradientShards)
        if index > 0 {
          inputGradient(layer, linear, part, parameters, into: decoder[index - 1].dout)
        } else {
          latentGradient(
            part, weight: klWeight / Float(n), adversary: adversary, parameters: parameters)
        }
      }
    }
    let last = encoder[encoder.count - 1]
    let headShards = muLinear.gradientShards
    stage(.smallProducts, 2 * headShards) { [self] shard in
      let linear = shard < headShards ? muLinear : logVarianceLinear
      linear.parameterGradient(
        shard % headShards, cells: n, x: last.out, dy: shard < headShards ? dmu : dlogVariance,
        into: gradient)
    }
    for index in encoder.indices.reversed() {
      let layer = encoder[index]
      normalizeBack(layer, encoderSlots, n, parameters, gradient)
      guard index > 0 else { break }
      let linear = encoderLinear[index - 1]
      stage(.smallProducts, linear.gradientShards + cells.shards) { [self] shard in
        let below = encoder[index - 1]
        guard shard >= linear.gradientShards else {
          return linear.parameterGradient(
            shard, cells: n, x: below.out, dy: layer.da, into: gradient)
        }
        let part = cells.cells(ofShard: shard - linear.gradientShards)
        inputGradient(layer, linear, part, parameters, into: below.dout)
      }
    }
    sparseBack(cells, gradient)
  }

  private func normalizeBack(
    _ layer: HiddenWorkspace, _ slots: NormSlots, _ n: Int, _ parameters: FloatView,
    _ gradient: FloatView
  ) {
    stage(.norm, layer.gradientShards(cells: n)) { shard in
      layer.backward(shard, cells: n, slots: slots, parameters: parameters, into: gradient)
    }
  }

  private func inputGradient(
    _ layer: HiddenWorkspace, _ linear: LinearWorkspace, _ part: Range<Int>,
    _ parameters: FloatView, into dx: FloatView
  ) {
    if layer.layer.residual {
      let floats = floats(part, layer.layer.units)
      dx[floats].copy(from: layer.dout[floats])
    }
    linear.inputGradient(part, dy: layer.da, into: dx, adding: layer.layer.residual)
  }

  /// Propagates from the decoder's first layer back through the draw and the two heads.
  private func latentGradient(
    _ part: Range<Int>, weight: Float, adversary: Float, parameters: FloatView
  ) {
    decoderLinear[0].inputGradient(
      part, dy: decoder[0].da, into: ddecoderInput, adding: false)
    let (d, q) = (network.options.latent, network.covariates)
    for cell in part where q > 0 {
      let start = cell * (d + q)
      dz[cell * d..<(cell + 1) * d].copy(from: ddecoderInput[start..<start + d])
    }
    let floats = floats(part, d)
    sampleGradient(
      weight: weight, mu: mu[floats], logVariance: logVariance[floats], noise: noise[floats],
      deviation: deviation[floats], dz: dz[floats], dmu: dmu[floats],
      dlogVariance: dlogVariance[floats])
    // Do not include the deviation: else the encoder would hide the batch by making all draws
    // noisier.
    critic?.subtract(floats, weight: adversary, from: dmu)
    let dx = encoder[encoder.count - 1].dout
    muLinear.inputGradient(part, dy: dmu, into: dx, adding: false)
    logVarianceLinear.inputGradient(part, dy: dlogVariance, into: dx, adding: true)
  }

  private func sparseBack(_ cells: StepCells, _ gradient: FloatView) {
    let layer = encoder[0]
    let linear = layer.layer.linear
    let block = Self.sparseGeneBlock
    let blocks = (network.genes + block - 1) / block
    if paddingRows != nil {
      sumsByRow(cells.batches, of: layer.da, width: linear.outputs, into: dpaddingBias)
    }
    stage(.sparseBackward, blocks + (linear.bias == nil ? 0 : 1)) { [self] shard in
      guard shard < blocks else {
        guard let bias = linear.bias else { return }
        return columnSums(
          0..<linear.outputs, of: layer.da, rows: cells.cells, width: linear.outputs,
          into: gradient[bias])
      }
      let genes = shard * block..<min((shard + 1) * block, network.genes)
      sparseGradient(
        genes, of: cells.inputs, dout: layer.da, width: linear.outputs,
        into: gradient[linear.weight])
      if let paddingRows {
        sparseGradient(
          genes, of: paddingRows, dout: dpaddingBias, width: linear.outputs, adding: true,
          into: gradient[linear.weight])
      }
    }
  }
}
