internal import CellFiles
package import NeuralNet
package import Support

/// The counts of the genes in use of all cells, with what was found on the way to them.
package struct DataScan {
  /// The findings about the cells: totals, filters, moments.
  package let summary: CellSummary

  /// The indices of the genes in use in `cells.genes`, in the order of the store.
  package let genes: [Int]

  /// The number of genes excluded from the selection; `nil` if no exclusion was requested.
  package let excluded: Int?

  /// The counts of the genes in use.
  package let store: CountStore

  /// A flag that is true if some batch lacks a gene of another one.
  package let isPadded: Bool

  /// The genes in use that batches lack, and the mean inputs of all; empty if all genes of the cells
  /// are in use.
  package let padding: GenePadding

  /// The warnings and notices of the selection of genes.
  package let diagnostics: Diagnostics
}

/// Reads the counts of cells: the pass from files to counts, which every use of a data set begins
/// with.
///
/// It reads all cells once to check every value and to compute totals and moments (twice with sizes, and
/// for values that are not counts), and selects genes. If the counts of all genes fit in memory, it gathers
/// those of the selected genes from them; else it reads the cells once more.
///
/// - Parameters:
///   - cells: The cells.
///   - rules: The rules about cells, values and genes. The default is `ScanRules()`.
///   - context: The resources of the run; its stages are ``Stage/reading`` and ``Stage/gathering``.
/// - Returns: The counts.
/// - Throws: ``CountDataError``; errors of reading; `OutputError` if there is no space for a scratch
///   file; `CancellationError` and errors of the progress receiver.
package func scan(
  _ cells: CellDataset, _ rules: ScanRules = ScanRules(), in context: RunContext
) throws -> DataScan {
  let n = Double(cells.count)
  let room = context.memory.store(
    beside: GeneMoments.byteCount(
      genes: cells.genes.count, cellsOfBatch: cells.batches.cellCounts,
      scale: rules.kind == .peaks ? .accessibility : .perTenThousand),
    cells: cells.count)
  // The selected genes take as much at most.
  let held = HeldCounts(of: cells, limit: room / 2)
  let summary = try context.time(.reading) {
    try CellSummary(
      of: cells, minimumCounts: rules.minimumCounts, minimumGenes: rules.minimumGenes,
      anyScale: rules.anyScale, arePeaks: rules.kind == .peaks,
      sizes: rules.sizes, holding: held
    ) { try context.report(.reading, Double($0) / n) }
  }
  var diagnostics = Diagnostics()
  let chosen = try GenesInUse(of: cells, summary, rules, &diagnostics)
  let store = try context.time(.gathering) {
    let progress: (Int) throws -> Void = { try context.report(.gathering, Double($0) / n) }
    if let all = try held?.take(), summary.countsFitBytes {
      return try CountStore(
        selecting: chosen.genes, of: all, summary: summary, input: chosen.input,
        pool: context.pool, progress: progress)
    }
    return try CountStore(
      cells, selected: chosen.genes, summary: summary, input: chosen.input, memoryLimit: room,
      scratchFolder: context.scratchFolder, progress: progress)
  }
  return DataScan(
    summary: summary, genes: chosen.genes, excluded: chosen.excluded, store: store,
    isPadded: chosen.measured != nil,
    padding: chosen.areAll
      ? GenePadding(missing: [], meanInputs: [])
      : GenePadding(
        measured: chosen.measured, selected: chosen.genes, store: store, cells: summary.kept,
        batches: cells.batches.batchOfCell, batchCount: cells.batches.names.count),
    diagnostics: diagnostics)
}

/// The genes in use, and how their values become inputs.
package struct GenesInUse {
  /// The indices of the genes in the cells' genes.
  package let genes: [Int]

  /// The number of genes excluded from the selection; `nil` if no exclusion was requested.
  package var excluded: Int?

  /// The genes that each batch measured, `(S)(genes of the cells)`; `nil` if all measured all.
  package var measured: [[Bool]]?

  /// The given transformation to inputs; `nil` for the one that suits the values.
  package var input: CountStore.Input?

  /// A flag that is true if all genes of the cells are in use, without a selection.
  package private(set) var areAll = false

  /// Chooses the genes after the first pass.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - summary: The findings of the pass.
  ///   - rules: The rules about cells and genes.
  ///   - diagnostics: Receives the warnings and notices of the selection.
  /// - Throws: ``CountDataError`` if too few cells or genes are left.
  package init(
    of cells: CellDataset, _ summary: CellSummary, _ rules: ScanRules,
    _ diagnostics: inout Diagnostics
  ) throws(CountDataError) {
    if rules.comparesCells { try summary.checkSeveralAreLeft(of: cells, rules) }
    switch rules.genes {
    case .all(let input):
      genes = Array(cells.genes.indices)
      self.input = input
      areAll = true
    case .selected(let options):
      measured = cells.genesMeasured
      let selection = try GeneSelection(
        of: cells, summary, measured: measured, options, &diagnostics)
      (genes, excluded) = (selection.genes, selection.excluded)
      if rules.kind == .peaks {
        input = .termFrequency(
          weights: summary.inverseDocumentFrequencies(of: genes, measured: measured))
      }
      if rules.comparesCells, let measured { try check(genes, areMeasured: measured, in: cells) }
    }
  }
}

extension CellSummary {
  /// Checks that more than one cell passes the filters.
  fileprivate func checkSeveralAreLeft(
    of cells: CellDataset, _ rules: ScanRules
  ) throws(CountDataError) {
    guard kept.count == 1 else { return }
    throw .oneCellLeft(
      cell: cells.cellNames[kept[0]], minimumCounts: rules.minimumCounts,
      minimumGenes: rules.minimumGenes)
  }
}

/// Checks that each batch with cells measured some selected genes, or else its cells could not be
/// distinguished.
private func check(
  _ selected: [Int], areMeasured measured: [[Bool]], in cells: CellDataset
) throws(CountDataError) {
  let counts = cells.batches.cellCounts
  for (batch, isMeasured) in measured.enumerated() where counts[batch] > 0 {
    guard selected.contains(where: { isMeasured[$0] }) else {
      throw .nothingMeasured(batch: cells.batches.names[batch], genes: selected.count)
    }
  }
}
