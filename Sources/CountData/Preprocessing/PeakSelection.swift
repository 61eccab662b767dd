internal import Numerics

/// Selects the peaks that are accessible in the most cells of the most batches.
///
/// A peak is in a batch's top if it is accessible in as many of the batch's cells as the `count`-th peak
/// or more. Peaks in the top of the most batches are selected; ties go to the larger mean over the batches of
/// the peak's share in all accessible peaks of a batch's cells, so that deep batches do not decide, and
/// then to the earlier peak. A batch does not vote on peaks that it did not measure. Peaks without an
/// accessible cell are never selected.
///
/// - Parameters:
///   - count: The number of peaks to select.
///   - votes: The share of accessible cells of each peak, as means, in each voting batch.
///   - pooled: The share of accessible cells of each peak among all cells.
///   - order: The selectable peaks, in their order.
/// - Returns: The selected peaks in that order; at most `count` of them.
func broadPeaks(
  _ count: Int, votes: some Collection<GeneMoments.Vote>, pooled: GeneMoments.Vote,
  among order: GeneOrder
) -> [Int] {
  let accessible = order.genes.filter { pooled.means[$0] > 0 }
  guard accessible.count > count else { return accessible }
  let peaks = pooled.means.count
  var inTop = [Int](repeating: 0, count: peaks)
  var sums = [Double](repeating: 0, count: peaks)
  var measuredBy = [Int](repeating: 0, count: peaks)
  for vote in votes {
    let measured = accessible.filter { vote.measured?[$0] ?? true }
    let ranked = measured.map { vote.means[$0] }.filter { $0 > 0 }.sorted(by: >)
    guard !ranked.isEmpty else { continue }
    let threshold = ranked[min(count, ranked.count) - 1]
    let total = ranked.reduce(0, +)
    for peak in measured {
      measuredBy[peak] += 1
      sums[peak] += vote.means[peak] / total
      if vote.means[peak] >= threshold { inTop[peak] += 1 }
    }
  }
  let means = sums.indices.map { measuredBy[$0] > 0 ? sums[$0] / Double(measuredBy[$0]) : 0 }
  return best(count, of: accessible) { a, b in (inTop[a], means[a]) > (inTop[b], means[b]) }
}

extension CellSummary {
  /// Returns the factor of each peak in the network's input: `log(1 + N / n)` for a peak that is accessible
  /// in `n` of the `N` cells that measured it, and 0 for one that is accessible in none.
  ///
  /// The cells are those of the training. The factor is the inverse document frequency of Signac's third
  /// method (Stuart et al. 2021, <https://doi.org/10.1038/s41592-021-01282-5>), with the number of cells
  /// instead of counts, as for accessibility (Cusanovich et al. 2015,
  /// <https://doi.org/10.1126/science.aab1601>).
  ///
  /// - Parameters:
  ///   - peaks: The peaks.
  ///   - measured: The peaks that each batch measured, `(S)(all peaks)`; `nil` if all measured all.
  /// - Returns: The factors, in the order of `peaks`.
  func inverseDocumentFrequencies(of peaks: [Int], measured: [[Bool]]?) -> [Float] {
    let all = moments.cells.reduce(0, +)
    return peaks.map { peak in
      let cells = measured.map { flags in
        zip(flags, keptOfBatch).reduce(0) { $0 + ($1.0[peak] ? $1.1 : 0) }
      }
      let accessible = moments.cellCount(withGene: peak)
      return accessible > 0
        ? Float(logOnePlus(Double(cells ?? all) / Double(accessible))) : 0
    }
  }
}
