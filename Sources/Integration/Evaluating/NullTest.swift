internal import CellFiles
public import CountData
internal import Evaluation
internal import Kernels
internal import Machine

/// How much a result owes to the sources, beside how much it owes to chance.
///
/// Two more runs are compared with the result by the graph of each cell's 30 nearest
/// neighbours: one in which the sources are dealt out to the cells at random, and one
/// with another seed. Where permuting the sources changes the graph no more than
/// another seed does, there was no batch effect to speak of, or none was removed.
///
/// A cell's levels of several batch keys stay together, and cells exchange sources only with those
/// that measured the same genes.
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
    let stirred = try cells.permutingSources(seed: options.seed.seed(for: .nullTest))
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

extension Cells {
  /// Refuses cells among which no sources can be permuted.
  ///
  /// - Throws: ``UsageError``, where no two sources measured the same genes.
  public func checkNullTest() throws {
    let panels = cellsByPanel
    guard panels.contains(where: { Set($0.map { sources.ofCell[$0] }).count > 1 }) else {
      throw UsageError(
        "no two batches measured the same genes, so batches cannot be permuted among cells; use the "
          + "genes that all files share, or leave the null test out")
    }
  }

  /// The same cells with their sources, under every key alike, dealt out at random.
  ///
  /// - Parameter seed: The seed of the permutation.
  /// - Returns: The cells, with other sources.
  /// - Throws: As ``checkNullTest()``.
  func permutingSources(seed: UInt64) throws -> Cells {
    try checkNullTest()
    var generator = Xoshiro256(seed: seed)
    var origin = Array(0..<count)
    for cells in cellsByPanel {
      var shuffled = cells
      generator.shuffle(&shuffled)
      for (cell, other) in zip(cells, shuffled) { origin[cell] = other }
    }
    func permuted(_ sources: Sources) -> Sources {
      Sources(names: sources.names, ofCell: origin.map { sources.ofCell[$0] })
    }
    var stirred = Cells(
      parts: parts, names: names, genes: genes, sources: permuted(sources))
    stirred.sourceKeys = sourceKeys.map(permuted)
    return stirred
  }

  /// The cells that measured the same genes; cells of one such panel exchange sources.
  private var cellsByPanel: [[Int]] {
    var numbers: [Set<Int32>: Int] = [:]
    var cells: [[Int]] = []
    var first = 0
    for part in parts {
      let panel = Set(part.sharedGenes.filter { $0 >= 0 })
      let number = numbers[panel] ?? cells.count
      if number == cells.count { cells.append([]) }
      numbers[panel] = number
      cells[number] += first..<first + part.matrix.cellCount
      first += part.matrix.cellCount
    }
    return cells
  }
}
