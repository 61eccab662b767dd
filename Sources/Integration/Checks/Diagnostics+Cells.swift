internal import CellFiles
internal import CountData
internal import HDF5
internal import Support
internal import NeuralNet
internal import Training

extension Diagnostics {

  /// The limit up to which single precision represents every whole number.
  private static let wholeLimit: Float = 0x1p24

  /// The minibatch size below which norms over cells perform poorly: see 'Benchmarks norms'.
  private static let leastSteadySize = 8

  /// Adds the remarks of the selection of genes, and those about unusual properties of the cells.
  mutating func add(
    about cells: CellDataset, _ summary: CellSummary, _ selection: Diagnostics,
    _ options: IntegrationOptions
  ) {
    warnings += selection.warnings
    notices += selection.notices
    add(about: cells, summary, options)
  }

  /// Adds remarks about unusual properties of the cells.
  mutating func add(about cells: CellDataset, _ summary: CellSummary, _ options: IntegrationOptions)
  {
    add(aboutScale: summary, of: cells, options)
    if summary.kind == .counts {
      for (part, largest) in zip(cells.parts, summary.largest) where largest >= Self.wholeLimit {
        guard let file = part.matrix as? CellFile, file.storage.element != .float(bytes: 4) else {
          continue
        }
        notices.append(
          "'\(part.matrixName)' in '\(part.name)' holds counts of \(Int(Self.wholeLimit)) or more, "
            + "the largest about \(largest); the training uses the first seven digits of such counts"
        )
      }
    }
    let dropped = cells.count - summary.kept.count
    if dropped > 0 {
      notices.append(
        "\(counted(dropped, "cell")) of \(cells.count) with fewer than "
          + "\(counted(options.minimumCounts, options.featureKind == .peaks ? "fragment" : "count")) or "
          + "\(counted(options.minimumGenes, options.featureKind == .peaks ? "peak" : "gene")) "
          + "\(dropped == 1 ? "is" : "are") excluded from the training")
    }
    add(aboutSmallBatches: cells.batches.names, cells: summary.keptOfBatch)
    let norms = [options.model.encoderNorm, options.model.decoderNorm]
    let size = options.training.minibatchSize
    if size < Self.leastSteadySize, norms.contains(.batch) || norms.contains(.perBatch) {
      warnings.append(
        "minibatches of \(counted(size, "cell")) are too small for batch norm: their statistics "
          + "differ from those of inference; give `minibatchSize = 32` or more, or else "
          + "`encoderNorm = layer, decoderNorm = layer`")
    }
    add(aboutDepth: summary, of: cells)
    if looksUnfiltered(summary, genes: cells.genes.count) {
      warnings.append(
        options.featureKind == .peaks
          ? "most cells are nearly empty, as in an unfiltered matrix of peaks; give the one of cells, "
            + "such as filtered_peak_bc_matrix.h5, or `minimumCounts = 500`"
          : "most cells are nearly empty, as in an unfiltered 10x matrix; give the filtered one, "
            + "or `minimumCounts = 500`")
    } else {
      add(aboutPoorCells: summary, of: cells)
    }
  }

  /// Reports batches of so few cells that nothing can be estimated from them.
  mutating func add(aboutSmallBatches names: [String], cells: [Int]) {
    let small = names.indices.filter { cells[$0] < GeneMoments.votingCells }
    guard !small.isEmpty else { return }
    let named = small.prefix(5).map { "'\(names[$0])' (\(cells[$0]))" }
    warnings.append(
      "\(counted(small.count, "batch")) \(small.count == 1 ? "has" : "have") fewer than "
        + "\(GeneMoments.votingCells) cells: " + named.joined(separator: ", ")
        + (small.count > 5 ? ", …" : "") + "; the cell types and the batch effect of such a "
        + "batch cannot be estimated reliably")
  }

  /// Adds the final accuracy of the critic, which only the user can judge.
  ///
  /// If batches have different cell types, a critic can and should distinguish them by these.
  mutating func add(about critic: CriticScore?, batches: Int) {
    guard let critic else { return }
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
    notices.append(
      "in the last epoch the critic identified the batch of \(percent(critic.accuracy)) of the cells "
        + "(\(percent(1 / Double(batches))) by chance)")
  }

  /// Returns whether most barcodes are nearly empty while some have the counts of a cell.
  private func looksUnfiltered(_ summary: CellSummary, genes: Int) -> Bool {
    guard summary.kind == .counts, summary.kept.count >= 1000 else { return false }
    let share = CellFile.shareOfTranscriptome(genes: genes)
    let empty = summary.kept.count { Double(summary.totals[$0]) < 100 * share }
    let full = summary.kept.count { Double(summary.totals[$0]) >= 1000 * share }
    return 2 * empty > summary.kept.count && full > 0
  }
}
