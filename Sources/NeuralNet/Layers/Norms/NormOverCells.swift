import Numerics

/// A norm over cells, by the moments of the minibatch in training and by running ones at inference.
protocol NormOverCells: NormKind {}

extension NormOverCells {
  var isOverCells: Bool { true }

  func statisticsRows(affineRows: Int) -> Int { 1 }

  func shards(of work: HiddenWorkspace, cells n: Int) -> Int {
    (work.layer.units + laneCount - 1) / laneCount
  }

  func forward(
    _ shard: Int, of work: HiddenWorkspace, cells n: Int, slots: NormSlots, input: FloatView?,
    parameters: FloatView
  ) {
    guard let (gamma, beta) = work.affine(in: parameters) else { return }
    batchwiseNorm(
      shard, units: work.layer.units, slots: slots, a: work.a, gamma: gamma, beta: beta,
      input: input, gate: work.gate, moments: work.moments, into: work.out)
  }

  func backward(
    _ shard: Int, of work: HiddenWorkspace, cells n: Int, slots: NormSlots, parameters: FloatView,
    into gradient: FloatView
  ) {
    guard let (gamma, _) = work.affine(in: parameters),
      let (dgamma, dbeta) = work.affine(in: gradient)
    else { return }
    batchwiseNormGradient(
      shard, units: work.layer.units, slots: slots, affineRows: work.layer.affineRows,
      a: work.a, moments: work.moments, gamma: gamma, gate: work.gate, dout: work.dout,
      scratch: work.scratch, dgamma: dgamma, dbeta: dbeta, into: work.da)
  }

  func updateStatistics(_ statistics: FloatView, of work: HiddenWorkspace, slots: NormSlots) {
    fold(slots.count, into: work.layer.statisticsRows - 1, of: statistics, work)
  }

  /// Folds the moments of a slot of the minibatch into a row of the running ones.
  ///
  /// A row's first updates are plain averages, so that a rare batch does not keep its initial
  /// values.
  func fold(_ slot: Int, into row: Int, of statistics: FloatView, _ work: HiddenWorkspace) {
    guard let mean = work.layer.mean, let variance = work.layer.variance,
      let updates = work.layer.updates
    else { return }
    let units = work.layer.units
    let (runningMean, runningVariance) = (statistics[mean], statistics[variance])
    let counts = statistics[updates]
    counts[row] += 1
    let weight = max(0.1, 1 / counts[row])
    for j in 0..<units {
      let (k, from) = (row * units + j, slot * units + j)
      runningMean[k] += weight * (work.moments.mean[from] - runningMean[k])
      runningVariance[k] += weight * (work.moments.variance[from] - runningVariance[k])
    }
  }
}
