internal import Numerics
/// Selects the genes with high dispersion in the most batches.
///
/// For each batch, genes are binned by their log mean into 20 bins of equal width. The log of the
/// dispersion (variance / mean) is standardized within each bin, as in scanpy's default flavour
/// with `batch_key`. A gene is in a batch's top if its standardized dispersion is among that
/// batch's `count` highest. Genes in the top of the most batches are selected; ties go to the
/// higher mean standardized dispersion, and then to the earlier gene. A batch does not vote on
/// genes that it did not measure: they are neither in its top nor zeros in the mean.
///
/// Reference: Satija et al. 2015, <https://doi.org/10.1038/nbt.3192>.
///
/// - Parameters:
///   - count: The number of genes to select.
///   - votes: The moments of the linear normalized values in each voting batch.
///   - order: The selectable genes. The default is `nil`, for all in their order.
/// - Returns: The selected genes in that order; at most `count` of them.
func variableGenes(
  _ count: Int, votes: some Collection<GeneMoments.Vote>, among order: GeneOrder? = nil
) -> [Int] {
  let measuredCount = votes.first?.means.count
  let allowed = order?.genes ?? Array(0..<(measuredCount ?? 0))
  guard let geneCount = measuredCount, allowed.count > count else { return allowed }
  var inTop = [Int](repeating: 0, count: geneCount)
  var sums = [Double](repeating: 0, count: geneCount)
  var defined = [Int](repeating: 0, count: geneCount)
  for vote in votes {
    let dispersions = standardizedDispersions(vote)
    let ranked = allowed.compactMap { dispersions[$0] }.filter { !$0.isNaN }.sorted(by: >)
    let threshold = ranked.isEmpty ? .infinity : ranked[min(count, ranked.count) - 1]
    for gene in 0..<geneCount where vote.measured?[gene] ?? true {
      // A gene that no cell of the batch expresses counts as 0 in the mean; an undefined value is
      // left out.
      let dispersion = dispersions[gene] ?? 0
      if dispersion.isNaN { continue }
      defined[gene] += 1
      sums[gene] += dispersion
      if dispersions[gene] != nil, dispersion >= threshold { inTop[gene] += 1 }
    }
  }
  let means = (0..<geneCount).map { defined[$0] > 0 ? sums[$0] / Double(defined[$0]) : -.infinity }
  return best(count, of: allowed) { a, b in (inTop[a], means[a]) > (inTop[b], means[b]) }
}

/// Returns the best genes by some measure, with ties broken by their order; in their order.
func best(
  _ count: Int, of genes: [Int], by isBetter: (Int, Int) -> Bool
) -> [Int] {
  genes.indices.sorted { a, b in
    isBetter(genes[a], genes[b]) || !isBetter(genes[b], genes[a]) && a < b
  }.prefix(count).sorted().map { genes[$0] }
}

/// Returns the standardized log dispersion of each gene: `nil` if no cell of the batch expresses
/// the gene, NaN if it is undefined.
func standardizedDispersions(_ vote: GeneMoments.Vote) -> [Double?] {
  let binCount = 20
  let expressed = vote.means.indices.filter { vote.means[$0] > 0 }
  var result = [Double?](repeating: nil, count: vote.means.count)
  guard let first = expressed.first else { return result }

  let logMeans = expressed.map { logOnePlus(vote.means[$0]) }
  let logDispersions = expressed.map { gene in
    vote.variances[gene] > 0 ? logarithm(vote.variances[gene] / vote.means[gene]) : Double.nan
  }
  let lowest = logMeans.min() ?? logOnePlus(vote.means[first])
  let highest = logMeans.max() ?? lowest
  let width = (highest - lowest) / Double(binCount)

  // Bins are open below and closed above; the lowest mean belongs to the first.
  let bins = logMeans.map { mean in
    width > 0
      ? min(max(Int(((mean - lowest) / width).rounded(.up)) - 1, 0), binCount - 1) : 0
  }
  var members = [[Double]](repeating: [], count: binCount)
  for (index, bin) in bins.enumerated() where !logDispersions[index].isNaN {
    members[bin].append(logDispersions[index])
  }
  let scales = members.map { values -> (mean: Double, deviation: Double) in
    // Sums of sorted numbers do not depend on the order of the genes.
    let values = values.sorted()
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    // A gene alone in its bin cannot be compared: it counts as one standard deviation above the
    // mean.
    guard values.count > 1 else { return (mean: 0, deviation: mean) }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / (n - 1)).squareRoot())
  }
  for (index, gene) in expressed.enumerated() {
    let scale = scales[bins[index]]
    result[gene] = (logDispersions[index] - scale.mean) / scale.deviation
  }
  return result
}

/// Selects the genes that vary most within the batches, for values on any scale.
///
/// - Parameters:
///   - count: The number of genes to select.
///   - votes: The moments of the values in each voting batch.
///   - order: The selectable genes. The default is `nil`, for all in their order.
/// - Returns: The selected genes in that order; at most `count` of them.
func mostVarying(
  _ count: Int, votes: some Collection<GeneMoments.Vote>, among order: GeneOrder? = nil
) -> [Int] {
  var sums: [Double] = []
  for vote in votes {
    if sums.isEmpty { sums = vote.variances.map { _ in 0 } }
    for gene in sums.indices { sums[gene] += vote.variances[gene] }
  }
  return best(count, of: order?.genes ?? Array(sums.indices)) { sums[$0] > sums[$1] }
}
