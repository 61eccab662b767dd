import Numerics

/// No norm: the pre-activations as they are.
struct NoNorm: NormKind {
  let isOverCells = false
  let hasAffine = false

  func statisticsRows(affineRows: Int) -> Int { 0 }

  func shards(of work: HiddenWorkspace, cells n: Int) -> Int { (n + laneCount - 1) / laneCount }

  func forward(
    _ shard: Int, of work: HiddenWorkspace, cells n: Int, slots: NormSlots, input: FloatView?,
    parameters: FloatView
  ) {
    let part = work.floats(ofShard: shard, cells: n)
    rectify(
      work.a[part], input: input?[part], gate: work.gate[part], into: work.out[part])
  }

  func backward(
    _ shard: Int, of work: HiddenWorkspace, cells n: Int, slots: NormSlots, parameters: FloatView,
    into gradient: FloatView
  ) {
    for k in work.floats(ofShard: shard, cells: n) { work.da[k] = work.dout[k] * work.gate[k] }
  }

  func description(in options: AutoencoderOptions, comparesPopulations: Bool) -> NormDescription {
    NormDescription("no normalization")
  }
}
