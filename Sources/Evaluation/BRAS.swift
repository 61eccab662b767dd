internal import Kernels

/// How little the cells of a label lie apart by source: `1 - |silhouette|` by cosine distances.
///
/// Within each label that has more than one source, and not one for every cell,
/// the silhouette of the sources with `b` the mean distance from all cells of
/// other sources; `1 - |width|` is averaged over the label's cells, then over
/// labels. The mean cosine distance from some cells is one minus the product
/// with the mean of their unit vectors, so this is O(n · d).
///
/// Reference: Rautenstrauch and Ohler 2025,
/// <https://doi.org/10.1038/s41587-025-02743-4>.
///
/// - Returns: `nil` where no label has several sources.
func bras(of x: Matrix, labels: CellGroups, sources: CellGroups) -> Double? {
  let scores = (0..<labels.count).compactMap { label -> Double? in
    let rows = labels.rows(of: label)
    let present = sources.gathering(rows)
    guard present.count > 1, present.count < rows.count else { return nil }
    let widths = sourceWidths(of: x.gathering(rows), sources: present)
    return widths.reduce(0) { $0 + 1 - abs($1) } / Double(widths.count)
  }
  return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
}

/// The silhouettes of sources by cosine distance, `b` the mean distance from all other sources.
private func sourceWidths(of x: Matrix, sources: CellGroups) -> [Double] {
  let d = x.columns
  let units = (0..<x.rows).map { row in
    let cell = x.values[x.range(ofRow: row)].map(Double.init)
    let length = cell.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? cell.map { $0 / length } : cell
  }
  var sums = Array(repeating: [Double](repeating: 0, count: d), count: sources.count)
  var total = [Double](repeating: 0, count: d)
  for (unit, source) in zip(units, sources.codes) {
    for j in 0..<d {
      sums[Int(source)][j] += unit[j]
      total[j] += unit[j]
    }
  }
  return zip(units, sources.codes).map { unit, source in
    let (own, all) = (dot(unit, sums[Int(source)]), dot(unit, total))
    let (size, others) = (sources.sizes[Int(source)], x.rows - sources.sizes[Int(source)])
    guard size > 1 else { return 0 }
    // The distance from itself is zero: what it adds to `own` is its squared length.
    let within = (Double(size - 1) - (own - dot(unit, unit))) / Double(size - 1)
    let between = (Double(others) - (all - own)) / Double(others)
    let larger = max(within, between)
    return larger > 0 ? (between - within) / larger : 0
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for j in a.indices { sum += a[j] * b[j] }
  return sum
}
