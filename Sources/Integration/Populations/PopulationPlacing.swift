internal import Composition
internal import CountData
internal import NeuralNet
internal import Numerics

/// The clusters among which cells are placed: each belongs to one population.
///
/// A cell's population is that of the nearest cluster of its own batch, so it does not depend on the
/// other cells.
struct PopulationPlacing: Sendable {
  /// The frame with the clusters' coordinates and populations.
  let frame: CompositionFrame

  /// The clusters of each batch; `(S)`.
  let clustersOfBatch: [[Int]]

  /// Takes the clusters of a frame from where they were kept.
  init(frame: CompositionFrame, clustersOfBatch: [[Int]]) {
    (self.frame, self.clustersOfBatch) = (frame, clustersOfBatch)
  }

  /// Takes the clusters of all batches.
  init(_ composition: SharedComposition, _ frame: CompositionFrame) {
    var clusters = [[Int]](repeating: [], count: composition.batchSizes.count)
    for (number, cluster) in composition.clusters.enumerated() {
      clusters[cluster.batch].append(number)
    }
    // A batch that was not compared holds what the largest component does.
    let main = composition.clusters.indices.filter {
      composition.component[composition.clusters[$0].batch] == 0
    }
    for batch in clusters.indices where !composition.isCompared[batch] { clusters[batch] = main }
    self.init(frame: frame, clustersOfBatch: clusters)
  }

  /// Returns the population of each cell of a store; `(n)`.
  ///
  /// - Parameters:
  ///   - store: The counts of the cells.
  ///   - batches: The batch of every cell of the store.
  ///   - pool: The threads to use; the result does not depend on their number.
  /// - Returns: The populations.
  func places(of store: CountStore, batches: [Int32], pool: ThreadPool) -> [Int32] {
    places(ofCells: store.cellCount, batches: batches, pool: pool) { cells in
      var minibatch = Minibatch()
      store.fill(&minibatch, with: cells, batches: batches)
      return frame.coordinates(
        starts: minibatch.starts, genes: minibatch.genes, inputs: minibatch.inputs,
        batches: minibatch.batches)
    }
  }

  /// Returns the population of each cell of an embedding; `(n)`.
  ///
  /// - Parameters:
  ///   - embedding: The coordinates of the cells, of at most 65,536 dimensions.
  ///   - batches: The batch of every cell.
  ///   - pool: The threads to use; the result does not depend on their number.
  /// - Returns: The populations.
  func places(of embedding: Embedding, batches: [Int32], pool: ThreadPool) -> [Int32] {
    let width = embedding.dimensions
    return places(ofCells: embedding.cellCount, batches: batches, pool: pool) { cells in
      frame.coordinates(
        starts: (0...cells.count).map { Int32($0 * width) },
        genes: cells.flatMap { _ in (0..<width).map { UInt16($0) } },
        inputs: embedding.values(ofCells: cells), batches: Array(batches[cells]))
    }
  }

  /// Returns the population of each cell, `(n)`, from the coordinates of consecutive cells.
  private func places(
    ofCells count: Int, batches: [Int32], pool: ThreadPool,
    coordinates: @Sendable (Range<Int>) -> [Float]
  ) -> [Int32] {
    guard frame.populationCount > 1 else { return [Int32](repeating: 0, count: count) }
    let (d, centres) = (frame.dimensions, frame.clusterCentres)
    let blocks = fixedShards(of: count, size: 1024)
    return pool.map(blocks.count) { block in
      let points = coordinates(blocks[block])
      return blocks[block].enumerated().map { row, cell in
        var best = (square: Float.infinity, population: Int32(0))
        for cluster in clustersOfBatch[Int(batches[cell])] {
          var square: Float = 0
          for c in 0..<d {
            let difference = points[row * d + c] - centres[cluster, c]
            square += difference * difference
          }
          if square < best.square { best = (square, Int32(frame.population[cluster])) }
        }
        return best.population
      }
    }.flatMap(\.self)
  }
}

/// The population of each cell, and how batches are aligned within populations.
struct PlacedCells: Sendable {
  /// The population of each cell; `(n)`.
  let ofCell: [Int32]

  /// The number of each batch's pool in the alignment, from 0 without gaps; `(S)`.
  let levels: [Int32]
}

extension Populations {
  /// The populations of the cells, and the pools of the batches.
  var places: PlacedCells { PlacedCells(ofCell: ofCell, levels: alignmentLevels) }

  /// The clusters among which cells are placed.
  var placing: PopulationPlacing { PopulationPlacing(composition, frame) }
}
