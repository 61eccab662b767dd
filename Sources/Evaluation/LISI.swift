internal import Numerics
internal import Neighbours

/// Returns the effective number of groups in each cell's neighbourhood (LISI).
///
/// Neighbours are weighted by `exp(-beta distance)`, where `beta` gives the weights the entropy
/// `log perplexity`. The number is one over the sum of the groups' squared weights. The cost is O(n
/// · k).
///
/// Reference: Korsunsky et al. 2019, <https://doi.org/10.1038/s41592-019-0619-0>.
///
/// - Parameters:
///   - table: Each cell's neighbours, without the cell itself.
///   - codes: The group of every cell.
///   - groups: The number of groups.
///   - pool: The threads to use.
/// - Returns: A number from 1 to `groups` for each cell; `[n]`.
func inverseSimpson(
  _ table: NeighbourTable, codes: [Int32], groups: Int, pool: ThreadPool
) -> [Double] {
  let shards = fixedShards(of: table.count, size: 512)
  return pool.map(shards.count) { shard in
    shards[shard].map { query in
      let range = table.range(ofQuery: query)
      let weights = neighbourWeights(table.distances[range], perplexity: perplexity(of: table))
      var shares = [Double](repeating: 0, count: groups)
      for (weight, neighbour) in zip(weights, table.indices[range]) {
        shares[Int(codes[Int(neighbour)])] += weight
      }
      return 1 / shares.reduce(0) { $0 + $1 * $1 }
    }
  }.flatMap(\.self)
}

/// Returns the perplexity: a third of the neighbourhood's size including the cell itself.
func perplexity(of table: NeighbourTable) -> Double { Double(max(1, (table.k + 1) / 3)) }

/// Returns weights of neighbours with sum 1 and entropy `log perplexity`.
///
/// `beta` is found by halving and doubling, followed by bisection, to 1e-5 in entropy or for 50
/// steps.
func neighbourWeights(_ distances: ArraySlice<Float>, perplexity: Double) -> [Double] {
  // A constant in all distances does not affect the weights.
  let nearest = distances.min() ?? 0
  let distances = distances.map { Double($0 - nearest) }
  let wanted = logarithm(perplexity)
  var (beta, low, high) = (1.0, 0.0, Double.infinity)
  var weights = [Double](repeating: 0, count: distances.count)
  for step in 0...50 {
    var (sum, moment) = (0.0, 0.0)
    for (i, distance) in distances.enumerated() {
      weights[i] = exponential(-distance * beta)
      sum += weights[i]
      moment += distance * weights[i]
    }
    let entropy = logarithm(sum) + beta * moment / sum
    for i in weights.indices { weights[i] /= sum }
    if abs(entropy - wanted) < 1e-5 || step == 50 { break }
    if entropy > wanted {
      low = beta
      beta = high.isInfinite ? 2 * beta : (beta + high) / 2
    } else {
      high = beta
      beta = low == 0 ? beta / 2 : (beta + low) / 2
    }
  }
  return weights
}

extension Metric {
  /// The label purity of neighbourhoods (cLISI), rescaled to 0 to 1.
  package static let clisi = Metric("clisi", title: "cLISI", .biology) { cells, labels in
    guard labels.count > 1 else { return nil }
    let counts = inverseSimpson(
      cells.neighbours, codes: labels.codes, groups: labels.count, pool: cells.pool)
    return (Double(labels.count) - median(of: counts)) / Double(labels.count - 1)
  }
}

extension EmbeddingScores {
  /// The label purity of neighbourhoods (cLISI), rescaled to 0 to 1.
  package var clisi: Double? {
    get { self[.clisi] }
    set { self[.clisi] = newValue }
  }
}

extension Metric {
  /// The effective number of batches in neighbourhoods (iLISI), rescaled to 0 to 1.
  package static let ilisi = Metric("ilisi", title: "iLISI", .batch) { cells in
    let counts = inverseSimpson(
      cells.neighbours, codes: cells.batches.codes, groups: cells.batches.count, pool: cells.pool)
    return (median(of: counts) - 1) / Double(cells.batches.count - 1)
  }
}

extension EmbeddingScores {
  /// The effective number of batches in neighbourhoods (iLISI), rescaled to 0 to 1.
  package var ilisi: Double? {
    get { self[.ilisi] }
    set { self[.ilisi] = newValue }
  }
}
