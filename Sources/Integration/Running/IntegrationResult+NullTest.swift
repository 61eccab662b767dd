internal import CellFiles
package import CountData
internal import Evaluation
internal import Numerics
package import Support

extension IntegrationResult {
  /// Runs the two controls, and records the Jaccard index of each neighbour graph.
  ///
  /// - Parameters:
  ///   - cells: The integrated cells.
  ///   - options: The options of the run.
  ///   - progress: Receives the progress of both runs together; throws to stop. The default does
  ///     nothing.
  /// - Throws: Errors of ``integrate(_:options:progress:)``.
  package mutating func testAgainstNull(
    _ cells: CellDataset, options: IntegrationOptions, progress: ProgressHandler = { _ in }
  ) throws {
    var (cells, options) = (cells, options)
    if record.peaks != nil {
      // Batches of reads are known only before they are permuted.
      cells = try cells.countingFragments(options.peakCounts).cells
      (options.featureKind, options.peakCounts) = (.peaks, .fragments)
    }
    let protected = try ProtectedLevels(options, of: cells)
    var relabelled = try cells.permutingBatches(
      seed: options.seed.seed(for: .nullTest), within: protected?.ofCell)
    let given = [options.protect, options.trainLabels, options.sizeFactor].compactMap(\.self)
    for name in (options.covariates ?? []).map(\.name) + given {
      relabelled.columns[name] = .joined(try cells.column(named: name))
    }
    options.checkpoint = nil  // keep the checkpoint of the run itself
    options.uncorrectedCells = 0
    var reseeded = options
    reseeded.seed = options.seed &+ 1

    let pool = ThreadPool(threads: options.threads)
    let own = matrix(of: cellsUsed)
    func overlap(_ other: IntegrationResult) -> Double {
      neighbourOverlap(own, other.matrix(of: cellsUsed), pool: pool)
    }
    record.nullTest = NullTest(
      permutedBatches: overlap(
        try integrate(relabelled, options: options) { try progress($0.half(0)) }),
      anotherSeed: overlap(
        try integrate(cells, options: reseeded) { try progress($0.half(1)) }))
  }

  private func matrix(of cells: [Int]) -> Matrix {
    Matrix(embedding.rows(cells))
  }
}

extension StageProgress {
  /// Returns the progress of two equal runs from that of the one with the given number.
  fileprivate func half(_ number: Double) -> StageProgress {
    StageProgress(stage: stage, fraction: fraction, overall: (number + overall) / 2)
  }
}

extension CellDataset {
  /// Checks that the batch labels of some cells can be permuted.
  ///
  /// - Throws: ``UsageError`` if no two batches measured the same genes.
  package func checkNullTest() throws {
    let panels = cellsByPanel
    guard panels.contains(where: { Set($0.map { batches.batchOfCell[$0] }).count > 1 }) else {
      throw UsageError(
        "no two batches measured the same genes, so batches cannot be permuted among cells; use the "
          + "genes that all files share, or leave out the permutation test")
    }
  }

  /// Returns the same cells with permuted batch labels, with the same permutation for every key.
  ///
  /// - Parameters:
  ///   - seed: The seed of the permutation.
  ///   - levels: The level of each cell within which batches are permuted. The default is `nil`, for
  ///     one level.
  /// - Returns: The cells with permuted batches.
  /// - Throws: As ``checkNullTest()``.
  func permutingBatches(seed: UInt64, within levels: [Int32]? = nil) throws -> CellDataset {
    try checkNullTest()
    var generator = Xoshiro256(seed: seed)
    var origin = Array(0..<count)
    let groups = cellsByPanel.flatMap { cells in
      guard let levels else { return [cells] }
      return Dictionary(grouping: cells) { levels[$0] }.sorted { $0.key < $1.key }.map(\.value)
    }
    for cells in groups {
      var shuffled = cells
      generator.shuffle(&shuffled)
      for (cell, other) in zip(cells, shuffled) { origin[cell] = other }
    }
    func permuted(_ batches: BatchAssignment) -> BatchAssignment {
      BatchAssignment(names: batches.names, batchOfCell: origin.map { batches.batchOfCell[$0] })
    }
    var relabelled = CellDataset(
      parts: parts, cellNames: cellNames, genes: genes, batches: permuted(batches))
    relabelled.batchKeys = batchKeys.map(permuted)
    relabelled.coordinates = coordinates
    return relabelled
  }

  /// The cells grouped by their measured genes; batch labels are exchanged only within a group.
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
