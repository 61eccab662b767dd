internal import Numerics

/// Reference cells in lists, one list for each of many centroids that the cell is nearest to.
///
/// The neighbours of a query are in the lists whose centroids are nearest to it, so a search
/// measures the cells of a few lists instead of all cells. Reference: Jégou, Douze and Schmid 2011,
/// <https://doi.org/10.1109/TPAMI.2010.57>, without its compression of the cells.
struct InvertedLists: Sendable {
  /// The reference cells; `(n, d)`.
  let references: Matrix

  /// The centroids, prepared for distances; `(lists, d)`.
  let centroids: DistanceBlocks

  /// The number of lists.
  let count: Int

  /// The references' rows, list by list, ascending within a list; `[n]`.
  let order: [Int32]

  /// The list of each reference; `[n]`.
  let listOfRow: [Int32]

  /// The cells in ``order``, in blocks that belong to one list each.
  let blocks: DistanceBlocks

  /// The blocks of each list.
  let blocksOfList: [Range<Int>]

  /// Divides reference cells into lists.
  ///
  /// The centroids are those of k-means of a sample. Their number grows with the square root of the
  /// number of cells, so that the search for the nearest centroids and the search within lists cost
  /// about the same.
  ///
  /// - Parameters:
  ///   - x: The reference cells; `(n, d)`, finite, at least one.
  ///   - seed: The seed of the sample.
  ///   - pool: The threads to use; the lists do not depend on their number.
  init(_ x: Matrix, seed: UInt64, pool: ThreadPool) {
    references = x
    let mean = columnMeans(of: x, pool: pool)
    let count = max(1, min(x.rows, Int(4 * Double(x.rows).squareRoot())))
    self.count = count
    let centroids = DistanceBlocks(
      trainedCentroids(of: x, count: count, around: mean, seed: seed, pool: pool), around: mean,
      pool: pool)
    let listOfRow = nearestCentroids(Array(0..<Int32(x.rows)), of: x, centroids, pool: pool)
    var starts = [Int](repeating: 0, count: count + 1)
    for list in listOfRow { starts[Int(list) + 1] += 1 }
    for list in 0..<count { starts[list + 1] += starts[list] }
    var order = [Int32](repeating: 0, count: x.rows)
    var next = starts
    for (row, list) in listOfRow.enumerated() {
      order[next[Int(list)]] = Int32(row)
      next[Int(list)] += 1
    }
    var blocks: [Range<Int>] = []
    var blocksOfList: [Range<Int>] = []
    for list in 0..<count {
      let first = blocks.count
      blocks += fixedShards(of: starts[list + 1] - starts[list], size: DistanceBlocks.blockSize)
        .map { $0.lowerBound + starts[list]..<$0.upperBound + starts[list] }
      blocksOfList.append(first..<blocks.count)
    }
    self.centroids = centroids
    self.listOfRow = listOfRow
    self.order = order
    self.blocks = DistanceBlocks(x, order: order, blocks: blocks, around: mean, pool: pool)
    self.blocksOfList = blocksOfList
  }

  /// Returns the list nearest to each row of `x`; `[n]`.
  func lists(ofRowsOf x: Matrix, pool: ThreadPool) -> [Int32] {
    nearestCentroids(Array(0..<Int32(x.rows)), of: x, centroids, pool: pool)
  }
}

/// The rounds of k-means for the centroids; their recall hardly depends on more.
private let rounds = 5

/// The number of sampled cells for each centroid.
private let cellsPerCentroid = 32

/// The number of cells measured together.
private let shardSize = 256

/// Returns the centroids of k-means of a sample of cells; `(count, d)`.
private func trainedCentroids(
  of x: Matrix, count: Int, around mean: [Float], seed: UInt64, pool: ThreadPool
) -> Matrix {
  var rows = Array(0..<Int32(x.rows))
  var generator = Xoshiro256(seed: seed)
  generator.shuffle(&rows)
  rows = Array(rows.prefix(cellsPerCentroid * count))
  var centroids = x.gathering(Array(rows.prefix(count)))
  let d = x.columns
  for _ in 0..<rounds {
    let lists = nearestCentroids(
      rows, of: x, DistanceBlocks(centroids, around: mean, pool: pool), pool: pool)
    var sums = [Double](repeating: 0, count: count * d)
    var sizes = [Int](repeating: 0, count: count)
    for (row, list) in zip(rows, lists) {
      let cell = x.values.span.extracting(x.range(ofRow: Int(row)))
      let start = Int(list) * d
      for j in cell.indices { sums[start + j] += Double(cell[j]) }
      sizes[Int(list)] += 1
    }
    for list in 0..<count where sizes[list] > 0 {
      for j in 0..<d {
        centroids[list, j] = Float(sums[list * d + j] / Double(sizes[list]))
      }
    }
  }
  return centroids
}

/// Returns the nearest centroid of each of some rows, measured in single precision; ties go to the
/// first.
private func nearestCentroids(
  _ rows: [Int32], of x: Matrix, _ centroids: DistanceBlocks, pool: ThreadPool
) -> [Int32] {
  let shards = fixedShards(of: rows.count, size: shardSize)
  return pool.map(shards.count) { shard in
    let queries = centroids.queries(rows[shards[shard]], of: x)
    let scratch = FloatView.zeros(queries.squares.count * DistanceBlocks.blockSize)
    var places = [Int32](repeating: 0, count: DistanceBlocks.blockSize)
    var nearest = [Int32](repeating: 0, count: queries.squares.count)
    var least = [Float](repeating: .infinity, count: queries.squares.count)
    for (block, columns) in centroids.blocks.enumerated() {
      centroids.measure(queries, block: block, into: scratch)
      for i in nearest.indices {
        let start = i * DistanceBlocks.blockSize
        let values = scratch[start..<start + columns.count]
        // The first value bounds the others, so that few places remain to compare.
        least[i] = min(least[i], values[0]).nextUp
        var best = least[i]
        let found = findPlaces(in: values, upTo: best, first: 0, into: &places)
        for place in places.prefix(found) where values[Int(place)] < best {
          best = values[Int(place)]
          nearest[i] = Int32(columns.lowerBound) + place
        }
        least[i] = best
      }
    }
    return nearest
  }.flatMap(\.self)
}
