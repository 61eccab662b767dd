package import Numerics
internal import Neighbours

/// The purity of one cell type's neighbourhoods before and after a correction.
package struct TypeNeighbourhoods: Codable, Equatable, Sendable {
  /// The name of the type.
  package let label: String

  /// The number of its cells.
  package let cells: Int

  /// The share of its cells' nearest neighbours with the same type before the correction, 0 to 1.
  ///
  /// The number of neighbours of a cell is the number of its type's other cells, up to 30.
  package let before: Double

  /// The share after the correction, 0 to 1.
  package let after: Double

  /// Makes a record from its parts.
  package init(label: String, cells: Int, before: Double, after: Double) {
    self.label = label
    self.cells = cells
    self.before = before
    self.after = after
  }
}

/// Compares the neighbourhoods of each cell type before and after a correction.
///
/// Cells without a label are left out, also as neighbours. Types of one cell are left out. The cost
/// is O(n² · d).
///
/// - Parameters:
///   - before: The embedding before the correction; `(n, d)`, finite.
///   - after: The corrected embedding; `(n, d')`, finite.
///   - labels: The type of each cell, or `nil`; `[n]`.
///   - pool: The threads to use.
/// - Returns: One entry for each type, by name.
package func typeNeighbourhoods(
  before: Matrix, after: Matrix, labels: [String?], pool: ThreadPool
) -> [TypeNeighbourhoods] {
  precondition(before.rows == after.rows && before.rows == labels.count)
  let rows = (0..<Int32(labels.count)).filter { labels[Int($0)] != nil }
  let types = CellGroups(rows.compactMap { labels[Int($0)] })
  guard types.sizes.contains(where: { $0 > 1 }) else { return [] }
  var options = NeighbourOptions()
  options.maximumQueries = .max
  let shares = [before, after].map { embedding in
    let x = rows.count == labels.count ? embedding : embedding.gathering(rows)
    return ownShares(nearestNeighbours(of: x, k: mostCompared, options: options, pool: pool), types)
  }
  return (0..<types.count).filter { types.sizes[$0] > 1 }.map { type in
    TypeNeighbourhoods(
      label: types.names[type], cells: types.sizes[type], before: shares[0][type],
      after: shares[1][type])
  }
}

/// Returns the share of each group's nearest neighbours that belong to the group; `[groups]`.
private func ownShares(_ table: NeighbourTable, _ groups: CellGroups) -> [Double] {
  var own = [Int](repeating: 0, count: groups.count)
  for (cell, group) in groups.codes.enumerated() {
    own[Int(group)] += table.indices[table.range(ofQuery: cell)]
      .prefix(comparedNeighbours(ofBatchWith: groups.sizes[Int(group)]))
      .count(where: { groups.codes[Int($0)] == group })
  }
  return own.indices.map { group in
    let size = groups.sizes[group]
    let compared = min(table.k, comparedNeighbours(ofBatchWith: size))
    return Double(own[group]) / Double(max(1, size * compared))
  }
}
