package import Numerics

/// Soft clusters of all batches, after subtracting each batch's offset.
///
/// A cell's coordinates are `z = (x - mean - offset of its batch)·directions`. Its memberships in
/// clusters decrease with the squared distance from the centres as `exp((d_min - d) / bandwidth)`,
/// normalized to sum 1. Cells are placed from their sparse expression, which is fast enough for
/// every minibatch.
package struct CompositionFrame: Sendable, Equatable {
  /// The number of coordinates: 20, or fewer if there are fewer cells or genes; always at most 24.
  package var dimensions: Int { directions.columns }

  /// The number of clusters.
  package var clusters: Int { centres.rows }

  /// The weight of each of the caller's genes in each coordinate; `(genes, dimensions)`.
  ///
  /// The weights are zero for genes that were not compared.
  package let directions: Matrix

  /// The coordinates of a cell without any expression, by batch; `(batches, dimensions)`.
  package let origins: Matrix

  /// The centres of clusters; `(clusters, dimensions)`.
  package let centres: Matrix

  /// The population of each of ``SharedComposition/clusters``.
  package let population: [Int]

  /// The number of populations, at least 1.
  package let populationCount: Int

  /// The coordinates of each of ``SharedComposition/clusters``; `(clusters, dimensions)`.
  package let clusterCentres: Matrix

  /// The squared distance over which a membership decreases to 1/e.
  package let bandwidth: Float

  /// The directions, origins and centres as three vectors of eight per gene, batch and cluster.
  private let lanes: [SIMD8<Float>]
  private let originLanes: [SIMD8<Float>]
  private let centreLanes: [SIMD8<Float>]

  /// Finds the clusters of all batches.
  ///
  /// About 10,000 cells are sampled in proportion to the batches' sizes, with at least 20 per
  /// batch. The directions are 20 principal components of these cells. The centres come from
  /// k-means with one cluster for every 40 cells, from 4 to 30.
  ///
  /// - Parameters:
  ///   - composition: The batches' offsets.
  ///   - genes: The number of genes in samples.
  ///   - pool: The threads to use; the result does not depend on their number.
  ///   - sample: Returns log expression of sampled cells of a batch, as in
  ///     ``SharedComposition``. It is called once for each batch.
  /// - Throws: The errors of `sample`.
  package init(
    _ composition: SharedComposition, genes: Int, pool: ThreadPool,
    sample: (Int) throws -> Matrix
  ) rethrows {
    let chosen = composition.genes
    var cells: [Float] = []
    var batches: [Int] = []
    var rows = 0
    let total = Double(max(1, composition.batchSizes.reduce(0, +)))
    var passed = 0
    for (batch, size) in composition.batchSizes.enumerated() {
      let share = 10_000 * Double(size) / total
      let before = 10_000 * Double(passed) / total
      passed += size
      // Of thousands of batches even one cell each may be too many, so these take turns.
      let quota =
        composition.isCompared[batch]
        ? max(20, Int(share.rounded(.up))) : Int(before + share) - Int(before)
      guard quota > 0 else { continue }
      let x = try sample(batch)
      let count = min(x.rows, quota)
      let offset = composition.offsets.range(ofRow: batch)
      let (start, offsets) = (offset.lowerBound, composition.offsets.values)
      cells +=
        Matrix(rows: count, columns: chosen.count, pool: pool) { i, numbers in
          let row = x.range(ofRow: i * x.rows / count).lowerBound
          for (place, gene) in chosen.enumerated() {
            numbers[place] = x.values[row + gene] - offsets[start + place]
          }
        }.values
      rows += count
      batches += Array(repeating: batch, count: count)
    }
    self.init(
      composition, genes: genes,
      cells: Matrix(rows: rows, columns: chosen.count, values: cells), batches: batches,
      pool: pool)
  }

  /// Finds directions and clusters of cells after subtracting their batches' offsets.
  private init(
    _ composition: SharedComposition, genes: Int, cells: Matrix, batches: [Int], pool: ThreadPool
  ) {
    let basis = principalComponents(
      of: cells, count: 20, seed: composition.seed, tolerance: 1e-3, pool: pool)
    let d = basis.components.rows
    var directions = Matrix(rows: genes, columns: d)
    for (place, gene) in composition.genes.enumerated() {
      for c in 0..<d { directions[gene, c] = basis.components[c, place] }
    }
    var origins = Matrix(rows: composition.batchSizes.count, columns: d)
    for batch in 0..<origins.rows {
      let offset = composition.offsets.range(ofRow: batch)
      for c in 0..<d {
        var sum = 0.0
        for (place, g) in zip(offset, basis.mean.indices) {
          let absent = Double(composition.offsets.values[place]) + Double(basis.mean[g])
          sum -= absent * Double(basis.components[c, g])
        }
        origins[batch, c] = Float(sum)
      }
    }
    self.directions = directions
    self.origins = origins
    lanes = lanesOfRows(directions)
    originLanes = lanesOfRows(origins)
    guard cells.rows > 0, d > 0 else {
      centres = Matrix(rows: 1, columns: d)
      centreLanes = lanesOfRows(centres)
      bandwidth = 1
      clusterCentres = Matrix(rows: composition.clusters.count, columns: d)
      population = Array(repeating: 0, count: composition.clusters.count)
      populationCount = 1
      return
    }
    let points = basis.coordinates(of: cells, pool: pool)
    let centres = WeightedKMeans(
      points, clusters: min(points.rows, min(30, max(4, cells.rows / 40))), starts: 3,
      rounds: 50, seed: composition.seed, pool: pool
    ).centres
    self.centres = centres
    centreLanes = lanesOfRows(centres)
    let squares = nearestCentres(of: points, to: centres, pool: pool).squares
    bandwidth = Float(max(1e-12, 0.5 * median(of: squares.map(Double.init))))
    clusterCentres = Self.place(composition, directions: directions, origins: origins)
    population =
      SharedPopulations(
        composition, centres: clusterCentres, points: points, batches: batches, pool: pool
      ).ofCluster
    populationCount = max(1, (population.max() ?? 0) + 1)
  }

  /// Takes a frame from where its parts were kept.
  ///
  /// - Parameters:
  ///   - directions: The weight of each gene in each coordinate; `(genes, dimensions)`.
  ///   - origins: The coordinates of a cell without any expression; `(batches, dimensions)`.
  ///   - centres: The centres of clusters; `(clusters, dimensions)`.
  ///   - clusterCentres: The coordinates of the batches' clusters.
  ///   - population: The population of each of these.
  ///   - bandwidth: The squared distance over which a membership decreases to 1/e.
  package init(
    directions: Matrix, origins: Matrix, centres: Matrix, clusterCentres: Matrix,
    population: [Int], bandwidth: Float
  ) {
    precondition(
      clusterCentres.rows == population.count && directions.columns == origins.columns,
      "\(clusterCentres.rows) clusters with \(population.count) populations")
    (self.directions, self.origins, self.centres) = (directions, origins, centres)
    (self.clusterCentres, self.population) = (clusterCentres, population)
    populationCount = max(1, (population.max() ?? 0) + 1)
    self.bandwidth = bandwidth
    lanes = lanesOfRows(directions)
    originLanes = lanesOfRows(origins)
    centreLanes = lanesOfRows(centres)
  }

  /// Computes the coordinates of cells.
  ///
  /// - Parameters:
  ///   - starts: The start of each cell's entries, and the end of the last; `[n + 1]`.
  ///   - genes: The gene of each entry, a column of the samples' matrices.
  ///   - inputs: The log expression of each entry, `log1p(1e4 x / total)`.
  ///   - batches: The batch of each cell; `[n]`.
  /// - Returns: The coordinates, row-major; `(n, dimensions)`.
  package func coordinates(
    starts: [Int32], genes: [UInt16], inputs: [Float], batches: [Int32]
  ) -> [Float] {
    let n = batches.count
    precondition(starts.count == n + 1, "\(starts.count) starts for \(n) cells")
    var coordinates: [Float] = []
    coordinates.reserveCapacity(n * dimensions)
    for cell in 0..<n {
      let entries = Int(starts[cell])..<Int(starts[cell + 1])
      let (first, second, third) = position(
        of: entries, genes.span, inputs.span, batch: Int(batches[cell]))
      for c in 0..<dimensions {
        coordinates.append(c < 8 ? first[c] : c < 16 ? second[c - 8] : third[c - 16])
      }
    }
    return coordinates
  }

  /// Returns the coordinates of one cell as three vectors.
  private func position(
    of entries: Range<Int>, _ genes: Span<UInt16>, _ inputs: Span<Float>, batch: Int
  ) -> (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) {
    let (lanes, origins) = (lanes.span, originLanes.span)
    var (first, second, third) = (
      origins[3 * batch], origins[3 * batch + 1], origins[3 * batch + 2]
    )
    for entry in entries {
      let input = inputs[entry]
      let row = 3 * Int(genes[entry])
      first += input * lanes[row]
      second += input * lanes[row + 1]
      third += input * lanes[row + 2]
    }
    return (first, second, third)
  }

  /// Computes the coordinates of the clusters of all batches.
  private static func place(
    _ composition: SharedComposition, directions: Matrix, origins: Matrix
  ) -> Matrix {
    let dimensions = directions.columns
    var result = Matrix(rows: composition.clusters.count, columns: dimensions)
    // A cell's origin contains its batch's offset; profiles have no offset.
    for (row, cluster) in composition.clusters.enumerated() {
      let offset = composition.offsets.range(ofRow: cluster.batch)
      for c in 0..<dimensions {
        var sum = Double(origins[cluster.batch, c])
        for (place, gene) in zip(offset, composition.genes) {
          let value = cluster.profile[place - offset.lowerBound] + composition.offsets.values[place]
          sum += Double(value) * Double(directions[gene, c])
        }
        result[row, c] = Float(sum)
      }
    }
    return result
  }

  /// Computes the memberships of cells in the clusters.
  ///
  /// - Parameters:
  ///   - starts: The start of each cell's entries, and the end of the last; `[n + 1]`.
  ///   - genes: The gene of each entry, a column of the samples' matrices.
  ///   - inputs: The log expression of each entry, `log1p(1e4 x / total)`.
  ///   - batches: The batch of each cell; `[n]`.
  ///   - pool: The threads to use; the result does not depend on their number. The default is `nil`, for
  ///     the calling thread only.
  /// - Returns: The memberships, row-major; `(n, clusters)`. Each row has sum 1.
  package func memberships(
    starts: [Int32], genes: [UInt16], inputs: [Float], batches: [Int32], pool: ThreadPool? = nil
  ) -> [Float] {
    let n = batches.count
    precondition(starts.count == n + 1, "\(starts.count) starts for \(n) cells")
    let memberships = FloatView.zeros(n * clusters)
    // Enough for a thread to begin, and whole vectors of exponentials for any number of clusters.
    let shards = fixedShards(of: n, size: laneCount)
    pool.parallel(shards.count) { shard in
      for cell in shards[shard] {
        let entries = Int(starts[cell])..<Int(starts[cell + 1])
        setExponents(
          position(of: entries, genes.span, inputs.span, batch: Int(batches[cell])),
          memberships[cell * clusters..<(cell + 1) * clusters])
      }
      let part = memberships[
        shards[shard].lowerBound * clusters..<shards[shard].upperBound * clusters]
      // This package's exponential gives the same bytes on every processor.
      exponentials(part, into: part)
      for row in 0..<shards[shard].count {
        var sum: Float = 0
        for place in row * clusters..<(row + 1) * clusters { sum += part[place] }
        let scale = 1 / sum
        for place in row * clusters..<(row + 1) * clusters { part[place] *= scale }
      }
    }
    return memberships.values
  }

  /// Computes the logarithms of a cell's memberships, up to a constant; `(clusters)`.
  private func setExponents(
    _ point: (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>), _ exponents: FloatView
  ) {
    let centres = centreLanes.span
    var least = Float.infinity
    for k in 0..<clusters {
      let (first, second, third) = (
        point.0 - centres[3 * k], point.1 - centres[3 * k + 1], point.2 - centres[3 * k + 2]
      )
      let square = (first * first + second * second + third * third).sum()
      exponents[k] = square
      least = min(least, square)
    }
    for k in 0..<clusters { exponents[k] = (least - exponents[k]) / bandwidth }
  }
}

/// Returns rows of up to 24 numbers as three vectors of eight each, padded with zeros.
private func lanesOfRows(_ matrix: Matrix) -> [SIMD8<Float>] {
  var lanes = [SIMD8<Float>](repeating: SIMD8(), count: 3 * matrix.rows)
  for row in 0..<matrix.rows {
    for (c, place) in matrix.range(ofRow: row).enumerated() {
      lanes[3 * row + c / 8][c % 8] = matrix.values[place]
    }
  }
  return lanes
}
