internal import CellFiles
internal import Evaluation
internal import Kernels

/// How much a result owes to the sources, beside how much it owes to chance.
///
/// Two more runs are compared with the result by the graph of each cell's 30 nearest
/// neighbours: one in which the sources are dealt out to the cells at random, and one
/// with another seed. Where permuting the sources changes the graph no more than
/// another seed does, there was no batch effect to speak of, or none was removed.
public struct NullTest: Equatable, Sendable, Codable {
  /// The Jaccard index of the graphs with the sources as they are and at random, 0 to 1.
  public var permutedSources: Double

  /// The Jaccard index of the graphs of two seeds, 0 to 1.
  public var anotherSeed: Double
}

extension Integration {
  /// Runs twice more, and records how much each run changes the neighbour graph.
  ///
  /// - Parameters:
  ///   - cells: The cells that were integrated.
  ///   - options: The options of the run.
  ///   - progress: Is told how far each run has come; by throwing it stops the test.
  /// - Throws: What ``integrate(_:options:progress:)-(_,_,(StageProgress)->Void)`` throws.
  public mutating func testAgainstNull(
    _ cells: Cells, options: IntegrationOptions, progress: ProgressHandler = { _ in }
  ) throws {
    var generator = Xoshiro256(seed: options.seed.seed(for: .nullTest))
    var permuted = cells.sources.ofCell
    generator.shuffle(&permuted)
    let stirred = Cells(
      parts: cells.parts, names: cells.names, genes: cells.genes,
      sources: Sources(names: cells.sources.names, ofCell: permuted))
    var options = options
    options.checkpoint = nil  // that of the run itself stays
    options.uncorrectedCells = 0
    var reseeded = options
    reseeded.seed = options.seed &+ 1

    let pool = ThreadPool(threads: options.threads)
    let own = matrix(of: cellsUsed)
    func overlap(_ other: Integration) -> Double {
      neighbourOverlap(own, other.matrix(of: cellsUsed), pool: pool)
    }
    record.nullTest = NullTest(
      permutedSources: overlap(try integrate(stirred, options: options, progress: progress)),
      anotherSeed: overlap(try integrate(cells, options: reseeded, progress: progress)))
  }

  private func matrix(of cells: [Int]) -> Matrix {
    Matrix(embedding.rows(cells))
  }
}
