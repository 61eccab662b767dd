import Numerics

/// A minibatch in the form that kernels read, checked against the network.
struct StepCells: Sendable {
  let counts: SparseRows
  let inputs: SparseRows
  let batches: [Int32]

  /// The memberships in populations; `(n, K)`.
  let memberships: [Float]

  /// The covariates; `(n, q)`.
  let covariates: [Float]

  /// The size factors, `(n)`; empty for an autoencoder of proportions, and without counts.
  let sizeFactors: [Float]

  /// The number of cells.
  var cells: Int { batches.count }

  /// The number of stored counts.
  var nonzeros: Int { inputs.columns.count }

  /// The number of shards of sixteen cells; the last may be smaller.
  var shards: Int { (cells + laneCount - 1) / laneCount }

  /// Checks a minibatch; inference has no loss and needs no counts.
  init(_ minibatch: Minibatch, network: Network, withCounts: Bool = true) {
    precondition(
      minibatch.starts.count == minibatch.cellCount + 1,
      "\(minibatch.starts.count) starts do not fit \(minibatch.cellCount) cells")
    for batch in minibatch.batches {
      precondition(
        batch >= 0 && batch < network.batches,
        "batch \(batch) is not below \(network.batches)")
    }
    inputs = SparseRows(
      starts: minibatch.starts, columns: minibatch.genes, values: minibatch.inputs,
      width: network.genes)
    counts = withCounts ? inputs.with(values: minibatch.counts) : inputs
    batches = minibatch.batches
    precondition(
      minibatch.memberships.count.isMultiple(of: max(1, minibatch.cellCount)),
      "\(minibatch.memberships.count) memberships do not fit \(minibatch.cellCount) cells")
    memberships =
      minibatch.memberships.isEmpty
      ? [Float](repeating: 1, count: minibatch.cellCount) : minibatch.memberships
    let sized = network.hasRates && withCounts
    precondition(
      !sized || minibatch.sizeFactors.count == minibatch.cellCount,
      "\(minibatch.sizeFactors.count) size factors for \(minibatch.cellCount) cells")
    sizeFactors = sized ? minibatch.sizeFactors : []
    let values = minibatch.cellCount * network.covariates
    precondition(
      minibatch.covariates.isEmpty || minibatch.covariates.count == values,
      "\(minibatch.covariates.count) covariates do not fit \(minibatch.cellCount) cells")
    covariates =
      minibatch.covariates.isEmpty ? [Float](repeating: 0, count: values) : minibatch.covariates
  }

  /// Returns the cells of a shard.
  func cells(ofShard shard: Int) -> Range<Int> {
    shard * laneCount..<min((shard + 1) * laneCount, cells)
  }
}
