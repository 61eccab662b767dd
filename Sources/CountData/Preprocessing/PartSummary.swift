package import CellFiles

/// The filter of the cells of a training.
package struct CellFilter: Sendable, Equatable, Codable {
  /// The minimum total of a kept cell.
  package var minimumCounts: Int

  /// The minimum number of expressed genes of a kept cell.
  package var minimumGenes: Int

  /// A flag that is true if values that are not counts are accepted; the total then says nothing.
  package var anyScale: Bool

  /// Makes a filter.
  package init(minimumCounts: Int, minimumGenes: Int, anyScale: Bool = false) {
    self.minimumCounts = minimumCounts
    self.minimumGenes = minimumGenes
    self.anyScale = anyScale
  }

  /// Returns whether a cell is kept.
  package func passes(total: Double, genes: Int32) -> Bool {
    genes >= minimumGenes && (anyScale || total >= Double(minimumCounts))
  }
}

/// The findings of one streaming pass over one part of the input.
package struct PartSummary: Sendable {
  /// The sum of each cell's values over all genes of the part; `(cells of the part)`.
  package var totals: [Double]

  /// The number of genes with a value in each cell; `(cells of the part)`.
  package var expressedGenes: [Int32]

  /// The checksum of each cell's genes and values, ``RowBlock/checksums``; `(cells of the part)`, or
  /// `nil` if not asked for.
  package var checksums: [UInt64]?

  /// The scale of the values of each batch.
  package var batchScales: [BatchScale]

  /// The largest value.
  package var largest: Float

  /// The number of stored values.
  package var stored: Int

  /// The number of stored values that do not fit into one byte.
  package var overByte: Int

  /// Takes findings from where they were kept.
  package init(
    totals: [Double], expressedGenes: [Int32], batchScales: [BatchScale], largest: Float,
    stored: Int, overByte: Int
  ) {
    (self.totals, self.expressedGenes) = (totals, expressedGenes)
    self.batchScales = batchScales
    (self.largest, self.stored, self.overByte) = (largest, stored, overByte)
  }

  /// Reads all cells of a part once, checking every value.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - batches: The batch of each cell of the part.
  ///   - batchNames: The names of all batches, for messages.
  ///   - cellNames: The names of the part's cells, for messages.
  ///   - filter: The filter of the cells whose genes are summed.
  ///   - moments: Receives the moments of these cells' genes, for counts.
  ///   - withChecksums: `true` to compute ``checksums``. The default is `false`.
  ///   - held: Receives the counts of all genes, with the number of the part's first cell. The default is
  ///     `nil`, for counts that are not held.
  ///   - progress: Receives the number of cells read so far.
  /// - Throws: ``CountDataError`` about the values; errors of reading.
  package init(
    of part: CellDataset.Part, batches: ArraySlice<Int32>, batchNames: [String],
    cellNames: Slice<CellNames>, _ filter: CellFilter, moments: inout GeneMoments,
    withChecksums: Bool = false, held: (counts: HeldCounts, firstCell: Int)? = nil,
    progress: (Int) throws -> Void
  ) throws {
    var totals = [Double](repeating: 0, count: part.matrix.cellCount)
    var expressed = [Int32](repeating: 0, count: part.matrix.cellCount)
    var audit = ValueAudit()
    var checksums: [UInt64]? = withChecksums ? [] : nil
    var scales: [Int32: ScaleProfile] = [:]
    // The reading threads also examine the values; their results are summed in order.
    let (isHeld, genes) = (held != nil, part.sharedGenes)
    try part.matrix.forEachRowBlock(
      as: Float.self,
      map: { block in
        let summary = BlockSummary(of: block, batches: batches)
        return (
          summary, withChecksums ? block.checksums : [],
          isHeld ? HeldCounts.packed(block, summary.audit, genes: genes) : nil
        )
      }
    ) { read, sums, packed in
      let block = read.block
      try held?.counts.append(packed, from: (held?.firstCell ?? 0) + block.firstRow)
      checksums? += sums
      audit.add(read.audit)
      for (batch, scale) in read.scales { scales[batch, default: ScaleProfile()].add(scale) }
      for row in 0..<block.rowCount {
        let cell = block.firstRow + row
        totals[cell] = read.totals[row]
        expressed[cell] = Int32(block.starts[row + 1] - block.starts[row])
        guard filter.passes(total: totals[cell], genes: expressed[cell]) else { continue }
        moments.add(
          row: row, of: block, genes: genes,
          batch: batches[batches.startIndex + cell], total: totals[cell])
      }
      try progress(block.firstRow + block.rowCount)
    }
    batchScales = BatchScale.judge(part: 0, scales, ofPart: audit.scale)
    try audit.check(
      part, cellNames: cellNames, anyScale: filter.anyScale, batchScales: batchScales,
      names: batchNames)
    if let cell = totals.firstIndex(where: { abs($0) > Self.largestSum }) {
      throw CountDataError.sumTooLarge(
        part: part.name, matrix: part.matrixName, cell: cellNames[cellNames.startIndex + cell],
        sum: totals[cell])
    }
    (self.totals, expressedGenes, self.checksums) = (totals, expressed, checksums)
    (largest, stored, overByte) = (audit.maximum, audit.stored, audit.overByte)
  }

  /// The largest allowed sum of a cell's values.
  private static let largestSum = Double(Float.greatestFiniteMagnitude)
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
    _ part: CellDataset.Part, cellNames: Slice<CellNames>, anyScale: Bool,
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
