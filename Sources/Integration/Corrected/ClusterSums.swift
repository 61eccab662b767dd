internal import CellFiles
internal import Composition
internal import CountData
internal import Numerics
internal import Support

/// Sums of counts and of totals, or size factors, over the cells of each cluster and batch.
struct ClusterSums: Sendable {
  /// The number of clusters, `K`.
  let clusters: Int

  /// The number of batches, `S`.
  let batches: Int

  /// The number of genes.
  let genes: Int

  /// The sums of counts; `(genes, K, S)`.
  private var counts: [Double]

  /// The sums of the cells' totals, or of their size factors; `(K, S)`.
  private var totals: [Double]

  /// The typical count of each batch: the median of its counts above zero in all genes, without
  /// decimals, from 1 to ``mostTypical``; `(S)`.
  ///
  /// It is 1 or 2 for molecules, and more for reads, of which one molecule has many.
  private(set) var typicalCounts: [Double] = []

  /// The greatest typical count; greater ones count as this.
  static let mostTypical = 1_024

  /// The genes that each batch measured, `(S)(genes)`; `nil` if all measured all.
  private let measured: [[Bool]]?

  /// Returns the counts of a gene in a cluster and batch.
  func count(_ gene: Int, _ cluster: Int, _ batch: Int) -> Double {
    counts[(gene * clusters + cluster) * batches + batch]
  }

  /// Returns the sum of the totals, or size factors, of the cells of a cluster and batch.
  func total(_ cluster: Int, _ batch: Int) -> Double { totals[cluster * batches + batch] }

  /// Returns whether a batch measured a gene.
  func isMeasured(_ gene: Int, inBatch batch: Int) -> Bool { measured?[batch][gene] ?? true }

  /// Reads the counts of some genes.
  ///
  /// Sums are taken in the order of the cells.
  ///
  /// - Parameters:
  ///   - chosen: The indices of the genes in `cells.genes`.
  ///   - cells: The cells.
  ///   - cluster: The cluster of each cell, −1 for a cell that is left out; `(n)`.
  ///   - clusterCount: The number of clusters.
  ///   - sizeFactors: The size factor of each cell on the scale of totals, `(n)`. The default is
  ///     `nil`, for the totals.
  ///   - progress: Receives the number of cells read so far; throws to stop.
  /// - Throws: Errors of reading and of `progress`.
  init(
    of chosen: [Int], in cells: CellDataset, cluster: [Int32], clusterCount: Int,
    sizeFactors: [Float]? = nil,
    progress: (Int) throws -> Void
  ) throws {
    (clusters, batches, genes) = (clusterCount, cells.batches.names.count, chosen.count)
    measured = cells.genesMeasured.map { flags in flags.map { own in chosen.map { own[$0] } } }
    counts = [Double](repeating: 0, count: genes * clusters * batches)
    totals = [Double](repeating: 0, count: clusters * batches)
    var place = [Int](repeating: -1, count: cells.genes.count)
    for (number, gene) in chosen.enumerated() { place[gene] = number }
    let ofCell = cells.batches.batchOfCell
    var seen = [Int](repeating: 0, count: batches * (Self.mostTypical + 1))
    var first = 0
    for part in cells.parts {
      let shared = part.sharedGenes
      try part.matrix.forEachRowBlock(as: Float.self) { block in
        for row in 0..<block.rowCount {
          let cell = first + block.firstRow + row
          let group = Int(cluster[cell])
          guard group >= 0 else { continue }
          let column = group * batches + Int(ofCell[cell])
          let ownSeen = Int(ofCell[cell]) * (Self.mostTypical + 1)
          var total = 0.0
          for k in block.starts[row]..<block.starts[row + 1] {
            let value = Double(block.values[k])
            total += value
            if value > 0 { seen[ownSeen + Int(min(value, Double(Self.mostTypical)))] += 1 }
            let gene = Int(shared[Int(block.genes[k])])
            guard gene >= 0, place[gene] >= 0 else { continue }
            counts[place[gene] * clusters * batches + column] += value
          }
          totals[column] += sizeFactors.map { Double($0[cell]) } ?? total
        }
        try progress(first + block.firstRow + block.rowCount)
      }
      first += part.matrix.cellCount
    }
    let width = Self.mostTypical + 1
    typicalCounts = stride(from: 0, to: seen.count, by: width).map {
      Self.typicalCount(seen[$0..<$0 + width])
    }
  }

  /// Returns the median of counts, at least 1.
  ///
  /// - Parameter seen: The number of times that each count was seen, from 0 on.
  /// - Returns: The median.
  private static func typicalCount(_ seen: ArraySlice<Int>) -> Double {
    let all = seen.reduce(0, +)
    var below = 0
    let median = seen.firstIndex { times in
      below += times
      return 2 * below >= all
    }
    return Double(max(1, (median ?? seen.startIndex) - seen.startIndex))
  }
}

/// Clusters of the cells of a training by their aligned embedding, one for 30 cells.
struct EmbeddingClusters {
  private static let cellsPerCluster = 30
  private static let most = 100
  private static let sampled = 20_000
  private static let blockRows = 65_536

  /// The cluster of each cell, −1 for a cell that was not in the training; `(n)`.
  let ofCell: [Int32]

  /// The number of clusters.
  let count: Int

  /// Finds clusters.
  ///
  /// - Parameters:
  ///   - embedding: The embedding of all cells.
  ///   - used: The cells of the training, ascending.
  ///   - seed: The seed of the first centres.
  ///   - pool: The threads to use; the result does not depend on their number.
  init(of embedding: Embedding, used: [Int], seed: UInt64, pool: ThreadPool) {
    let n = used.count
    let count = min(Self.most, max(1, n / Self.cellsPerCluster))
    let limit = min(n, Self.sampled)
    let sample = Matrix(embedding.rows((0..<limit).map { used[$0 * n / limit] }))
    let centres = WeightedKMeans(
      sample, clusters: count, starts: 3, seed: seed, pool: pool
    ).centres
    var ofCell = [Int32](repeating: -1, count: embedding.cellCount)
    // In blocks, because the coordinates may not fit into memory.
    for block in fixedShards(of: n, size: Self.blockRows) {
      let cells = Array(used[block])
      let places = nearestCentres(
        of: Matrix(embedding.rows(cells)), to: centres, pool: pool
      ).places
      for (cell, place) in zip(cells, places) { ofCell[cell] = Int32(place) }
    }
    (self.ofCell, self.count) = (ofCell, count)
  }
}
