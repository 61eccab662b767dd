internal import Numerics

/// Returns the share of the variance that batches explain; 0 to 1.
///
/// Principal component regression on batch indicators weights each component's R² by its variance.
/// Over all components this is the sum of squares between batches divided by the total, in any
/// basis, so no components are computed. The cost is O(n · d).
func varianceExplained(in x: Matrix, by batches: CellGroups) -> Double {
  let d = x.columns
  var sums = [Double](repeating: 0, count: batches.count * d)
  for (row, batch) in batches.codes.enumerated() {
    for (j, i) in x.range(ofRow: row).enumerated() {
      sums[Int(batch) * d + j] += Double(x.values[i])
    }
  }
  let mean = (0..<d).map { j in
    (0..<batches.count).reduce(0) { $0 + sums[$1 * d + j] } / Double(x.rows)
  }
  var between = 0.0
  for batch in 0..<batches.count {
    let size = Double(batches.sizes[batch])
    for j in 0..<d {
      let offset = sums[batch * d + j] / size - mean[j]
      between += size * offset * offset
    }
  }
  var total = 0.0
  for row in 0..<x.rows {
    for (j, i) in x.range(ofRow: row).enumerated() {
      let offset = Double(x.values[i]) - mean[j]
      total += offset * offset
    }
  }
  return total > 0 ? between / total : 0
}

/// Returns the relative reduction of the variance that batches explain; 0 if it increased.
///
/// Reference: Büttner et al. 2019, <https://doi.org/10.1038/s41592-018-0254-1>.
///
/// - Returns: The reduction, 0 to 1; `nil` if batches explained nothing before.
func pcrComparison(before: Matrix, after: Matrix, batches: CellGroups) -> Double? {
  let explained = varianceExplained(in: before, by: batches)
  guard explained > 0 else { return nil }
  return max(0, (explained - varianceExplained(in: after, by: batches)) / explained)
}

extension Metric {
  /// The relative reduction of the variance that batches explain, compared with the uncorrected
  /// embedding; 0 to 1.
  package static let pcrComparison = Metric(
    "pcr_comparison", title: "PCR comparison", .batch
  ) { cells in
    cells.uncorrected.flatMap {
      Evaluation.pcrComparison(before: $0, after: cells.x, batches: cells.batches)
    }
  }
}

extension EmbeddingScores {
  /// The relative reduction of the variance that batches explain, compared with the uncorrected
  /// embedding; 0 to 1.
  package var pcrComparison: Double? {
    get { self[.pcrComparison] }
    set { self[.pcrComparison] = newValue }
  }
}
