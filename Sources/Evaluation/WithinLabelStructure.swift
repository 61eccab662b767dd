internal import Numerics

/// Returns the share of the variation within labels that an embedding keeps.
///
/// Of the cells of each label in each batch, the first five principal components of the coordinates
/// before correction are regressed on the coordinates of the embedding. A component's share is the
/// squared multiple correlation, adjusted for the number of coordinates, so that an unrelated
/// embedding has 0. Components are weighted by their variance, and blocks by their cells. Blocks
/// with fewer than three cells for each coordinate are left out.
///
/// Batches are compared separately, so their differences do not count. Variation before correction
/// includes noise, which a good embedding removes: compare embeddings with each other, not with 1.
///
/// - Parameters:
///   - x: The embedding; `(n, d)`.
///   - before: The coordinates before correction; `(n, d')`.
///   - labels: The labels.
///   - batches: The batches.
///   - pool: The threads to use.
/// - Returns: The share, 0 to 1; `nil` if no label has enough cells in a batch.
func withinLabelStructure(
  of x: Matrix, before: Matrix, labels: CellGroups, batches: CellGroups, pool: ThreadPool
) -> Double? {
  let blocks = LabelBatchBlocks(labels: labels, batches: batches).blocks
    .filter { $0.rows.count >= max(30, 3 * (x.columns + 1)) }
  let shares = blocks.compactMap { block -> (share: Double, cells: Double)? in
    let part = before.gathering(block.rows)
    let components = principalComponents(of: part, count: 5, pool: pool)
    guard components.variances.contains(where: { $0 > 0 }) else { return nil }
    let explained = adjustedDetermination(
      of: components.coordinates(of: part, pool: pool), by: x.gathering(block.rows))
    let all = components.variances.reduce(0, +)
    let share = zip(explained, components.variances).reduce(0) { $0 + $1.0 * $1.1 } / all
    return (share, Double(block.cells))
  }
  let cells = shares.reduce(0) { $0 + $1.cells }
  return cells > 0 ? shares.reduce(0) { $0 + $1.share * $1.cells } / cells : nil
}

/// Returns the adjusted coefficient of determination of each column of `y` in a regression on `x`;
/// 0 to 1.
private func adjustedDetermination(of y: Matrix, by x: Matrix) -> [Double] {
  let (n, p, d) = (x.rows, x.columns, y.columns)
  let (predictors, targets) = (standardized(x), standardized(y))
  var products = [Double](repeating: 0, count: p * p)
  var rightSide = [Double](repeating: 0, count: p * d)
  for i in 0..<n {
    for a in 0..<p {
      let value = predictors[i * p + a]
      for b in 0...a { products[a * p + b] += value * predictors[i * p + b] }
      for b in 0..<d { rightSide[a * d + b] += value * targets[i * d + b] }
    }
  }
  for a in 0..<p {
    // Coordinates that are sums of others need no weight of their own.
    products[a * p + a] += 1e-6 * Double(n)
    for b in 0..<a { products[b * p + a] = products[a * p + b] }
  }
  let covariances = rightSide
  choleskyFactor(&products, p)
  choleskySolve(products, p, &rightSide, d)
  return (0..<d).map { column in
    // The explained sum of squares of a variable with variance 1.
    let explained =
      (0..<p).reduce(0.0) { $0 + rightSide[$1 * d + column] * covariances[$1 * d + column] }
      / Double(n)
    return max(0, min(1, 1 - (1 - explained) * Double(n - 1) / Double(n - p - 1)))
  }
}

/// Returns the columns with mean 0 and variance 1, or 0 without variance.
private func standardized(_ x: Matrix) -> [Double] {
  var values = x.values.map(Double.init)
  for column in 0..<x.columns {
    let places = stride(from: column, to: values.count, by: x.columns)
    let mean = places.reduce(0.0) { $0 + values[$1] } / Double(x.rows)
    let square = places.reduce(0.0) { $0 + (values[$1] - mean) * (values[$1] - mean) }
    let deviation = (square / Double(x.rows)).squareRoot()
    for place in places {
      values[place] = deviation > 1e-12 ? (values[place] - mean) / deviation : 0
    }
  }
  return values
}

extension Metric {
  /// The share of the variation within labels that the embedding keeps; 0 to 1.
  package static let withinLabelStructure = Metric(
    "within_label_structure", title: "within-label structure", .biology
  ) { cells, labels in
    cells.uncorrected.flatMap {
      Evaluation.withinLabelStructure(
        of: cells.x, before: $0, labels: labels, batches: cells.batches, pool: cells.pool)
    }
  }
}

extension EmbeddingScores {
  /// The share of the variation within labels that the embedding keeps; 0 to 1.
  package var withinLabelStructure: Double? { self[.withinLabelStructure] }
}
