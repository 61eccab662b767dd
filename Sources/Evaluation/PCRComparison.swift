internal import Kernels

/// Returns the share of the variance that batches explain; 0 to 1.
///
/// Principal component regression on batch indicators weights each component's R² by its variance.
/// Over all components this is the sum of squares between batches divided by the total, in any
/// basis, so no components are computed. The cost is O(n · d).
func varianceExplained(in x: Matrix, by sources: CellGroups) -> Double {
  let d = x.columns
  var sums = [Double](repeating: 0, count: sources.count * d)
  for (row, source) in sources.codes.enumerated() {
    for (j, i) in x.range(ofRow: row).enumerated() {
      sums[Int(source) * d + j] += Double(x.values[i])
    }
  }
  let mean = (0..<d).map { j in
    (0..<sources.count).reduce(0) { $0 + sums[$1 * d + j] } / Double(x.rows)
  }
  var between = 0.0
  for source in 0..<sources.count {
    let size = Double(sources.sizes[source])
    for j in 0..<d {
      let offset = sums[source * d + j] / size - mean[j]
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
func pcrComparison(before: Matrix, after: Matrix, sources: CellGroups) -> Double? {
  let explained = varianceExplained(in: before, by: sources)
  guard explained > 0 else { return nil }
  return max(0, (explained - varianceExplained(in: after, by: sources)) / explained)
}
