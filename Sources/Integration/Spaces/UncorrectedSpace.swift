internal import CountData
internal import Numerics
internal import NeuralNet

/// The principal components of the uncorrected expression, for comparison with a correction.
///
/// They are computed from `log1p(10⁴ x / t)` of the selected genes, the usual input of other tools.
enum UncorrectedSpace {
  /// The number of components.
  static let componentCount = 30

  private static let blockCells = 2048

  /// Returns the coordinates of some cells of a store, in their order; `(cells, components)`.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - store: The selected genes of all cells.
  ///   - batches: The batch of every cell of the store.
  ///   - count: The number of components. The default is ``componentCount``.
  ///   - seed: The seed of the draw of cells from which components are computed.
  ///   - pool: The threads to use.
  /// - Returns: The coordinates.
  static func coordinates(
    of cells: [Int], in store: CountStore, batches: [Int32], count: Int = componentCount,
    seed: UInt64, pool: ThreadPool
  ) -> Matrix {
    let components = components(
      of: cells, in: store, batches: batches, count: count, seed: seed, pool: pool)
    var values: [Float] = []
    forEachBlock(of: cells, in: store, batches, components, pool) { values += $0 }
    return Matrix(rows: cells.count, columns: components.variances.count, values: values)
  }

  /// Returns the coordinates of some cells of a store in memory of a source.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - store: The selected genes of all cells.
  ///   - batches: The batch of every cell of the store.
  ///   - seed: The seed of the draw of cells from which components are computed.
  ///   - memory: The memory of the coordinates.
  ///   - pool: The threads to use.
  /// - Returns: The coordinates; `(cells, components)`.
  /// - Throws: Errors of the memory, such as a full disk.
  static func coordinates(
    of cells: [Int], in store: CountStore, batches: [Int32], seed: UInt64,
    memory: TableMemory, pool: ThreadPool
  ) throws -> Embedding {
    let components = components(of: cells, in: store, batches: batches, seed: seed, pool: pool)
    var writer = try EmbeddingWriter(
      cellCount: cells.count, dimensions: components.variances.count, in: memory)
    forEachBlock(of: cells, in: store, batches, components, pool) { writer.append($0) }
    return writer.finish()
  }

  private static func components(
    of cells: [Int], in store: CountStore, batches: [Int32], count: Int = componentCount,
    seed: UInt64, pool: ThreadPool
  ) -> PrincipalComponents {
    let drawn = DecodedSpace.draw(
      DecodedSpace.basisCells(features: store.geneCount, store.kind), from: cells,
      batches: batches, seed: seed)
    return principalComponents(
      of: sparseInputs(of: drawn[...], store, batches, pool), columns: store.geneCount,
      count: count, seed: seed, pool: pool)
  }

  private static func forEachBlock(
    of cells: [Int], in store: CountStore, _ batches: [Int32], _ components: PrincipalComponents,
    _ pool: ThreadPool, _ body: ([Float]) -> Void
  ) {
    for first in stride(from: 0, to: cells.count, by: blockCells) {
      let part = cells[first..<min(first + blockCells, cells.count)]
      let rows = sparseInputs(of: part, store, batches, pool)
      body(components.coordinates(of: rows, pool: pool).values)
    }
  }

  /// Returns the network's inputs of some cells without zeros; `(cells, f)`.
  private static func sparseInputs(
    of cells: ArraySlice<Int>, _ store: CountStore, _ batches: [Int32], _ pool: ThreadPool
  ) -> SparseRows {
    var minibatch = Minibatch()
    store.fill(&minibatch, with: cells, batches: batches, pool: pool)
    return SparseRows(
      starts: minibatch.starts, columns: minibatch.genes, values: minibatch.inputs,
      width: store.geneCount)
  }

  /// Returns the network's inputs of some cells, including zeros; `(cells, f)`.
  static func inputs(
    of cells: ArraySlice<Int>, _ store: CountStore, _ batches: [Int32], pool: ThreadPool
  ) -> Matrix {
    var minibatch = Minibatch()
    store.fill(&minibatch, with: cells, batches: batches, pool: pool)
    let (starts, genes, inputs) = (minibatch.starts, minibatch.genes, minibatch.inputs)
    return Matrix(rows: cells.count, columns: store.geneCount, pool: pool) { row, numbers in
      for k in Int(starts[row])..<Int(starts[row + 1]) { numbers[Int(genes[k])] = inputs[k] }
    }
  }
}
