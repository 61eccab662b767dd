import Numerics

/// The critic's forward and backward pass over one minibatch, and the memory they need.
///
/// Cells interact only through the weights of the batches, so one shard of sixteen cells goes
/// through all layers and back.
final class CriticStep: @unchecked Sendable {
  let state: CriticState
  private var critic: Critic { state.critic }

  private let hidden: [HiddenWorkspace]
  private let linears: [LinearWorkspace]

  /// The parameters with spectral weights divided by their norms; without spectral weights the
  /// parameters themselves.
  private let effective: FloatView

  /// The logits, then their probabilities, `(n, batches)`, and the gradient by the logits.
  let probabilities: FloatView
  private let dlogits: FloatView

  /// The gradient of the critic's loss by the latent positions; `(n, d)`.
  let dz: FloatView

  /// The cross-entropy of each cell, and 1 if the batch was predicted correctly; `(n)`.
  let cellLoss: FloatView
  private let isRight: FloatView

  /// The sums of exponentials; `(n)`.
  private let sums: FloatView

  /// The weight of a cell of each batch in the loss; `(batches)`.
  private let weights: FloatView

  /// A flag that is true if the latest minibatch had at least two batches.
  private(set) var isActive = false

  /// The parts into which the gradient of the parameters is split.
  private let gradientParts: [GradientPart]

  private let slots = NormSlots()

  private enum GradientPart {
    case linear(Int, shard: Int)
    case affine(Int, block: Int)
  }

  init(_ state: CriticState, latent d: Int, capacity n: Int) {
    self.state = state
    let critic = state.critic
    hidden = critic.hidden.map { HiddenWorkspace($0, capacity: n) }
    linears = critic.linears.map { LinearWorkspace($0, capacity: n) }
    effective =
      critic.spectral.isEmpty ? state.parameters.view : .zeros(critic.parameters.count)
    probabilities = .zeros(n * critic.batches)
    dlogits = .zeros(n * critic.batches)
    dz = .zeros(n * d)
    (cellLoss, isRight, sums) = (.zeros(n), .zeros(n), .zeros(n))
    weights = .zeros(critic.batches)
    var parts: [GradientPart] = []
    for (index, linear) in linears.enumerated() {
      parts += (0..<linear.gradientShards).map { .linear(index, shard: $0) }
    }
    for (index, layer) in hidden.enumerated() where layer.layer.gamma != nil {
      let blocks = (layer.layer.units + laneCount - 1) / laneCount
      parts += (0..<blocks).map { .affine(index, block: $0) }
    }
    gradientParts = parts
  }

  /// Computes the losses, the gradient by the critic's parameters, and the gradient by the latent
  /// positions.
  ///
  /// A minibatch with a single batch gives no information: all numbers stay unchanged.
  ///
  /// - Parameters:
  ///   - cells: The minibatch.
  ///   - z: The latent positions; `(n, d)`.
  ///   - stage: Runs a parallel loop.
  func run(
    _ cells: StepCells, z: FloatView, stage: (Int, @Sendable (Int) -> Void) -> Void
  ) {
    isActive = weigh(cells.batches)
    guard isActive else { return }
    stage(linears.count) { [self] index in
      if !critic.spectral.isEmpty { normalizeWeight(index) }
      linears[index].pack(effective)
    }
    stage(cells.shards) { [self] shard in
      let part = cells.cells(ofShard: shard)
      forward(shard, part, cells: cells.cells, z: z)
      judge(part, batches: cells.batches)
      backward(shard, part, cells: cells.cells)
    }
    let gradient = state.gradient.view
    stage(gradientParts.count) { [self] number in
      switch gradientParts[number] {
      case .linear(let index, let shard):
        linears[index].parameterGradient(
          shard, cells: cells.cells, x: index > 0 ? hidden[index - 1].out : z,
          dy: index < hidden.count ? hidden[index].da : dlogits, into: gradient)
      case .affine(let index, let block):
        let layer = hidden[index]
        layer.backward(
          layer.normShards(cells: cells.cells) + block, cells: cells.cells, slots: slots,
          parameters: effective, into: gradient)
      }
    }
    if !critic.spectral.isEmpty {
      stage(critic.spectral.count) { [self] index in
        critic.spectral[index].carryBack(
          gradient, state.parameters.view, vectors: state.vectors.view, effective: effective)
      }
    }
  }

  /// Returns the mean loss of the latest minibatch, and the share of cells with correct prediction.
  func score(of batches: [Int32]) -> CriticScore? {
    guard isActive else { return nil }
    var score = CriticScore(loss: 0, accuracy: 0)
    for (cell, batch) in batches.enumerated() {
      let weight = Double(weights[Int(batch)])
      score.loss += weight * Double(cellLoss[cell])
      score.accuracy += weight * Double(isRight[cell])
    }
    return score
  }

  /// Subtracts `weight` times the critic's gradient from the encoder's, which reverses the critic's
  /// gradient.
  func subtract(_ floats: Range<Int>, weight: Float, from gradient: FloatView) {
    guard isActive else { return }
    for k in floats { gradient[k] -= weight * dz[k] }
  }

  // MARK: - Parts

  /// Gives all batches of the minibatch the same weight; returns whether there are at least two.
  private func weigh(_ batches: [Int32]) -> Bool {
    weights.fill(0)
    for batch in batches { weights[Int(batch)] += 1 }
    var present: Float = 0
    for batch in 0..<weights.count where weights[batch] > 0 { present += 1 }
    for batch in 0..<weights.count where weights[batch] > 0 {
      weights[batch] = 1 / (present * weights[batch])
    }
    return present > 1
  }

  private func normalizeWeight(_ index: Int) {
    let weight = critic.spectral[index]
    weight.normalize(state.parameters.view, vectors: state.vectors.view, into: effective)
    if let bias = weight.layer.bias { effective[bias].copy(from: state.parameters.view[bias]) }
  }

  private func forward(_ shard: Int, _ part: Range<Int>, cells n: Int, z: FloatView) {
    for (index, layer) in hidden.enumerated() {
      let units = layer.layer.units
      linears[index].forward(
        part, x: index > 0 ? hidden[index - 1].out : z, parameters: effective, into: layer.a)
      layer.gate[part.lowerBound * units..<part.upperBound * units].fill(1)
      layer.forward(shard, cells: n, slots: slots, input: nil, parameters: effective)
    }
    linears[hidden.count].forward(
      part, x: hidden[hidden.count - 1].out, parameters: effective, into: probabilities)
  }

  /// Computes softmax, cross-entropy, and the gradient by the logits, `weight (p − [batch])`.
  private func judge(_ part: Range<Int>, batches: [Int32]) {
    let count = critic.batches
    for cell in part {
      let row = probabilities[cell * count..<(cell + 1) * count]
      let batch = Int(batches[cell])
      var best = 0
      var isFinite = true
      for s in 0..<count {
        if row[s] > row[best] { best = s }
        isFinite = isFinite && row[s].isFinite
      }
      isRight[cell] = best == batch ? 1 : 0
      let greatest = row[best]
      for s in 0..<count { row[s] -= greatest }
      // The logarithm of the sum is added after all sums of the shard are known.
      cellLoss[cell] = isFinite ? -row[batch] : .nan
    }
    let rows = probabilities[part.lowerBound * count..<part.upperBound * count]
    exponentials(rows, into: rows)
    for cell in part {
      let row = probabilities[cell * count..<(cell + 1) * count]
      let drow = dlogits[cell * count..<(cell + 1) * count]
      let batch = Int(batches[cell])
      var sum: Float = 0
      for s in 0..<count { sum += row[s] }
      sums[cell] = sum
      let weight = weights[batch]
      for s in 0..<count { drow[s] = weight * (row[s] / sum - (s == batch ? 1 : 0)) }
    }
    logarithms(sums[part], into: sums[part])
    for cell in part { cellLoss[cell] += sums[cell] }
  }

  private func backward(_ shard: Int, _ part: Range<Int>, cells n: Int) {
    linears[hidden.count].inputGradient(
      part, dy: dlogits, into: hidden[hidden.count - 1].dout, adding: false)
    for index in hidden.indices.reversed() {
      let layer = hidden[index]
      layer.backward(
        shard, cells: n, slots: slots, parameters: effective, into: state.gradient.view)
      linears[index].inputGradient(
        part, dy: layer.da, into: index > 0 ? hidden[index - 1].dout : dz, adding: false)
    }
  }
}

/// The accuracy and loss of a critic.
package struct CriticScore: Sendable, Equatable, Codable {
  /// The cross-entropy in nats, with equal weight for all batches; `log(batches)` by chance.
  package var loss: Double

  /// The share of cells with correct prediction, with equal weight for all batches; `1 / batches`
  /// by chance.
  package var accuracy: Double

  /// Makes a score.
  package init(loss: Double, accuracy: Double) {
    (self.loss, self.accuracy) = (loss, accuracy)
  }
}
