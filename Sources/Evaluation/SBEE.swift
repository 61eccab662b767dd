internal import Neighbours
internal import Numerics

/// Returns sBEE, the metric that scib-metrics 0.6.1 adds: a mixing score of each cell within its
/// label.
///
/// It is the harmonic mean of two parts. The first is one minus the Jensen-Shannon distance between
/// the batches of the cell's neighbours of its label and the batches of all cells of the label. The
/// second is `exp(-(1 - min(1, r)) / 0.15)`, where `r` is the median distance to the label's cells
/// in the cell's own batch over that to the label's cells in other batches. Means are taken over
/// the cells of a batch, then over batches, then over labels.
///
/// Medians are those over up to ``LabelBatchBlocks/mostCells`` cells of a batch, and as many of the
/// other batches.
///
/// - Parameters:
///   - x: The embedding; `(n, d)`.
///   - table: Each cell's 89 nearest neighbours.
///   - labels: The labels.
///   - batches: The batches.
///   - pool: The threads to use.
/// - Returns: The score; 0 to 1.
func batchEffectScore(
  of x: Matrix, _ table: NeighbourTable, labels: CellGroups, batches: CellGroups, pool: ThreadPool
) -> Double {
  var members = [[Int32]](repeating: [], count: labels.count * batches.count)
  for (row, (label, batch)) in zip(labels.codes, batches.codes).enumerated() {
    members[Int(label) * batches.count + Int(batch)].append(Int32(row))
  }
  let means = (0..<labels.count).map { label in
    let rowsOfLabel = labels.rows(of: label)
    let ofBatch = Array(members[label * batches.count..<(label + 1) * batches.count])
    let all = ofBatch.map { Double($0.count) }
    let scores = ofBatch.indices.filter { !ofBatch[$0].isEmpty }.map { batch in
      let rows = ofBatch[batch]
      let others = rowsOfLabel.filter { batches.codes[Int($0)] != Int32(batch) }
      let ratios = distanceRatios(of: rows, others: others, in: x, pool: pool)
      let sum = zip(rows, ratios).reduce(0.0) { sum, cell in
        let local = localBatches(of: Int(cell.0), table, labels: labels, batches: batches)
        let composition = 1 - jensenShannonDistance(local, all)
        // A cell without another one of its label has no distance, and no score.
        guard let ratio = cell.1 else { return sum }
        let distance = exponential((min(1, ratio) - 1) / 0.15)
        let both = composition + distance
        return sum + (both > 0 ? 2 * composition * distance / both : 0)
      }
      return sum / Double(rows.count)
    }
    return scores.reduce(0, +) / Double(scores.count)
  }
  return means.reduce(0, +) / Double(means.count)
}

/// Returns the number of a cell's neighbours of its label in each batch, the cell itself included.
private func localBatches(
  of cell: Int, _ table: NeighbourTable, labels: CellGroups, batches: CellGroups
) -> [Double] {
  let label = labels.codes[cell]
  var counts = [Double](repeating: 0, count: batches.count)
  counts[Int(batches.codes[cell])] = 1
  let most = min(table.k + 1, labels.sizes[Int(label)]) - 1
  for neighbour in table.indices[table.range(ofQuery: cell)].prefix(most)
  where labels.codes[Int(neighbour)] == label {
    counts[Int(batches.codes[Int(neighbour)])] += 1
  }
  return counts
}

/// Returns the Jensen-Shannon distance between two distributions, to the base of 2; 0 to 1.
private func jensenShannonDistance(_ a: [Double], _ b: [Double]) -> Double {
  func shares(_ counts: [Double]) -> [Double] {
    let counts = counts.map { max($0, 1e-10) }
    let sum = counts.reduce(0, +)
    return counts.map { $0 / sum }
  }
  let divergence = zip(shares(a), shares(b)).reduce(0.0) { sum, pair in
    let (p, q) = pair
    let middle = (p + q) / 2
    return sum + p * logarithm(p / middle) + q * logarithm(q / middle)
  }
  return (max(0, divergence) / (2 * logarithm(2))).squareRoot()
}

/// Returns for each of the cells of a batch the median distance to its other cells, divided by that
/// to the cells of other batches; `nil` if undefined, and 1 without other batches.
private func distanceRatios(
  of rows: [Int32], others: [Int32], in x: Matrix, pool: ThreadPool
) -> [Double?] {
  let own = medianDistances(of: rows, to: rows, in: x, pool: pool)
  guard !others.isEmpty else { return own.map { $0 > 0 ? 1 : nil } }
  let across = medianDistances(of: rows, to: others, in: x, pool: pool)
  return zip(own, across).map { $0 > 0 && $1 > 0 ? $0 / $1 : nil }
}

/// Returns the median distance from each of some cells to other cells, without itself; 0 if there
/// are none.
private func medianDistances(
  of rows: [Int32], to references: [Int32], in x: Matrix, pool: ThreadPool
) -> [Double] {
  let references = thinned(references, to: LabelBatchBlocks.mostCells)
  let blocks = DistanceBlocks(x.gathering(references), pool: pool)
  let shards = fixedShards(of: rows.count, size: 64)
  return pool.map(shards.count) { shard in
    let queries = blocks.queries(rows[shards[shard]], of: x)
    let scratch = FloatView.zeros(queries.squares.count * DistanceBlocks.blockSize)
    var squares = [[Float]](repeating: [], count: queries.squares.count)
    for (block, columns) in blocks.blocks.enumerated() {
      blocks.measure(queries, block: block, into: scratch)
      for i in squares.indices {
        let start = i * DistanceBlocks.blockSize
        squares[i] += scratch[start..<start + columns.count].values
      }
    }
    return zip(shards[shard], squares.indices).map { row, i in
      var values = squares[i]
      if let own = firstPlace(of: rows[row], in: references) { values.remove(at: own) }
      return median(values, offset: queries.squares[i])
    }
  }.flatMap(\.self)
}

/// Returns the place of a row among ascending rows.
private func firstPlace(of row: Int32, in rows: [Int32]) -> Int? {
  var (low, high) = (0, rows.count)
  while low < high {
    let middle = (low + high) / 2
    if rows[middle] < row { low = middle + 1 } else { high = middle }
  }
  return low < rows.count && rows[low] == row ? low : nil
}

/// Returns the median of `√(value + offset)`, with the mean of the middle two; 0 without values.
private func median(_ values: [Float], offset: Float) -> Double {
  guard !values.isEmpty else { return 0 }
  func root(_ place: Int) -> Double {
    Double(max(0, smallest(place, of: values) + offset)).squareRoot()
  }
  let middle = values.count / 2
  return values.count % 2 == 1 ? root(middle) : (root(middle - 1) + root(middle)) / 2
}

extension Metric {
  /// The mixing of batches around each cell within its label (sBEE); 0 to 1.
  package static let sbee = Metric("sbee", title: "sBEE", .batch) { cells, labels in
    batchEffectScore(
      of: cells.x, cells.neighbours, labels: labels, batches: cells.batches, pool: cells.pool)
  }
}

extension EmbeddingScores {
  /// The mixing of batches around each cell within its label (sBEE); 0 to 1.
  package var sbee: Double? { self[.sbee] }
}
