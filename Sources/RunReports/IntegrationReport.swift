internal import CellFiles
public import CountData
internal import Evaluation
public import Integration
internal import Numerics
public import Support
internal import NeuralNet
public import Report
internal import UMAP

extension IntegrationResult {
  /// Returns a report of the run with pictures: its inputs, options and results.
  ///
  ///     var options = IntegrationOptions()
  ///     options.uncorrectedCells = ReportOptions.pictureCells
  ///     let result = try integrate(cells, options: options)
  ///     try result.report(of: cells).write(to: "report.html")
  ///
  /// Pictures show up to 100,000 cells of the training. Pictures and comparisons with uncorrected
  /// data need the `uncorrected` cells of the run. If the result has a UMAP, the pictures show
  /// it. Two runs with the same result give the same report: only ``record`` has times and memory.
  ///
  /// - Parameters:
  ///   - cells: The integrated cells.
  ///   - options: The options of the report, such as the labels for colouring. The default is
  ///     `ReportOptions()`.
  ///   - progress: Receives the progress of the report; throws to stop. The default does nothing.
  /// - Returns: The report, for `write(to:)` or `html()`.
  /// - Throws: `CategorizedError` if the column of labels is missing, if the numbers of labels and
  ///   cells differ, or if an option of the layout is invalid; errors of `progress`; `CancellationError`.
  public func report(
    of cells: CellDataset, options: ReportOptions = ReportOptions(),
    progress: ProgressHandler = { _ in }
  ) throws -> Report {
    let labels = try options.labels(of: cells)
    let meter = ProgressMeter(Workload([.reporting: 1]))
    let pool = ThreadPool(threads: record.options.threads)
    let umapOptions = options.umap ?? record.umap ?? record.layoutOptions
    let shown =
      uncorrected?.cells
      ?? draw(
        ReportOptions.pictureCells, from: cellsUsed, seed: record.options.seed.seed(for: .pictures))
    let scatter = try figure(
      of: shown, in: cells, labels: labels.map { (name: options.labelKey ?? "label", values: $0) },
      umapOptions, pool
    ) { try progress(meter.progress(.reporting, Self.layoutShare * $0)) }
    let checked = try checkedCells(of: cells, labels: labels, pool)
    let heatmaps = try checked?.pairwiseFigures() ?? []
    try progress(meter.progress(.reporting, 1))

    var sections = [
      ReportSection("Summary", glance),
      ReportSection("Before and after", pictureText + [.scatter(scatter)]),
    ]
    let bars = compositionBars(
      of: shown, in: cells, labels: labels, labelName: options.labelKey ?? "label")
    if !bars.isEmpty { sections.append(ReportSection("Composition of the batches", bars)) }
    if record.composition != nil {
      sections.append(
        ReportSection("Shared populations", record.populationBlocks))
    }
    if record.trainingLabels != nil {
      sections.append(ReportSection("Labels of the training", record.trainingLabelBlocks))
    }
    if record.protected != nil {
      sections.append(ReportSection("Protected factor", record.protectionBlocks))
    }
    if record.sizeFactor != nil {
      sections.append(ReportSection("Size factor", record.sizeFactorBlocks))
    }
    if record.covariates != nil {
      sections.append(ReportSection("Covariates", record.covariateBlocks))
    }
    if record.mixing != nil {
      sections.append(
        ReportSection(
          "Mixing of the batches", record.mixingCaveat + record.mixingBlocks + heatmaps))
    }
    if !record.preservation.isEmpty {
      sections.append(
        ReportSection("Preserved neighbourhoods of each batch", record.preservationBlocks))
    }
    if let rows = try checked?.typeMixing(), !rows.isEmpty {
      sections.append(
        ReportSection(
          "Mixing within each cell type",
          typeMixingBlocks(
            rows, places: ["before", "after"], colouring: options.labelKey ?? "label")))
    }
    if !record.types.isEmpty {
      sections.append(
        ReportSection("Neighbourhoods of each cell type", record.typeBlocks))
    }
    sections.append(
      ReportSection(
        record.dimensions == nil ? "Cells and \(record.noun.plural)" : "Cells and embedding",
        record.cellBlocks))
    if record.dimensions == nil {
      sections.append(ReportSection("Training", record.trainingBlocks))
    }
    sections += [
      ReportSection("Methods", record.methodsBlocks(umapOptions)),
      ReportSection("Run", record.runBlocks(commandLine: options.commandLine)),
    ]
    return Report(
      title: "Integration of \(grouped(record.trainedBatches)) "
        + (record.trainedBatches == 1 ? "batch" : "batches"),
      lead:
        "\(grouped(record.cellsUsed)) cells, \(record.scope), by scharmonize \(record.version).",
      sections: sections)
  }

  /// The share of the report that the layouts take; the heatmaps take the rest.
  private static let layoutShare = 0.8

  private var glance: [ReportBlock] {
    var facts = [
      Fact(
        "cells",
        record.cellsUsed == record.cells
          ? grouped(record.cells)
          : "\(grouped(record.cellsUsed)) of \(grouped(record.cells)); the others have too few "
            + "counts or \(record.noun.plural)"),
      Fact(
        "batches",
        grouped(record.trainedBatches) + (record.batchKey.map { ", defined by '\($0)'" } ?? "")),
      record.dimensions.map {
        Fact("embedding", "'\(record.options.fromEmbedding ?? "")', \(grouped($0)) dimensions")
      } ?? Fact(record.noun.plural, "\(grouped(record.genesUsed)) of \(grouped(record.genes))"),
    ]
    if let fact = record.populationFact { facts.append(fact) }
    if let mixing = record.mixing {
      facts += mixing.facts(isWithin: record.composition?.different.isEmpty == false)
    }
    let preserved = record.preservation.map(\.preserved)
    if let least = preserved.min(), let most = preserved.max() {
      facts.append(
        Fact(
          "neighbourhoods preserved within batches",
          least == most ? percent(least) : "\(percent(least)) to \(percent(most))"))
    }
    if let lowest = record.types.min(by: { $0.after < $1.after }) {
      facts.append(
        Fact(
          "neighbours of the same cell type",
          "at least \(percent(lowest.after)) ('\(lowest.label)'; "
            + "\(percent(lowest.before)) before)"))
    }
    if let test = record.nullTest {
      facts.append(
        Fact(
          "neighbours shared with a run with permuted batches",
          "\(percent(test.permutedBatches)); with a run with another seed "
            + percent(test.anotherSeed)))
    }
    let verdict = record.mixing?.verdict.map { ReportBlock.text("The embedding \($0.sentence).") }
    return [verdict, .facts(facts), .warnings(record.warnings)].compactMap(\.self)
      + record.notices.map { .text("Note: \($0).") }
  }

  private var pictureText: [ReportBlock] {
    [
      .text(
        "After the correction, cells of one type should lie together irrespective of batch, and "
          + "different types should remain separate. Distances between groups and small differences "
          + "in density in a UMAP are not reliable; rely on the numbers below."
          + (record.composition?.different.isEmpty == false
            ? " Some batches seem to hold other cell types than the others: such batches should not "
              + "overlap completely." : ""))
    ]
  }

  /// Returns the pictures after the correction, and before it if available.
  private func figure(
    of shown: [Int], in cells: CellDataset, labels: (name: String, values: [String?])?,
    _ options: UMAPOptions, _ pool: ThreadPool, progress: (Double) throws -> Void
  ) throws -> ScatterFigure {
    var panels: [ScatterFigure.Panel] = []
    let start = uncorrected == nil ? 0.0 : 0.5
    if let uncorrected {
      panels.append(
        ScatterFigure.Panel(
          record.dimensions == nil
            ? "before: uncorrected \(record.noun.signal)" : "before: given embedding",
          points: try layout(Matrix(uncorrected.coordinates), options: options, pool: pool) {
            try progress(start * $0)
          }))
    }
    let after: [SIMD2<Float>]
    if let umap {
      after = shown.map { SIMD2(umap.values[2 * $0], umap.values[2 * $0 + 1]) }
    } else {
      after = try layout(Matrix(embedding.rows(shown)), options: options, pool: pool) {
        try progress(start + (1 - start) * $0)
      }
    }
    panels.append(ScatterFigure.Panel("after: embedding", points: after))

    var colourings: [Colouring] = []
    func add(_ name: String, _ levels: [String], _ codes: [Int32], isDistinct: Bool) {
      guard !colourings.contains(where: { $0.name == name }) else { return }
      colourings.append(Colouring(name, levels: levels, codes: codes, isDistinct: isDistinct))
    }
    add(
      record.batchColouring, cells.batches.names, shown.map { cells.batches.batchOfCell[$0] },
      isDistinct: true)
    if cells.batchKeys.count > 1 {
      for (name, key) in zip(record.batchKeys, cells.batchKeys) {
        add(name, key.names, shown.map { key.batchOfCell[$0] }, isDistinct: true)
      }
    }
    if let labels {
      let colours = colouring(labels.name, of: shown.map { labels.values[$0] })
      add(colours.name, colours.levels, colours.codes, isDistinct: false)
    }
    return ScatterFigure(
      caption: shownCells(shown.count, of: cellsUsed.count, seed: record.options.seed)
        + ", in a UMAP"
        + (uncorrected == nil
          ? " of the embedding."
          : record.dimensions == nil
            ? " of the first principal components of the uncorrected \(record.noun.signal), and of the "
              + "embedding." : " of the given embedding, and of the aligned one."),
      panels: panels, colourings: colourings,
      gradients: uncorrected.map { $0.depths.gradients(of: record.noun) } ?? [],
      highlighted: record.batchColouring, names: shown.map { cells.cellNames[$0] })
  }

  /// Returns bars of the batches' labels, or else of their populations or clusters.
  ///
  /// Labels are counted in all cells of the training, other groups in the cells shown.
  private func compositionBars(
    of shown: [Int], in cells: CellDataset, labels: [String?]?, labelName: String
  ) -> [ReportBlock] {
    func batches(of cells: [Int], in dataset: CellDataset) -> Colouring {
      Colouring(
        record.batchColouring, levels: dataset.batches.names,
        codes: cells.map { dataset.batches.batchOfCell[$0] }, isDistinct: true)
    }
    if let labels, labelName != record.batchColouring {
      let groups = colouring(labelName, of: cellsUsed.map { labels[$0] })
      return compositionBlocks(batches: batches(of: cellsUsed, in: cells), groups: groups)
    }
    let groups =
      numberedGroups("population", uncorrected?.populations ?? [])
      ?? alignment.flatMap { numberedGroups("cluster", $0.nearestClusters(of: embedding, shown)) }
    guard let groups else { return [] }
    // Clusters are small and have no names, so the largest ones suffice.
    return compositionBlocks(batches: batches(of: shown, in: cells), groups: groups, limit: 20)
  }

  /// Returns the sample of cells for measuring mixing; `nil` if nothing can be compared.
  private func checkedCells(
    of cells: CellDataset, labels: [String?]?, _ pool: ThreadPool
  ) throws -> CheckedCells? {
    guard let uncorrected else { return nil }
    let places = draw(
      QualityCheck.cellLimit, from: Array(uncorrected.cells.indices),
      seed: record.options.seed.seed(for: .checking))
    let drawn = places.map { uncorrected.cells[$0] }
    let batches = drawn.map { cells.batches.names[Int(cells.batches.batchOfCell[$0])] }
    guard Set(batches).count > 1 else { return nil }
    let populations = uncorrected.populations
    return CheckedCells(
      batches: batches, populations: populations.isEmpty ? nil : places.map { populations[$0] },
      labels: labels.map { labels in drawn.map { labels[$0] } },
      before: Matrix(uncorrected.coordinates.rows(places)), after: Matrix(embedding.rows(drawn)),
      pool: pool)
  }
}

extension RunRecord.Mixing {
  /// Returns the mixing of all batches in two lines.
  ///
  /// - Parameter isWithin: `true` if batches have different populations, so that mixing is within
  ///   populations.
  /// - Returns: The facts.
  fileprivate func facts(isWithin: Bool) -> [Fact] {
    let mixing =
      if let before, let after {
        "\(hundredths(before)) before, \(hundredths(after)) after "
          + "(0 separate, 1 as expected from their sizes)"
          + (isWithin ? ", within shared populations only" : "")
      } else {
        "not measurable: no population occurs in two batches"
      }
    return [
      Fact("mixing of the batches", mixing),
      Fact(
        "neighbours of other batches and populations",
        "\(percent(overlaidBefore)) before, \(percent(overlaidAfter)) after (expected near 0)"),
    ]
  }
}

extension ReportOptions {
  /// Returns the label of each cell, if labels are requested.
  func labels(of cells: CellDataset) throws -> [String?]? {
    if let labels {
      guard labels.count == cells.count else {
        throw UsageError(
          "\(counted(labels.count, "label")) for \(counted(cells.count, "cell")); give "
            + "one label per cell, or nil")
      }
      return labels
    }
    guard let labelKey, let joined = cells.joined else { return nil }
    return try joined.labels(ofColumn: labelKey)
  }
}
