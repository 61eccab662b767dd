internal import Composition
internal import Numerics

/// Groups of the cells of one new batch, each with or without a counterpart in the reference.
///
/// A group has 25 cells on average. There are at least 4 groups, unless they would have fewer than
/// 5 cells, and at most 100. The mean of a group averages out the noise of single cells, so it
/// shows whether the reference has cells at its position.
struct QueryGroups: Sendable {
  private static let cellsPerGroup = 25
  private static let mostGroups = 100
  private static let blockRows = 65_536

  /// The group of each cell; `(n)`.
  let ofCell: [Int]

  /// The number of cells of each group.
  let sizes: [Int]

  /// The number of groups.
  var count: Int { sizes.count }

  /// Groups cells by position.
  ///
  /// - Parameters:
  ///   - coordinates: The coordinates; `(n, d)`.
  ///   - pool: The threads to use; the result does not depend on their number.
  ///   - limit: The maximum number of cells for finding groups; each other cell joins the nearest
  ///     group. The default is 20,000.
  init(of coordinates: Embedding, pool: ThreadPool, limit: Int = 20_000) {
    let n = coordinates.cellCount
    let count = min(max(1, min(4, n / 5), n / Self.cellsPerGroup), Self.mostGroups)
    if count == 1 {
      ofCell = [Int](repeating: 0, count: n)
    } else if n > limit {
      let sample = Matrix(coordinates.rows((0..<limit).map { $0 * n / limit }))
      let found = WeightedKMeans(sample, clusters: count, starts: 3, seed: 0, pool: pool)
      // In blocks, because the coordinates may not fit into memory.
      ofCell = fixedShards(of: n, size: Self.blockRows).flatMap { rows in
        nearestCentres(
          of: Matrix(
            rows: rows.count, columns: coordinates.dimensions,
            values: coordinates.values(ofCells: rows)), to: found.centres, pool: pool
        ).places
      }
    } else {
      ofCell =
        WeightedKMeans(Matrix(coordinates), clusters: count, starts: 3, seed: 0, pool: pool)
        .assigned
    }
    var sizes = [Int](repeating: 0, count: count)
    for group in ofCell { sizes[group] += 1 }
    self.sizes = sizes
  }

  /// Returns the mean of each group's rows; `(groups, width)`.
  func means(of rows: FloatView, width: Int) -> [Double] {
    var means = [Double](repeating: 0, count: count * width)
    for (row, group) in ofCell.enumerated() {
      for j in 0..<width { means[group * width + j] += Double(rows[row * width + j]) }
    }
    for index in means.indices { means[index] /= Double(max(1, sizes[index / width])) }
    return means
  }
}
