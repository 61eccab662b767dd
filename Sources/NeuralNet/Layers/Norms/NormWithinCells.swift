import Numerics

/// A norm over groups of the units of each cell, independent of the other cells.
protocol NormWithinCells: NormKind {}

extension NormWithinCells {
  var isOverCells: Bool { false }
  var isLinearWhenFrozen: Bool { false }

  func statisticsRows(affineRows: Int) -> Int { 0 }

  func shards(of work: HiddenWorkspace, cells n: Int) -> Int { (n + laneCount - 1) / laneCount }

  /// Blocks of units for the scales and shifts follow the shards of cells.
  func gradientShards(of work: HiddenWorkspace, cells n: Int) -> Int {
    shards(of: work, cells: n) + (work.layer.units + laneCount - 1) / laneCount
  }

  func forward(
    _ shard: Int, of work: HiddenWorkspace, cells n: Int, slots: NormSlots, input: FloatView?,
    parameters: FloatView
  ) {
    guard let (gamma, beta) = work.affine(in: parameters) else { return }
    let (units, groups) = (work.layer.units, work.layer.groups)
    let part = work.floats(ofShard: shard, cells: n)
    groupNorm(
      cells: part.count / units, units: units, groups: groups, a: work.a[part], gamma: gamma,
      beta: beta, input: input?[part], gate: work.gate[part],
      inverse: work.groupInverse[(shard * laneCount * groups)...], into: work.out[part])
  }

  func backward(
    _ shard: Int, of work: HiddenWorkspace, cells n: Int, slots: NormSlots, parameters: FloatView,
    into gradient: FloatView
  ) {
    guard let (gamma, _) = work.affine(in: parameters),
      let (dgamma, dbeta) = work.affine(in: gradient)
    else { return }
    let (units, groups) = (work.layer.units, work.layer.groups)
    let cellShards = shards(of: work, cells: n)
    guard shard < cellShards else {
      let first = (shard - cellShards) * laneCount
      return affineGradient(
        first..<min(first + laneCount, units), cells: n, units: units, xhat: work.a,
        gate: work.gate, dout: work.dout, dgamma: dgamma, dbeta: dbeta)
    }
    let part = work.floats(ofShard: shard, cells: n)
    groupNormGradient(
      cells: part.count / units, units: units, groups: groups, xhat: work.a[part],
      inverse: work.groupInverse[(shard * laneCount * groups)...], gamma: gamma,
      gate: work.gate[part], dout: work.dout[part], into: work.da[part])
  }

  func apply(
    _ norm: TrainedNorm, cells n: Int, row: Int, rows: [Int32]?, a: FloatView, input: FloatView?,
    into out: FloatView
  ) {
    let (units, groups) = (norm.layer.units, norm.layer.groups)
    let gate = FloatView.zeros(n * units)
    gate.fill(1)
    groupNorm(
      cells: n, units: units, groups: groups, a: a, gamma: norm.scale, beta: norm.shift,
      input: input, gate: gate, inverse: .zeros(n * groups), into: out)
  }
}
