internal import Kernels

/// The share of the variance that the sources explain.
///
/// Principal-component regression on source indicators weighs each component's
/// R² by its variance. Over all components that is the sum of squares between
/// sources over the total one, in any basis, so none is computed. O(n · d).
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

/// How much less the sources explain than before the correction; 0 where they explain more.
///
/// Reference: Büttner et al. 2019, <https://doi.org/10.1038/s41592-018-0254-1>.
///
/// - Returns: `nil` where they explained nothing before.
func pcrComparison(before: Matrix, after: Matrix, sources: CellGroups) -> Double? {
  let explained = varianceExplained(in: before, by: sources)
  guard explained > 0 else { return nil }
  return max(0, (explained - varianceExplained(in: after, by: sources)) / explained)
}
