internal import Numerics

/// Returns the silhouette width of every cell; `[n]`, from −1 to 1.
///
/// With `a` the mean distance to the other cells of its own group and `b` the smallest mean
/// distance to another group, the width is `(b - a) / max(a, b)`. It is 0 for a cell alone in its
/// group, or if undefined. Distances come from matrix products in single precision. The cost is
/// O(n² · d).
///
/// Reference: Rousseeuw 1987, <https://doi.org/10.1016/0377-0427(87)90125-7>.
func silhouettes(of x: Matrix, groups: CellGroups, pool: ThreadPool) -> [Double] {
  // In the order of the groups, the distances to a group are contiguous.
  let order = groups.codes.indices.sorted { (groups.codes[$0], $0) < (groups.codes[$1], $1) }
  let sorted = x.gathering(order.map(Int32.init))
  var ends: [Int] = []
  for size in groups.sizes { ends.append((ends.last ?? 0) + size) }
  let blocks = DistanceBlocks(sorted, pool: pool)
  let shards = fixedShards(of: x.rows, size: 64)
  let widths = pool.map(shards.count) { [ends] shard in
    let rows = shards[shard]
    let queries = blocks.queries(rows, of: sorted)
    let measured = FloatView.zeros(rows.count * DistanceBlocks.blockSize)
    var sums = [Double](repeating: 0, count: rows.count * groups.count)
    for (block, columns) in blocks.blocks.enumerated() {
      blocks.measure(queries, block: block, into: measured)
      for (i, row) in rows.enumerated() {
        let start = i * DistanceBlocks.blockSize - columns.lowerBound
        let square = queries.squares[i]
        if columns.contains(row) { measured[start + row] = -square }
        var first = columns.lowerBound
        var group = ends.partitioningIndex { $0 > first }
        while first < columns.upperBound {
          let last = min(ends[group], columns.upperBound)
          sums[i * groups.count + group] += sumOfRoots(
            measured[start + first..<start + last], offset: square)
          first = last
          group += 1
        }
      }
    }
    return rows.enumerated().map { i, row in
      width(
        sums: sums[i * groups.count..<(i + 1) * groups.count], sizes: groups.sizes,
        own: ends.partitioningIndex { $0 > row })
    }
  }
  var result = [Double](repeating: 0, count: x.rows)
  for (place, width) in zip(order, widths.joined()) { result[place] = width }
  return result
}

/// Returns the silhouette width, given the sum of distances to each group's cells.
private func width(sums: ArraySlice<Double>, sizes: [Int], own: Int) -> Double {
  guard sizes[own] > 1 else { return 0 }
  var nearest = Double.infinity
  for (group, sum) in sums.enumerated() where group != own {
    nearest = min(nearest, sum / Double(sizes[group]))
  }
  let within = sums[sums.startIndex + own] / Double(sizes[own] - 1)
  let larger = max(nearest, within)
  return larger > 0 && larger.isFinite ? (nearest - within) / larger : 0
}

extension [Int] {
  /// Returns the first index of a sorted array that satisfies `belongs`, or the end.
  func partitioningIndex(where belongs: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
