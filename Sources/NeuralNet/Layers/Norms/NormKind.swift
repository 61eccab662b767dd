import Numerics

/// A kind of norm: its numbers, its passes in training, and its use at inference.
///
/// Every kind is one type in a file of its own, listed in ``Normalization/kind``. Rows are rows of
/// scales and shifts, or of statistics; `(rows, units)`.
protocol NormKind: Sendable {
  /// A flag that is true if the norm depends on the other cells of the minibatch, so that it is
  /// computed by units, and keeps running statistics.
  var isOverCells: Bool { get }

  /// A flag that is true if the norm has a scale and a shift.
  var hasAffine: Bool { get }

  /// A flag that is true if the rows of scales and shifts are those of batches at matched
  /// composition, each with an offset.
  var isMatched: Bool { get }

  /// A flag that is true if a frozen norm is one scale and one shift of each unit, the same for all
  /// cells of a row.
  var isLinearWhenFrozen: Bool { get }

  /// Returns the number of rows of scales and shifts.
  func affineRows(batches: Int, matchedRows: Int) -> Int

  /// Returns the number of rows of running moments; 0 without.
  func statisticsRows(affineRows: Int) -> Int

  /// Returns the number of groups of units that are normalized together within a cell.
  func groups(units: Int) -> Int

  /// Groups the cells of a minibatch.
  func assign(_ slots: inout NormSlots, _ cells: StepCells, _ network: Network)

  /// Returns the number of parts of a pass: blocks of units, or shards of cells.
  func shards(of work: HiddenWorkspace, cells n: Int) -> Int

  /// Returns the number of parts of the gradient.
  func gradientShards(of work: HiddenWorkspace, cells n: Int) -> Int

  /// Computes norm, ReLU, dropout and residual for one part.
  func forward(
    _ shard: Int, of work: HiddenWorkspace, cells n: Int, slots: NormSlots, input: FloatView?,
    parameters: FloatView)

  /// Propagates the gradient back for one part, to the pre-activations, scales and shifts.
  func backward(
    _ shard: Int, of work: HiddenWorkspace, cells n: Int, slots: NormSlots, parameters: FloatView,
    into gradient: FloatView)

  /// Updates the running statistics with those of the minibatch.
  func updateStatistics(_ statistics: FloatView, of work: HiddenWorkspace, slots: NormSlots)

  /// Applies the frozen norm, ReLU and residual to some cells, as
  /// ``TrainedNorm/apply(cells:row:rows:a:input:into:)`` does.
  func apply(
    _ norm: TrainedNorm, cells n: Int, row: Int, rows: [Int32]?, a: FloatView, input: FloatView?,
    into out: FloatView)

  /// Returns the norm in the words of a methods section; see
  /// ``Normalization/description(in:comparesPopulations:)``.
  func description(in options: AutoencoderOptions, comparesPopulations: Bool) -> NormDescription
}

extension Normalization {
  /// The kind of norm; every kind is listed here.
  var kind: any NormKind {
    switch self {
    case .batch: BatchNorm()
    case .perBatch: PerBatchNorm()
    case .matched: MatchedNorm()
    case .layer: LayerNorm()
    case .group: GroupNorm()
    case .none: NoNorm()
    }
  }
}

extension NormKind {
  var isMatched: Bool { false }
  var isLinearWhenFrozen: Bool { true }
  var hasAffine: Bool { true }
  func affineRows(batches: Int, matchedRows: Int) -> Int { 1 }
  func groups(units: Int) -> Int { 1 }

  /// The row of statistics and of folded scales for a cell without a particular batch, the last one.
  func mixtureRow(affineRows: Int) -> Int {
    isMatched ? affineRows : max(1, statisticsRows(affineRows: affineRows)) - 1
  }

  func assign(_ slots: inout NormSlots, _ cells: StepCells, _ network: Network) {
    slots.assign(cells.batches, batchCount: network.batches, perBatch: false, shrinkage: 0)
  }

  func gradientShards(of work: HiddenWorkspace, cells n: Int) -> Int {
    shards(of: work, cells: n)
  }

  func updateStatistics(_ statistics: FloatView, of work: HiddenWorkspace, slots: NormSlots) {}

  func apply(
    _ norm: TrainedNorm, cells n: Int, row: Int, rows: [Int32]?, a: FloatView, input: FloatView?,
    into out: FloatView
  ) {
    let units = norm.layer.units
    if let rows {
      return applyNorm(
        cells: 0..<n, units: units, a: a, scale: norm.scale, shift: norm.shift, row: rows,
        input: input, into: out)
    }
    let part = row * units..<(row + 1) * units
    applyNorm(
      cells: 0..<n, units: units, a: a, scale: norm.scale[part], shift: norm.shift[part],
      row: nil, input: input, into: out)
  }
}
