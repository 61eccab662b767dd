import Numerics

/// The output layer and the loss, for sixteen cells at a time.
///
/// The arrays of a shard are `(f, 16)`, one cell per lane: weights are read in their stored order,
/// and sums over genes are sums of rows.
final class OutputWorkspace: Sendable {
  let layer: LinearLayer
  let loss: ReconstructionLoss

  /// A flag that is true if outputs are rates, and false if they are proportions.
  private let hasRates: Bool

  /// The genes that each batch lacks.
  private let missing: [[UInt16]]

  /// The loss of each cell; `(shards, 16)`.
  let cellLoss: FloatView

  /// The gradient by the outputs, `(shards, f, 16)`.
  ///
  /// Earlier in a step it holds the logits and their exponentials.
  private let outputs: FloatView

  /// The derivatives by `log m`; `(shards, f, 16)`.
  private let slopes: FloatView

  /// The contribution of nonzero counts to the gradient; `(nonzeros)`.
  private let correction: FloatView

  /// The shards' gradients by log theta; `(shards, f)`.
  private let thetaParts: FloatView

  private let theta: FloatView
  private let inverseTheta: FloatView

  /// The layer's input, `(shards, h, 16)`, and the gradient by it.
  private let input: FloatView
  private let dinput: FloatView

  /// The layer's input in panels of sixteen units.
  private let inputPanels: FloatView

  /// Scratch memory of five rows of sixteen per shard.
  private let small: FloatView

  /// The number of genes that one thread processes together.
  static let geneBlock = 128

  /// The factors of products in bfloat16; `nil` for float32.
  private let bfloat: BfloatOutput?

  init(_ network: Network, capacity n: Int, nonzeros: Int, precision: ProductPrecision) {
    layer = network.output
    bfloat = precision == .bfloat16 ? BfloatOutput(network.output, capacity: n) : nil
    loss = network.options.loss
    hasRates = network.hasRates
    missing = network.padding?.missing ?? []
    let shards = (n + laneCount - 1) / laneCount
    let (f, h) = (layer.outputs, layer.inputs)
    let dispersed = loss == .negativeBinomial
    cellLoss = .zeros(shards * laneCount)
    outputs = .zeros(shards * f * laneCount)
    slopes = .zeros(dispersed ? shards * f * laneCount : 0)
    correction = .zeros(nonzeros)
    thetaParts = .zeros(dispersed ? shards * f : 0)
    theta = .zeros(f)
    inverseTheta = .zeros(f)
    input = .zeros(bfloat == nil ? shards * h * laneCount : 0)
    dinput = .zeros(shards * h * laneCount)
    inputPanels = .zeros(bfloat == nil ? panelSize(k: shards * laneCount, n: h) : 0)
    small = .zeros(shards * 5 * laneCount)
  }

  /// The number of blocks of genes.
  var geneBlocks: Int { (layer.outputs + Self.geneBlock - 1) / Self.geneBlock }

  private func genes(ofBlock block: Int) -> Range<Int> {
    let first = block * Self.geneBlock
    return first..<min(first + Self.geneBlock, layer.outputs)
  }

  /// Packs the weights, if asked to, and computes the dispersions of a block of genes; call it before the
  /// losses of a step.
  func prepare(_ block: Int, parameters: FloatView, logTheta: Range<Int>?, packing: Bool) {
    let genes = genes(ofBlock: block)
    if packing { bfloat?.pack(genes, weight: parameters[layer.weight]) }
    guard let logTheta else { return }
    dispersions(genes, logTheta: parameters[logTheta], theta: theta, inverse: inverseTheta)
  }

  /// Computes the loss of a shard's cells, and its gradient by the outputs and by the input.
  ///
  /// - Parameters:
  ///   - shard: The index of the sixteen cells.
  ///   - minibatch: The minibatch.
  ///   - exposures: The factor from each cell's outputs to its means: the sum of its counts for
  ///     proportions, its size factor for rates; `(n)`.
  ///   - weight: The factor of the gradient: one over the number of cells.
  ///   - parameters: The parameters, in the network's layout.
  ///   - x: The layer's input; `(n, h)`.
  ///   - dx: The gradient by the input; `(n, h)`.
  func forwardAndBackward(
    _ shard: Int, minibatch: StepCells, exposures: FloatView, weight: Float, parameters: FloatView,
    x: FloatView, dx: FloatView
  ) {
    let (f, h) = (layer.outputs, layer.inputs)
    let first = shard * laneCount
    let cells = first..<min(first + laneCount, minibatch.cells)
    let shardRows = cells.lowerBound * h..<cells.upperBound * h
    let matrix = parameters[layer.weight]
    let output = outputs[shard * f * laneCount..<(shard + 1) * f * laneCount]
    if let bfloat {
      bfloat.forward(cells, of: minibatch.cells, x: x[shardRows], into: output)
    } else {
      let lanes = input[shard * h * laneCount..<(shard + 1) * h * laneCount]
      cellsToLanes(x[shardRows], cells: cells.count, width: h, into: lanes)
      packCells(
        x[shardRows], cells: cells.count, width: h, shard: shard,
        padded: (minibatch.cells + laneCount - 1) / laneCount * laneCount, into: inputPanels)
      outputProduct(matrix, f: f, h: h, lanes: lanes, into: output)
    }
    lossAndGradient(
      shard, cells, minibatch: minibatch, exposures: exposures, weight: weight,
      parameters: parameters, output)

    let dlanes = dinput[shard * h * laneCount..<(shard + 1) * h * laneCount]
    if let bfloat {
      bfloat.backward(cells, gradient: output, into: dlanes)
    } else {
      outputProductBack(matrix, f: f, h: h, gradient: output, into: dlanes)
    }
    lanesToCells(dlanes, cells: cells.count, width: h, into: dx[shardRows])
  }

  /// Converts outputs without bias to the gradient by the outputs.
  private func lossAndGradient(
    _ shard: Int, _ cells: Range<Int>, minibatch: StepCells, exposures: FloatView, weight: Float,
    parameters: FloatView, _ output: FloatView
  ) {
    guard let biasRange = layer.bias else { preconditionFailure("the output layer has a bias") }
    let f = layer.outputs
    let bias = parameters[biasRange]
    func row(_ index: Int) -> FloatView {
      let start = (shard * 5 + index) * laneCount
      return small[start..<start + laneCount]
    }
    let (sums, scale, slopeSums) = (row(0), row(1), row(2))
    let (ownFactor, proportionFactor) = (row(3), row(4))
    let shardLoss = cellLoss[shard * laneCount..<(shard + 1) * laneCount]
    var own = output
    if !missing.isEmpty { maskMissing(cells, minibatch: minibatch, bias: bias, output) }
    ownFactor.fill(0)
    proportionFactor.fill(0)
    for lane in 0..<cells.count { ownFactor[lane] = 1 }

    if loss == .meanSquaredError {
      halfSquares(
        cells, values: minibatch.inputs, bias: bias, output: output, correction: correction,
        loss: shardLoss)
    } else {
      if hasRates {
        rates(bias: bias, logits: output, sums: sums)
      } else {
        softmax(bias: bias, logits: output, sums: sums)
      }
      scale.fill(0)
      for lane in 0..<cells.count {
        scale[lane] = exposures[cells.lowerBound + lane] / (hasRates ? 1 : sums[lane])
      }
    }
    if loss == .negativeBinomial {
      own = slopes[shard * f * laneCount..<(shard + 1) * f * laneCount]
      negativeBinomial(
        cells, counts: minibatch.counts, proportion: output, scale: scale, theta: theta,
        inverseTheta: inverseTheta, slope: own, slopeSums: slopeSums, correction: correction,
        dtheta: thetaParts[shard * f..<(shard + 1) * f], loss: shardLoss)
      // A rate moves no other rate, as proportions do by their sum.
      for lane in 0..<cells.count where !hasRates {
        proportionFactor[lane] = slopeSums[lane] / sums[lane]
      }
    } else if loss == .poisson {
      // The sum of the means.
      for lane in 0..<cells.count {
        let exposure = exposures[cells.lowerBound + lane]
        shardLoss[lane] = hasRates ? exposure * sums[lane] : exposure
      }
      poisson(
        cells, counts: minibatch.counts, proportion: output, scale: scale, correction: correction,
        loss: shardLoss)
      ownFactor.copy(from: scale)
    }
    outputGradient(
      cells, of: minibatch.counts, f: f, correction: correction, weight: weight, own: own,
      ownFactor: ownFactor, proportion: output, proportionFactor: proportionFactor, into: output)
  }

  /// Excludes the genes that a cell's batch lacks from its softmax, its rates or its distance.
  private func maskMissing(
    _ cells: Range<Int>, minibatch: StepCells, bias: FloatView, _ output: FloatView
  ) {
    for (lane, cell) in cells.enumerated() {
      for gene in missing[Int(minibatch.batches[cell])] {
        let gene = Int(gene)
        output[gene * laneCount + lane] = loss == .meanSquaredError ? -bias[gene] : -.infinity
      }
    }
  }

  /// Computes the gradients by the parameters of a block of genes.
  func parameterGradient(
    _ block: Int, cells n: Int, weight: Float, logTheta: Range<Int>?, into gradient: FloatView
  ) {
    guard let bias = layer.bias else { return }
    let genes = genes(ofBlock: block)
    let shards = (n + laneCount - 1) / laneCount
    if let bfloat {
      bfloat.weightGradient(genes, cells: n, gradient: outputs, into: gradient[layer.weight])
    } else {
      shardProduct(
        genes, gradient: outputs, shards: shards, f: layer.outputs, panels: inputPanels,
        width: layer.inputs, into: gradient[layer.weight])
    }
    outputSums(
      genes, gradient: outputs, shards: shards, f: layer.outputs,
      thetaParts: logTheta == nil ? nil : thetaParts, weight: weight, dbias: gradient[bias],
      dtheta: logTheta.map { gradient[$0] })
  }
}
