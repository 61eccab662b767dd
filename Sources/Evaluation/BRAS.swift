internal import Numerics

/// Returns BRAS, the overlap of batches within labels: `1 - |silhouette|` by cosine distances.
///
/// For each label, the silhouette of batches uses as `b` the mean distance from all cells of other
/// batches. `1 - |width|` is averaged over the label's cells, then over labels. Labels with one
/// batch, or with as many batches as cells, are excluded. The mean cosine distance to a set of
/// cells is one minus the product with the mean of their unit vectors, so the cost is O(n · d).
///
/// Reference: Rautenstrauch and Ohler 2025, <https://doi.org/10.1038/s41587-025-02743-4>.
///
/// - Returns: The score, 0 to 1, larger is better; `nil` if no label has several batches.
func bras(of x: Matrix, labels: CellGroups, batches: CellGroups) -> Double? {
  let scores = (0..<labels.count).compactMap { label -> Double? in
    let rows = labels.rows(of: label)
    let present = batches.gathering(rows)
    guard present.count > 1, present.count < rows.count else { return nil }
    let widths = batchWidths(of: x.gathering(rows), batches: present)
    return widths.reduce(0) { $0 + 1 - abs($1) } / Double(widths.count)
  }
  return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
}

/// Returns the silhouettes of batches by cosine distance, with `b` the mean distance to all other
/// batches.
private func batchWidths(of x: Matrix, batches: CellGroups) -> [Double] {
  let d = x.columns
  let units = (0..<x.rows).map { row in
    let cell = x.values[x.range(ofRow: row)].map(Double.init)
    let length = cell.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? cell.map { $0 / length } : cell
  }
  var sums = Array(repeating: [Double](repeating: 0, count: d), count: batches.count)
  var total = [Double](repeating: 0, count: d)
  for (unit, batch) in zip(units, batches.codes) {
    for j in 0..<d {
      sums[Int(batch)][j] += unit[j]
      total[j] += unit[j]
    }
  }
  return zip(units, batches.codes).map { unit, batch in
    let (own, all) = (dot(unit, sums[Int(batch)]), dot(unit, total))
    let (size, others) = (batches.sizes[Int(batch)], x.rows - batches.sizes[Int(batch)])
    guard size > 1 else { return 0 }
    // The distance to itself is zero, so subtract the cell's squared length from `own`.
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

extension Metric {
  /// The overlap of batches within labels, by silhouettes (BRAS); 0 to 1.
  package static let bras = Metric("bras", title: "BRAS", .batch) { cells, labels in
    Evaluation.bras(of: cells.x, labels: labels, batches: cells.batches)
  }
}

extension EmbeddingScores {
  /// The overlap of batches within labels, by silhouettes (BRAS); 0 to 1.
  package var bras: Double? {
    get { self[.bras] }
    set { self[.bras] = newValue }
  }
}
