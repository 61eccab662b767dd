internal import CellFiles
internal import Alignment
internal import Integration
internal import Numerics
internal import Report
internal import Support

/// Returns bars of each batch's groups, and of each group's batches.
///
/// - Parameters:
///   - batches: The batch of each cell; `(n)`.
///   - groups: The label, population or cluster of each cell; `(n)`.
///   - limit: The maximum number of groups with a bar. The default is 60.
/// - Returns: Both figures; empty if no cell has a group.
func compositionBlocks(
  batches: Colouring, groups: Colouring, limit: Int = 60
) -> [ReportBlock] {
  guard groups.codes.contains(where: { $0 >= 0 }) else { return [] }
  let cells = grouped(batches.codes.count)
  return [
    .bars(
      bars(
        "The share of each \(groups.name) in each \(batches.name), of \(cells) cells.",
        rows: batches, parts: groups)),
    .bars(
      bars(
        "The share of each \(batches.name) in each \(groups.name), of \(cells) cells.",
        rows: groups, parts: batches, limit: limit)),
  ]
}

private func bars(
  _ caption: String, rows: Colouring, parts: Colouring, limit: Int = 60
) -> BarsFigure {
  var figures = rows.levels.map { BarsFigure.Row($0, counts: [:]) }
  for (row, part) in zip(rows.codes, parts.codes) where row >= 0 {
    if part >= 0 {
      figures[Int(row)].counts[Int(part), default: 0] += 1
    } else {
      figures[Int(row)].missing += 1
    }
  }
  var figure = BarsFigure(
    caption: caption, rows: figures, parts: parts.name, levels: parts.levels,
    isDistinct: parts.isDistinct)
  figure.limit = limit
  return figure
}

/// Returns groups of cells named by number, the largest first; `nil` if there are fewer than two.
///
/// - Parameters:
///   - name: The name of a group, such as `cluster`.
///   - codes: The group of each cell; `(n)`.
/// - Returns: The groups as a colouring.
func numberedGroups(_ name: String, _ codes: [Int32]) -> Colouring? {
  var sizes: [Int32: Int] = [:]
  for code in codes { sizes[code, default: 0] += 1 }
  guard sizes.count > 1 else { return nil }
  let order = sizes.keys.sorted { (sizes[$1] ?? 0, $0) < (sizes[$0] ?? 0, $1) }
  let ranks = Dictionary(uniqueKeysWithValues: zip(order, Int32(0)...))
  return Colouring(
    name, levels: order.indices.map { "\(name) \($0 + 1)" }, codes: codes.map { ranks[$0] ?? -1 })
}

extension Alignment {
  /// Returns the cluster of each cell with the most similar direction, as in the alignment.
  ///
  /// - Parameters:
  ///   - embedding: The embedding of all cells; `(n, d)`.
  ///   - cells: The cells.
  /// - Returns: The clusters; `(cells)`.
  func nearestClusters(of embedding: Embedding, _ cells: [Int]) -> [Int32] {
    cells.map { cell in
      let row = embedding[cell]
      var best = (cluster: 0, similarity: -Float.infinity)
      for cluster in 0..<clusterCount {
        // Centroids have unit length, so the cell's own length does not change the order.
        let centroid = centroids[cluster * dimensions..<(cluster + 1) * dimensions]
        let similarity = zip(row, centroid).reduce(0) { $0 + $1.0 * $1.1 }
        if similarity > best.similarity { best = (cluster, similarity) }
      }
      return Int32(best.cluster)
    }
  }
}

extension CellDepths {
  /// Returns the depths of some cells as colours for pictures.
  ///
  /// - Parameters:
  ///   - cells: The places of the cells among those of the depths. The default is `nil`, for all.
  ///   - feature: The word for the genes. The default is `nil`, for ``CellDepths/feature``.
  /// - Returns: The counts and the genes, as far as known.
  func gradients(_ cells: [Int]? = nil, of feature: FeatureNoun? = nil) -> [Gradient] {
    let feature = feature ?? self.feature
    return [("counts of each cell", totals), ("\(feature.plural) detected in each cell", genes)]
      .filter { !$0.1.isEmpty }
      .map { name, values in
        Gradient(name, values: cells.map { $0.map { values[$0] } } ?? values)
      }
  }
}
