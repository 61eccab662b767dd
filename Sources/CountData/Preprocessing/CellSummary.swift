internal import CellFiles
internal import Support

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
}

extension CellSummary {
  /// Reads all cells once (twice, for values that are not counts), checking every value.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - minimumCounts: The minimum total of a kept cell.
  ///   - minimumGenes: The minimum number of expressed genes of a kept cell.
  ///   - anyScale: `true` to accept values that are not counts.
  ///   - progress: Receives the number of cells read so far.
  /// - Throws: ``CountDataError`` about the values; errors of reading.
  package init(
    of cells: CellDataset, minimumCounts: Int, minimumGenes: Int, anyScale: Bool,
    progress: (Int) throws -> Void
  ) throws {
    var totals = [Double](repeating: 0, count: cells.count)
    var expressed = [Int32](repeating: 0, count: cells.count)
    var cellsOfBatch = [Int](repeating: 0, count: cells.batches.names.count)
    for batch in cells.batches.batchOfCell { cellsOfBatch[Int(batch)] += 1 }
    var moments = GeneMoments(
      geneCount: cells.genes.count, cellsOfBatch: cellsOfBatch, scale: .perTenThousand)
    var kept: [Int] = []

    func passes(_ cell: Int) -> Bool {
      anyScale
        ? expressed[cell] >= minimumGenes
        : totals[cell] >= Double(minimumCounts) && expressed[cell] >= minimumGenes
    }

    var audits: [ValueAudit] = []
    var batchScales: [BatchScale] = []
    var firstCell = 0
    for (number, part) in cells.parts.enumerated() {
      var audit = ValueAudit()
      var scales: [Int32: ScaleProfile] = [:]
      let ofPart = cells.batches.batchOfCell[firstCell..<firstCell + part.matrix.cellCount]
      // The reading threads also examine the values; their results are summed in order.
      try part.matrix.forEachRowBlock(
        as: Float.self, map: { BlockSummary(of: $0, batches: ofPart) }
      ) { read in
        let block = read.block
        audit.add(read.audit)
        for (batch, scale) in read.scales { scales[batch, default: ScaleProfile()].add(scale) }
        for row in 0..<block.rowCount {
          let cell = firstCell + block.firstRow + row
          totals[cell] = read.totals[row]
          expressed[cell] = Int32(block.starts[row + 1] - block.starts[row])
          guard passes(cell) else { continue }
          kept.append(cell)
          moments.add(
            row: row, of: block, genes: part.sharedGenes, batch: cells.batches.batchOfCell[cell],
            total: totals[cell])
        }
        try progress(firstCell + block.firstRow + block.rowCount)
      }
      let ofBatches = BatchScale.judge(part: number, scales, ofPart: audit.scale)
      try audit.check(
        part, cellNames: cells.names[firstCell...], anyScale: anyScale, batchScales: ofBatches,
        names: cells.batches.names)
      batchScales += ofBatches
      let cellsOfPart = firstCell..<firstCell + part.matrix.cellCount
      if let cell = cellsOfPart.first(where: { abs(totals[$0]) > Self.largestSum }) {
        throw CountDataError.sumTooLarge(
          part: part.name, matrix: part.matrixName, cell: cells.names[cell], sum: totals[cell])
      }
      audits.append(audit)
      firstCell += part.matrix.cellCount
    }

    let kind =
      batchScales.map(\.kind).max { $0.distanceFromCounts < $1.distanceFromCounts } ?? .counts
    if kind == .logNormalized || kind == .scaled {
      moments.reset(to: kind == .scaled ? .asIs : .undoLog)
      try cells.forEachRowBlock { part, block, firstCell in
        for row in 0..<block.rowCount where passes(firstCell + row) {
          moments.add(
            row: row, of: block, genes: part.sharedGenes,
            batch: cells.batches.batchOfCell[firstCell + row], total: totals[firstCell + row])
        }
      }
    }

    guard let first = kept.first else {
      throw CountDataError.noCellsLeft(
        cells: cells.count, minimumCounts: minimumCounts, minimumGenes: minimumGenes)
    }
    var keptOfBatch = [Int](repeating: 0, count: cells.batches.names.count)
    for cell in kept { keptOfBatch[Int(cells.batches.batchOfCell[cell])] += 1 }
    if cells.batches.names.count > 1, keptOfBatch.count(where: { $0 > 0 }) == 1 {
      throw CountDataError.oneBatchLeft(
        batch: cells.batches.names[Int(cells.batches.batchOfCell[first])],
        minimumCounts: minimumCounts, minimumGenes: minimumGenes)
    }
    let stored = audits.reduce(0) { $0 + $1.stored }
    self.init(
      totals: totals, expressedGenes: expressed, kept: kept, keptOfBatch: keptOfBatch,
      kind: kind, batchScales: batchScales, largest: audits.map(\.maximum),
      shareOverByte: Double(audits.reduce(0) { $0 + $1.overByte }) / Double(max(stored, 1)),
      moments: moments)
  }
}

extension CellSummary {
  /// The largest allowed sum of a cell's values.
  fileprivate static let largestSum = Double(Float.greatestFiniteMagnitude)
}

/// The findings for one block.
private struct BlockSummary: Sendable {
  let block: RowBlock<Float>
  var audit = ValueAudit()
  var scales: [Int32: ScaleProfile] = [:]  // by batch
  var totals: [Double]  // (rows)

  /// Examines a block of a part whose cells have the given batches.
  init(of block: RowBlock<Float>, batches: ArraySlice<Int32>) {
    self.block = block
    var scales: [Int32: ScaleProfile] = [:]
    audit.add(block) { row, values, counts in
      let batch = batches[batches.startIndex + block.firstRow + row]
      scales[batch, default: ScaleProfile()].add(values, counts)
    }
    self.scales = scales
    let values = block.values.span
    totals = (0..<block.rowCount).map { row in
      var total = 0.0
      for k in block.starts[row]..<block.starts[row + 1] { total += Double(values[k]) }
      return total
    }
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
    }
  }
}

extension ValueAudit {
  /// Checks that the values of a part are usable.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - cellNames: The names of its cells, possibly followed by those of later parts.
  ///   - anyScale: `true` to accept values that are not counts.
  ///   - batchScales: The scale of the values of each batch.
  ///   - names: The names of all batches.
  /// - Throws: ``CountDataError``.
  fileprivate func check(
    _ part: CellDataset.Part, cellNames: ArraySlice<String>, anyScale: Bool,
    batchScales: [BatchScale],
    names: [String]
  ) throws(CountDataError) {
    if let place = firstNonFinite {
      throw .notFinite(
        part: part.name, matrix: part.matrixName, count: nonFinite,
        cell: cellNames[cellNames.startIndex + place.row], gene: part.geneNames[place.gene])
    }
    guard !anyScale else { return }
    if let place = firstNegative {
      throw .negative(
        part: part.name, matrix: part.matrixName, count: negative,
        cell: cellNames[cellNames.startIndex + place.row], gene: part.geneNames[place.gene],
        counts: part.otherCounts)
    }
    guard let worst = batchScales.first(where: { $0.kind == .logNormalized }) else { return }
    let isAll = batchScales.allSatisfy { $0.kind == .logNormalized }
    let batch = isAll ? nil : names[worst.batch]
    let scale = isAll ? self.scale : worst.scale
    if scale.areDivided {
      throw .normalized(
        part: part.name, matrix: part.matrixName, batch: batch, sum: scale.commonSum,
        counts: part.otherCounts)
    }
    throw .logNormalized(
      part: part.name, matrix: part.matrixName, batch: batch, maximum: scale.maximum,
      counts: part.otherCounts)
  }
}
