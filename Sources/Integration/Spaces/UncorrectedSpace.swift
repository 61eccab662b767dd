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
  ///   - seed: The seed of the draw of cells from which components are computed.
  ///   - pool: The threads to use.
  /// - Returns: The coordinates.
  static func coordinates(
    of cells: [Int], in store: CountStore, batches: [Int32], seed: UInt64, pool: ThreadPool
  ) -> Matrix {
    let drawn = DecodedSpace.draw(
      DecodedSpace.basisCells, from: cells, batches: batches, seed: seed)
    let components = principalComponents(
      of: inputs(of: drawn[...], store, batches), count: componentCount, seed: seed, pool: pool)
    var values: [Float] = []
    for first in stride(from: 0, to: cells.count, by: blockCells) {
      let part = cells[first..<min(first + blockCells, cells.count)]
      values += components.coordinates(of: inputs(of: part, store, batches), pool: pool).values
    }
    return Matrix(rows: cells.count, columns: components.variances.count, values: values)
  }

  /// Returns the network's inputs of some cells, including zeros; `(cells, f)`.
  static func inputs(
    of cells: ArraySlice<Int>, _ store: CountStore, _ batches: [Int32]
  ) -> Matrix {
    var minibatch = Minibatch()
    store.fill(&minibatch, with: cells, batches: batches)
    var dense = Matrix(rows: cells.count, columns: store.geneCount)
    for row in 0..<cells.count {
      for k in Int(minibatch.starts[row])..<Int(minibatch.starts[row + 1]) {
        dense.values[row * store.geneCount + Int(minibatch.genes[k])] = minibatch.inputs[k]
      }
    }
    return dense
  }
}
