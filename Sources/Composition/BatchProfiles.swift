internal import Numerics

/// Clusters each batch separately.
///
/// Batches are fetched in groups of at least 4,000 cells, which are then clustered in parallel.
///
/// - Returns: The clusters of each batch; empty for a batch without cells.
func batchProfiles(
  _ batches: Int, genes: [Int], seed: UInt64, pool: ThreadPool, options: CompositionOptions,
  sample: (Int) throws -> Matrix
) rethrows -> [BatchProfile] {
  var profiles: [BatchProfile?] = Array(repeating: nil, count: batches)
  var small: [(batch: Int, cells: Matrix)] = []
  var waiting: [(batch: Int, cells: Matrix)] = []
  func clusterWaiting() {
    let work = waiting
    // Within a shard, all loops run on the shard's own thread.
    let found = pool.map(work.count) { i in
      let own = streamSeed(seed, UInt64(work[i].batch))
      return BatchProfile(
        work[i].cells,
        assigned: clusters(
          of: work[i].cells, isScaled: options.comparesGenes, seed: own, pool: pool))
    }
    for (i, profile) in found.enumerated() { profiles[work[i].batch] = profile }
    waiting = []
  }
  for batch in 0..<batches {
    let cells = try sample(batch).columns(genes, pool: pool)
    if cells.rows < options.smallBatch {
      small.append((batch, cells))
      continue
    }
    waiting.append((batch, cells))
    if waiting.reduce(0, { $0 + $1.cells.rows }) >= 4_000 { clusterWaiting() }
  }
  clusterWaiting()
  let within = typicalSpread(profiles.compactMap(\.self), small: small.map(\.cells), genes.count)
  for (batch, cells) in small { profiles[batch] = BatchProfile(cells: cells, within: within) }
  return profiles.compactMap(\.self)
}

/// Returns the median over batches of each gene's variance within clusters.
///
/// If all batches are small, it is 0.7 times the variance of all their cells.
private func typicalSpread(
  _ profiles: [BatchProfile], small: [Matrix], _ genes: Int
) -> [Float] {
  if !profiles.isEmpty {
    return (0..<genes).map { g in Float(median(of: profiles.map { Double($0.within[g]) })) }
  }
  let cells = Matrix(
    rows: small.reduce(0) { $0 + $1.rows }, columns: genes, values: small.flatMap(\.values))
  var (sums, squares) = (
    [Double](repeating: 0, count: genes), [Double](repeating: 0, count: genes)
  )
  for i in 0..<cells.rows {
    for (g, place) in cells.range(ofRow: i).enumerated() {
      sums[g] += Double(cells.values[place])
      squares[g] += Double(cells.values[place]) * Double(cells.values[place])
    }
  }
  let n = Double(max(1, cells.rows))
  return (0..<genes).map { Float(0.7 * max(0, squares[$0] / n - (sums[$0] / n) * (sums[$0] / n))) }
}
