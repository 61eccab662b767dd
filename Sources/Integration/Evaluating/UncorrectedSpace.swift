internal import CountData
internal import Kernels
internal import NeuralNet

/// The principal components of the uncorrected expression: what a correction is held to.
///
/// They are those of `log1p(10⁴ x / t)` of the selected genes, as most tools start from.
enum UncorrectedSpace {
  /// How many components there are.
  static let componentCount = 30

  private static let blockCells = 2048

  /// The coordinates of some cells of a store, in their order; `(cells, components)`.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - store: The selected genes of all cells.
  ///   - sources: The source of every cell of the store.
  ///   - seed: The seed of the draw of the cells that the components are found from.
  ///   - pool: The threads to use.
  /// - Returns: The coordinates.
  static func coordinates(
    of cells: [Int], in store: CountStore, sources: [Int32], seed: UInt64, pool: ThreadPool
  ) -> Matrix {
    let drawn = DecodedSpace.draw(
      DecodedSpace.basisCells, from: cells, sources: sources, seed: seed)
    let components = principalComponents(
      of: inputs(of: drawn[...], store, sources), count: componentCount, seed: seed, pool: pool)
    var values: [Float] = []
    for first in stride(from: 0, to: cells.count, by: blockCells) {
      let part = cells[first..<min(first + blockCells, cells.count)]
      values += components.coordinates(of: inputs(of: part, store, sources), pool: pool).values
    }
    return Matrix(rows: cells.count, columns: components.variances.count, values: values)
  }

  /// The network's inputs of some cells, zeros and all; `(cells, f)`.
  static func inputs(
    of cells: ArraySlice<Int>, _ store: CountStore, _ sources: [Int32]
  ) -> Matrix {
    var minibatch = Minibatch()
    store.fill(&minibatch, with: cells, sources: sources)
    var dense = Matrix(rows: cells.count, columns: store.geneCount)
    for row in 0..<cells.count {
      for k in Int(minibatch.starts[row])..<Int(minibatch.starts[row + 1]) {
        dense.values[row * store.geneCount + Int(minibatch.genes[k])] = minibatch.inputs[k]
      }
    }
    return dense
  }
}
