import Kernels

/// A minibatch in the form that kernels read, checked against the network.
struct StepCells: Sendable {
  let counts: SparseRows
  let inputs: SparseRows
  let sources: [Int32]

  /// The memberships in populations; `(n, K)`.
  let memberships: [Float]

  /// The number of cells.
  var cells: Int { sources.count }

  /// The number of stored counts.
  var nonzeros: Int { inputs.columns.count }

  /// The number of shards of sixteen cells; the last may be smaller.
  var shards: Int { (cells + laneCount - 1) / laneCount }

  /// Checks a minibatch; inference has no loss and needs no counts.
  init(_ batch: Minibatch, network: Network, withCounts: Bool = true) {
    precondition(
      batch.starts.count == batch.cellCount + 1,
      "\(batch.starts.count) starts do not fit \(batch.cellCount) cells")
    for source in batch.sources {
      precondition(
        source >= 0 && source < network.sources,
        "source \(source) is not below \(network.sources)")
    }
    inputs = SparseRows(
      starts: batch.starts, columns: batch.genes, values: batch.inputs, width: network.genes)
    counts = withCounts ? inputs.with(values: batch.counts) : inputs
    sources = batch.sources
    precondition(
      batch.memberships.count.isMultiple(of: max(1, batch.cellCount)),
      "\(batch.memberships.count) memberships do not fit \(batch.cellCount) cells")
    memberships =
      batch.memberships.isEmpty
      ? [Float](repeating: 1, count: batch.cellCount) : batch.memberships
  }

  /// Returns the cells of a shard.
  func cells(ofShard shard: Int) -> Range<Int> {
    shard * laneCount..<min((shard + 1) * laneCount, cells)
  }
}
