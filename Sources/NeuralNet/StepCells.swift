import Kernels

/// A minibatch as the kernels read it, checked against the network.
struct StepCells: Sendable {
  let counts: SparseRows
  let inputs: SparseRows
  let sources: [Int32]

  /// The number of cells.
  var cells: Int { sources.count }

  /// The number of stored counts.
  var nonzeros: Int { inputs.columns.count }

  /// How many shards of sixteen cells there are; the last may be shorter.
  var shards: Int { (cells + laneCount - 1) / laneCount }

  init(_ batch: Minibatch, network: Network) {
    precondition(
      batch.starts.count == batch.cellCount + 1 && batch.starts.first == 0,
      "\(batch.starts.count) starts do not fit \(batch.cellCount) cells")
    var last: Int32 = 0
    for start in batch.starts {
      precondition(start >= last, "the starts of a minibatch descend")
      last = start
    }
    var greatest: UInt16 = 0
    for gene in batch.genes { greatest = max(greatest, gene) }
    precondition(
      batch.genes.isEmpty || Int(greatest) < network.genes,
      "gene \(greatest) is not below \(network.genes)")
    for source in batch.sources {
      precondition(
        source >= 0 && source < network.sources,
        "source \(source) is not below \(network.sources)")
    }
    counts = SparseRows(starts: batch.starts, columns: batch.genes, values: batch.counts)
    inputs = SparseRows(starts: batch.starts, columns: batch.genes, values: batch.inputs)
    sources = batch.sources
  }

  /// The cells of a shard.
  func cells(ofShard shard: Int) -> Range<Int> {
    shard * laneCount..<min((shard + 1) * laneCount, cells)
  }
}
