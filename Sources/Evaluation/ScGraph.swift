internal import Numerics

/// Returns scGraph's weighted correlation: the agreement of the distances between labels with the
/// distances within single batches before correction.
///
/// Each batch of at least 100 cells gives the distances between the labels' trimmed means in its own
/// first ten principal components. A consensus is their mean over batches, each relative to the
/// largest distance of a label. An embedding's distances, of all cells, are compared with it by a
/// correlation for each label with weights of one over the consensus distance, so that near labels
/// count most. Labels of fewer than ten cells are left out. scGraph takes the components of the
/// batch's own variable genes; here they are those of the coordinates before correction.
///
/// Reference: Wang et al. 2024, <https://doi.org/10.1101/2024.04.02.587824>.
///
/// - Parameters:
///   - x: The embedding; `(n, d)`.
///   - before: The coordinates before correction; `(n, d')`.
///   - labels: The labels.
///   - batches: The batches.
///   - pool: The threads to use.
/// - Returns: The mean correlation over labels, −1 to 1; `nil` with fewer than three labels, or if
///   no batch is large enough.
func labelGraphAgreement(
  of x: Matrix, before: Matrix, labels: CellGroups, batches: CellGroups, pool: ThreadPool
) -> Double? {
  let kept = (0..<labels.count).filter { labels.sizes[$0] >= 10 }
  let consensus = consensusDistances(
    before, kept: kept, labels: labels, batches: batches, pool: pool)
  guard let consensus else { return nil }
  let found = relativeDistances(
    between: kept.map { trimmedMean(of: x, labels.rows(of: $0)) })
  let correlations = kept.indices.compactMap { column in
    weightedCorrelation(
      kept.indices.compactMap { row in
        guard let a = found[row][column], let b = consensus[row][column] else { return nil }
        return (a, b)
      })
  }
  return correlations.isEmpty
    ? nil : correlations.reduce(0, +) / Double(correlations.count)
}

/// The distance of each kept label from each other one, by row and column; `nil` if undefined.
private typealias Distances = [[Double?]]

private func consensusDistances(
  _ before: Matrix, kept: [Int], labels: CellGroups, batches: CellGroups, pool: ThreadPool
) -> Distances? {
  var sums = [[(sum: Double, batches: Int)]](
    repeating: Array(repeating: (0, 0), count: kept.count), count: kept.count)
  for batch in 0..<batches.count where batches.sizes[batch] >= 100 {
    let rows = batches.rows(of: batch)
    let part = before.gathering(rows)
    let components = principalComponents(of: part, count: 10, pool: pool)
    let coordinates = components.coordinates(of: part, pool: pool)
    var members = [[Int32]](repeating: [], count: labels.count)
    for (place, row) in rows.enumerated() {
      members[Int(labels.codes[Int(row)])].append(Int32(place))
    }
    let distances = relativeDistances(
      between: kept.map { trimmedMean(of: coordinates, members[$0]) })
    for row in kept.indices {
      for column in kept.indices {
        guard let distance = distances[row][column] else { continue }
        sums[row][column].sum += distance
        sums[row][column].batches += 1
      }
    }
  }
  let means: Distances = sums.map { row in
    row.map { $0.batches > 0 ? $0.sum / Double($0.batches) : nil }
  }
  guard means.joined().contains(where: { $0 != nil }) else { return nil }
  return relative(means)
}

/// Returns the distances between centroids, relative to the largest of each column.
private func relativeDistances(between centroids: [[Double]?]) -> Distances {
  relative(
    centroids.map { a in
      centroids.map { b in
        guard let a, let b else { return nil }
        return zip(a, b).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
    })
}

/// Divides each column by its largest distance; a column of zeros becomes undefined.
private func relative(_ distances: Distances) -> Distances {
  let largest = distances.indices.map { column in
    distances.reduce(0.0) { max($0, $1[column] ?? 0) }
  }
  return distances.map { row in
    zip(row, largest).map { distance, most in most > 0 ? distance.map { $0 / most } : nil }
  }
}

/// Returns the mean of each coordinate without the smallest and the largest 5%; `nil` without
/// cells.
private func trimmedMean(of x: Matrix, _ rows: [Int32]) -> [Double]? {
  guard !rows.isEmpty else { return nil }
  let cut = Int(0.05 * Double(rows.count))
  return (0..<x.columns).map { column in
    let values = rows.map { x[Int($0), column] }.sorted()[cut..<rows.count - cut]
    return values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
  }
}

/// Returns the correlation of pairs of distances, weighted by one over the second, without those at
/// distance 0; `nil` if undefined.
private func weightedCorrelation(_ pairs: [(Double, Double)]) -> Double? {
  let weighted = pairs.filter { $0.1 > 0 }.map { (x: $0.0, y: $0.1, weight: 1 / $0.1) }
  let sum = weighted.reduce(0) { $0 + $1.weight }
  guard sum > 0 else { return nil }
  let meanX = weighted.reduce(0) { $0 + $1.weight * $1.x } / sum
  let meanY = weighted.reduce(0) { $0 + $1.weight * $1.y } / sum
  var (xx, yy, xy) = (0.0, 0.0, 0.0)
  for pair in weighted {
    xx += pair.weight * (pair.x - meanX) * (pair.x - meanX)
    yy += pair.weight * (pair.y - meanY) * (pair.y - meanY)
    xy += pair.weight * (pair.x - meanX) * (pair.y - meanY)
  }
  return xx > 0 && yy > 0 ? max(-1, min(1, xy / (xx * yy).squareRoot())) : nil
}

extension Metric {
  /// The agreement of the distances between labels with those within batches before correction
  /// (scGraph); −1 to 1.
  package static let scgraph = Metric("scgraph", title: "scGraph", .biology) { cells, labels in
    cells.uncorrected.flatMap {
      labelGraphAgreement(
        of: cells.x, before: $0, labels: labels, batches: cells.batches, pool: cells.pool)
    }
  }
}

extension EmbeddingScores {
  /// The agreement of the distances between labels with those within batches before correction
  /// (scGraph); −1 to 1.
  package var scgraph: Double? { self[.scgraph] }
}
