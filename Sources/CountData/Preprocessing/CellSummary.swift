internal import CellFiles
package import Support

/// The findings of the streaming passes over the input, before training.
package struct CellSummary: Sendable {
  /// The sum of each cell's values over all genes of its file; `(n)`.
  package var totals: [Double]

  /// The number of genes with a value in each cell, of all genes of its file; `(n)`.
  package var expressedGenes: [Int32]

  /// The cells that pass the filters, ascending.
  package var kept: [Int]

  /// The number of kept cells of each batch; `(S)`.
  package var keptOfBatch: [Int]

  /// The kind of values, over all parts.
  package var kind: ValueKind

  /// The scale of the values of each batch in each part.
  package var batchScales: [BatchScale]

  /// The largest value of each part.
  package var largest: [Float]

  /// The share of the stored values that do not fit into one byte.
  var shareOverByte: Double

  /// The moments of the kept cells' genes.
  package var moments: GeneMoments

  /// The size factor of each cell on the scale of totals, `(n)`; `nil` if counts are divided by totals.
  package var sizeFactors: [Double]?

  /// The divisors of each cell's counts: its size factor, or its total; `(n)`.
  package var divisors: [Double] { sizeFactors ?? totals }

  /// A flag that is true if values are counts of which few do not fit into one byte.
  ///
  /// The escape for larger counts is slow, so it must be rare.
  package var countsFitBytes: Bool { kind == .counts && shareOverByte < 0.01 }
}

extension CellSummary {
  /// Reads all cells once (twice, with sizes and for values that are not counts), checking every value.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - minimumCounts: The minimum total of a kept cell.
  ///   - minimumGenes: The minimum number of expressed genes of a kept cell.
  ///   - anyScale: `true` to accept values that are not counts.
  ///   - arePeaks: `true` to count the cells in which each peak is accessible, instead of the moments
  ///     of genes. The default is `false`.
  ///   - sizes: The size of each cell in any unit, by which its counts are divided, `(n)`. The default
  ///     is `nil`, for its total.
  ///   - held: Receives the counts of all genes. The default is `nil`, for counts that are not held.
  ///   - progress: Receives the number of cells read so far.
  /// - Throws: ``CountDataError`` about the values; errors of reading.
  package init(
    of cells: CellDataset, minimumCounts: Int, minimumGenes: Int, anyScale: Bool,
    arePeaks: Bool = false, sizes: [Double]? = nil, holding held: HeldCounts? = nil,
    progress: (Int) throws -> Void
  ) throws {
    let filter = CellFilter(
      minimumCounts: minimumCounts, minimumGenes: minimumGenes, anyScale: anyScale)
    var moments = GeneMoments(
      geneCount: cells.genes.count, cellsOfBatch: cells.batches.cellCounts,
      scale: arePeaks ? .accessibility : .perTenThousand)
    var parts: [PartSummary] = []
    var firstCell = 0
    for part in cells.parts {
      let range = firstCell..<firstCell + part.matrix.cellCount
      parts.append(
        try PartSummary(
          of: part, batches: cells.batches.batchOfCell[range], batchNames: cells.batches.names,
          cellNames: cells.cellNames[range], filter, moments: &moments,
          held: held.map { ($0, firstCell) }
        ) { try progress(firstCell + $0) })
      firstCell = range.upperBound
    }
    try self.init(joining: parts, consume moments, of: cells.batches, filter)
    if let sizes {
      sizeFactors = scaledSizes(sizes, totals: totals, kept: kept, batches: cells.batches)
    }
    if kind == .logNormalized || kind == .scaled || sizes != nil {
      self.moments.reset(
        to: kind == .scaled ? .asIs : kind == .logNormalized ? .undoLog : .perTenThousand)
      let divisors = self.divisors
      try cells.forEachRowBlock { part, block, firstCell in
        for row in 0..<block.rowCount {
          let cell = firstCell + row
          guard filter.passes(total: totals[cell], genes: expressedGenes[cell]) else { continue }
          self.moments.add(
            row: row, of: block, genes: part.sharedGenes, batch: cells.batches.batchOfCell[cell],
            total: divisors[cell])
        }
      }
    }
  }

  /// Joins the findings about the parts of the cells.
  ///
  /// - Parameters:
  ///   - parts: The findings, in the order of the cells.
  ///   - moments: The moments of all parts.
  ///   - batches: The batch of each cell.
  ///   - filter: The filter of the cells.
  /// - Throws: ``CountDataError`` if no cells or the cells of one batch are left.
  package init(
    joining parts: [PartSummary], _ moments: GeneMoments, of batches: BatchAssignment,
    _ filter: CellFilter
  ) throws(CountDataError) {
    let totals = parts.flatMap(\.totals)
    let expressed = parts.flatMap(\.expressedGenes)
    let kept = totals.indices.filter { filter.passes(total: totals[$0], genes: expressed[$0]) }
    let batchScales = parts.enumerated().flatMap { number, part in
      part.batchScales.map { scale in
        var scale = scale
        scale.part = number
        return scale
      }
    }
    let kind =
      batchScales.map(\.kind).max { $0.distanceFromCounts < $1.distanceFromCounts } ?? .counts
    guard let first = kept.first else {
      throw CountDataError.noCellsLeft(
        cells: totals.count, minimumCounts: filter.minimumCounts,
        minimumGenes: filter.minimumGenes)
    }
    var keptOfBatch = [Int](repeating: 0, count: batches.names.count)
    for cell in kept { keptOfBatch[Int(batches.batchOfCell[cell])] += 1 }
    if batches.names.count > 1, keptOfBatch.count(where: { $0 > 0 }) == 1 {
      throw CountDataError.oneBatchLeft(
        batch: batches.names[Int(batches.batchOfCell[first])],
        minimumCounts: filter.minimumCounts, minimumGenes: filter.minimumGenes)
    }
    let stored = parts.reduce(0) { $0 + $1.stored }
    self.init(
      totals: totals, expressedGenes: expressed, kept: kept, keptOfBatch: keptOfBatch,
      kind: kind, batchScales: batchScales, largest: parts.map(\.largest),
      shareOverByte: Double(parts.reduce(0) { $0 + $1.overByte }) / Double(max(stored, 1)),
      moments: moments)
  }
}

extension ValueKind {
  /// The distance of a kind of values from counts; among several files, the most distant decides.
  fileprivate var distanceFromCounts: Int {
    switch self {
    case .counts: 0
    case .fractionalCounts: 1
    case .logNormalized: 2
    case .scaled: 3
    case .coordinates: 4
    }
  }
}
