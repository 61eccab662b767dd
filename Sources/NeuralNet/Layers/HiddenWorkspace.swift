import Numerics

/// The activations of one hidden layer and their gradients, for minibatches of one size.
struct HiddenWorkspace: Sendable {
  let layer: HiddenLayer

  /// The pre-activations, or, after a layer or group norm, their normalized values; `(n, units)`.
  let a: FloatView

  /// The dropout factors, then the factors of the gradient; `(n, units)`.
  let gate: FloatView

  /// The layer's output; `(n, units)`.
  let out: FloatView

  /// The gradient by the output; `(n, units)`.
  let dout: FloatView

  /// The gradient by the pre-activations; `(n, units)`.
  let da: FloatView

  let moments: NormMoments
  private let scratch: FloatView
  private let groupInverse: FloatView

  init(_ layer: HiddenLayer, capacity n: Int) {
    self.layer = layer
    let units = layer.units
    let slots = layer.isOverCells ? min(n, layer.affineRows) : 0
    a = .zeros(n * units)
    gate = .zeros(n * units)
    out = .zeros(n * units)
    dout = .zeros(n * units)
    da = .zeros(n * units)
    moments = NormMoments(
      mean: .zeros((slots + 1) * units), variance: .zeros((slots + 1) * units),
      inverse: .zeros((slots + 1) * units))
    scratch = .zeros(2 * slots * units)
    groupInverse = .zeros(n * layer.groups)
  }

  /// Returns the number of parts of the norm: blocks of units, or shards of cells.
  func normShards(cells n: Int) -> Int {
    ((layer.isOverCells ? layer.units : n) + laneCount - 1) / laneCount
  }

  /// Computes norm, ReLU, dropout and residual for one part.
  func forward(
    _ shard: Int, cells n: Int, slots: NormSlots, input: FloatView?, parameters: FloatView
  ) {
    let units = layer.units
    guard let gammaRange = layer.gamma, let betaRange = layer.beta else {
      let part = floats(ofShard: shard, cells: n)
      return rectify(a[part], input: input?[part], gate: gate[part], into: out[part])
    }
    let gamma = parameters[gammaRange]
    let beta = parameters[betaRange]
    if layer.isOverCells {
      return batchwiseNorm(
        shard, units: units, slots: slots, a: a, gamma: gamma, beta: beta, input: input,
        gate: gate, moments: moments, into: out)
    }
    let part = floats(ofShard: shard, cells: n)
    let inverse = groupInverse[(shard * laneCount * layer.groups)...]
    groupNorm(
      cells: part.count / units, units: units, groups: layer.groups, a: a[part], gamma: gamma,
      beta: beta, input: input?[part], gate: gate[part], inverse: inverse, into: out[part])
  }

  /// Returns the number of parts of the norm's gradient.
  func gradientShards(cells n: Int) -> Int {
    let blocks = (layer.units + laneCount - 1) / laneCount
    switch layer.norm {
    case .batch, .perBatch, .matched, .none: return normShards(cells: n)
    case .layer, .group: return normShards(cells: n) + blocks
    }
  }

  /// Propagates the gradient back for one part, to the pre-activations, gamma and beta.
  func backward(
    _ shard: Int, cells n: Int, slots: NormSlots, parameters: FloatView, into gradient: FloatView
  ) {
    let units = layer.units
    guard let gammaRange = layer.gamma, let betaRange = layer.beta else {
      for k in floats(ofShard: shard, cells: n) { da[k] = dout[k] * gate[k] }
      return
    }
    let gamma = parameters[gammaRange]
    let dgamma = gradient[gammaRange]
    let dbeta = gradient[betaRange]
    if layer.isOverCells {
      return batchwiseNormGradient(
        shard, units: units, slots: slots, affineRows: layer.affineRows, a: a, moments: moments,
        gamma: gamma, gate: gate, dout: dout, scratch: scratch, dgamma: dgamma, dbeta: dbeta,
        into: da)
    }
    let cellShards = normShards(cells: n)
    guard shard < cellShards else {
      let first = (shard - cellShards) * laneCount
      return affineGradient(
        first..<min(first + laneCount, units), cells: n, units: units, xhat: a, gate: gate,
        dout: dout, dgamma: dgamma, dbeta: dbeta)
    }
    let part = floats(ofShard: shard, cells: n)
    groupNormGradient(
      cells: part.count / units, units: units, groups: layer.groups, xhat: a[part],
      inverse: groupInverse[(shard * laneCount * layer.groups)...], gamma: gamma,
      gate: gate[part], dout: dout[part], into: da[part])
  }

  /// Updates the running moments with those of the minibatch.
  ///
  /// A row's first updates are plain averages, so that a rare batch does not keep its initial
  /// values.
  func updateStatistics(_ statistics: FloatView, slots: NormSlots) {
    guard let mean = layer.mean, let variance = layer.variance, let updates = layer.updates
    else { return }
    let units = layer.units
    if let offset = layer.offset {
      return updateMatched(
        mean: statistics[mean], variance: statistics[variance], updates: statistics[updates],
        offset: statistics[offset], slots: slots)
    }
    let runningMean = statistics[mean]
    let runningVariance = statistics[variance]
    let counts = statistics[updates]
    func fold(_ slot: Int, into row: Int) {
      counts[row] += 1
      let weight = max(0.1, 1 / counts[row])
      for j in 0..<units {
        let (k, from) = (row * units + j, slot * units + j)
        runningMean[k] += weight * (moments.mean[from] - runningMean[k])
        runningVariance[k] += weight * (moments.variance[from] - runningVariance[k])
      }
    }
    if layer.norm == .perBatch {
      for slot in 0..<slots.count { fold(slot, into: Int(slots.affine[slot])) }
    }
    fold(slots.count, into: layer.statisticsRows - 1)
  }

  /// Updates the running moments at matched composition: the offsets of the minibatch's batches,
  /// and the common moments.
  private func updateMatched(
    mean: FloatView, variance: FloatView, updates: FloatView, offset: FloatView, slots: NormSlots
  ) {
    let units = layer.units
    let mixture = slots.count * units
    for slot in 0..<slots.count {
      let row = Int(slots.affine[slot])
      updates[row] += 1
      let weight = max(0.1, 1 / updates[row])
      for j in 0..<units {
        let found = moments.mean[slot * units + j] - moments.mean[mixture + j]
        offset[row * units + j] += weight * (found - offset[row * units + j])
      }
    }
    // Every minibatch updates some row, so the largest number of updates is the number of
    // minibatches.
    let most = (0..<updates.count).reduce(Float(1)) { max($0, updates[$1]) }
    let weight = max(0.1, 1 / most)
    for j in 0..<units {
      mean[j] += weight * (moments.mean[mixture + j] - mean[j])
      variance[j] += weight * (moments.variance[mixture + j] - variance[j])
    }
  }

  private func floats(ofShard shard: Int, cells n: Int) -> Range<Int> {
    let first = shard * laneCount
    return first * layer.units..<min(first + laneCount, n) * layer.units
  }
}
