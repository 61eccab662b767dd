internal import Harmonize
internal import Support

/// The expected costs of the calls of `integrate`, which weight its progress.
struct IntegrationPlan {
  /// The integration itself.
  let integration: Double

  /// The two integrations of the permutation test.
  let controls: Double

  /// The UMAP.
  let umap: Double

  /// The output, and the small files at the end.
  let writing: Double

  /// The factors of genes of interest.
  let measuring: Double

  /// The corrected expression.
  let correcting: Double

  /// The report.
  let reporting: Double

  /// The sum of all costs.
  var total: Double { integration + controls + umap + writing + measuring + correcting + reporting }

  /// Makes the plan of a run; parts that it does not have cost nothing.
  init(
    _ cells: CellDataset, _ options: IntegrationOptions, _ output: OutputOptions,
    layout: UMAPOptions, resuming position: TrainingPosition?, hasControls: Bool
  ) {
    let costs = options.costs(for: cells)
    integration = options.workload(for: cells, resuming: position).total
    controls = hasControls ? 2 * options.workload(for: cells).total : 0
    umap = output.umap ? layout.cost(costs, cells: cells.count) : 0
    writing = costs.writing
    measuring = output.correctedGenes == nil ? 0 : costs.gathering
    correcting =
      output.corrected == nil
      ? 0
      : output.correctedGenes == nil
        ? costs.correcting(decodings: options.decodings(ofBatches: costs.batches))
        : costs.gathering + costs.writing
    reporting =
      output.report == nil
      ? 0 : costs.reporting(layouts: output.umap ? 1 : 2, options: layout)
  }
}
