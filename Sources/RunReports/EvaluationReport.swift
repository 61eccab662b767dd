internal import CellFiles
internal import Evaluation
internal import Foundation
public import Integration
internal import Numerics
public import Support
public import Report
internal import UMAP

extension EmbeddingEvaluation {
  /// Returns the embeddings in pictures, with their scores, as a page.
  ///
  ///     let evaluation = try evaluateEmbeddings(ofFileAt: "atlas.h5ad", keys: ["X_pca", "X_scVI"])
  ///     try evaluation.report().write(to: "comparison.html")
  ///
  /// - Parameters:
  ///   - options: The command line and the layout. The default is none, and the default layout;
  ///     labels are those that the embeddings were judged by.
  ///   - progress: Receives the progress of the report; throws to stop. The default does nothing.
  /// - Returns: The report, for `write(to:)` or `html()`.
  /// - Throws: `CategorizedError` if an option of the layout cannot be used; errors of `progress`;
  ///   `CancellationError`.
  public func report(
    _ options: ReportOptions = ReportOptions(), progress: ProgressHandler = { _ in }
  ) throws -> Report {
    let pairs = try judged.embeddings.map {
      try judged.whole.pairwiseMixing(of: $0.embedding, name: $0.name, limit: heatmapBatches)
    }
    let meter = ProgressMeter(Workload([.reporting: 1]))
    try progress(meter.progress(.reporting, 0))
    let types = try judged.embeddings.map {
      try judged.evaluator.labelMixing(of: $0.embedding, name: $0.name)
    }
    let report = try EvaluationReport(
      judged: judged, pairs: pairs, types: types, evaluation: self
    )
    .report(options, pool: judged.pool) { try progress(meter.progress(.reporting, 0.95 * $0)) }
    try progress(meter.progress(.reporting, 1))
    return report
  }
}

/// A builder of the page that compares embeddings.
struct EvaluationReport {
  /// The embeddings that were judged, and their cells.
  let judged: EmbeddingEvaluation.Judged

  /// The pairwise mixing of the batches in each embedding, in the same order.
  let pairs: [PairwiseMixing]

  /// The mixing within each label in each embedding, in the same order; empty without labels.
  let types: [[PopulationMixing]]

  /// The scores of the embeddings.
  let evaluation: EmbeddingEvaluation

  /// Computes a layout of every embedding, and builds the report.
  ///
  /// - Parameters:
  ///   - options: The command line and the layout.
  ///   - pool: The threads to use.
  ///   - progress: Receives the finished share of the layouts, 0 to 1; throws to stop.
  /// - Returns: The report.
  /// - Throws: `UMAPError`; errors of `progress`; `CancellationError`.
  func report(
    _ options: ReportOptions, pool: ThreadPool, progress: (Double) throws -> Void
  ) throws -> Report {
    let umap = options.umap ?? UMAPOptions()
    var sections = [ReportSection]()
    let summary =
      evaluation.verdictSentences.map { ReportBlock.text("\($0).") }
      + (evaluation.warnings.isEmpty ? [] : [.warnings(evaluation.warnings)])
    if !summary.isEmpty { sections.append(ReportSection("Summary", summary)) }
    let shown = draw(
      ReportOptions.pictureCells, from: Array(judged.names.indices), seed: umap.seed)
    sections.append(
      ReportSection("Embeddings", [.scatter(try figure(of: shown, umap, pool, progress))]))
    let bars = composition(of: shown)
    if !bars.isEmpty { sections.append(ReportSection("Composition of the batches", bars)) }
    sections += [
      ReportSection("Scores", scores),
      ReportSection("Mixing of the batches", mixing),
    ]
    let within = typeMixingBlocks(
      types, places: judged.embeddings.map { "in \($0.name)" }, colouring: judged.labels?.name ?? ""
    )
    if !within.isEmpty {
      sections.append(ReportSection("Mixing within each cell type", within))
    }
    if evaluation.uncorrected != nil, evaluation.preservation.contains(where: { !$0.isEmpty }) {
      sections.append(ReportSection("Preserved neighbourhoods", preservation))
    }
    sections += [
      ReportSection("Methods", methods(umap)),
      ReportSection("Run", run(options)),
    ]
    return Report(
      title: "Comparison of \(counted(evaluation.count, "embedding"))",
      lead: "\(grouped(judged.names.count)) cells of "
        + "\(grouped(Set(judged.batches.values.compactMap(\.self)).count)) batches in "
        + "'\(fileName(of: judged.path))'.",
      sections: sections)
  }

  /// The embeddings in the pictures: the uncorrected one first, by what it is.
  private var pictured: [(name: String, embedding: Embedding)] {
    let row = EmbeddingEvaluation.uncorrectedRow
    return judged.embeddings.filter { $0.name == row }.map {
      ("\(row): \(evaluation.uncorrected ?? "")", $0.embedding)
    } + judged.embeddings.filter { $0.name != row }
  }

  private func figure(
    of shown: [Int], _ umap: UMAPOptions, _ pool: ThreadPool, _ progress: (Double) throws -> Void
  ) throws -> ScatterFigure {
    let rows = shown.map(Int32.init)
    var asIs: [String] = []
    let share = 1 / Double(max(1, pictured.count))
    let panels = try pictured.enumerated().map { place, given in
      let (name, embedding) = given
      let points = embedding.matrix(of: rows)
      guard points.columns != 2 else {
        asIs.append(name)
        return ScatterFigure.Panel(
          name, points: (0..<points.rows).map { SIMD2(points[$0, 0], points[$0, 1]) })
      }
      return ScatterFigure.Panel(
        name,
        points: try layout(points, options: umap, pool: pool) {
          try progress((Double(place) + $0) * share)
        })
    }
    var colourings = [
      colouring(judged.batches.name, of: shown.map { judged.batches.values[$0] }, isDistinct: true)
    ]
    if let labels = judged.labels, labels.name != judged.batches.name {
      colourings.append(colouring(labels.name, of: shown.map { labels.values[$0] }))
    }
    return ScatterFigure(
      caption: shownCells(shown.count, of: judged.names.count, seed: umap.seed)
        + (asIs.count == panels.count
          ? "." : ", in a UMAP of each embedding.")
        + (asIs.isEmpty
          ? ""
          : " Two-dimensional embeddings are shown unchanged: "
            + "\(listed(asIs.map { "'\($0)'" }))."),
      panels: panels, colourings: colourings,
      gradients: judged.depths.map { $0.gradients(shown) } ?? [],
      highlighted: judged.batches.name, names: shown.map { judged.names[$0] })
  }

  /// Returns bars of the batches' labels, or else of their populations.
  private func composition(of shown: [Int]) -> [ReportBlock] {
    let batches = { (cells: [Int]) in
      colouring(
        judged.batches.name, of: cells.map { judged.batches.values[$0] }, isDistinct: true)
    }
    if let labels = judged.labels {
      guard labels.name != judged.batches.name else { return [] }
      let all = Array(judged.names.indices)
      return compositionBlocks(
        batches: batches(all), groups: colouring(labels.name, of: labels.values))
    }
    guard let populations = judged.populations,
      let groups = numberedGroups("population", shown.map { populations[$0] })
    else { return [] }
    return compositionBlocks(batches: batches(shown), groups: groups)
  }

  private var scores: [ReportBlock] {
    let notes = evaluation.scores.notes.map { ReportBlock.text("Note: \($0).") }
    func table(
      _ caption: String, _ metrics: [(title: String, score: (EmbeddingScores) -> Double?)]
    ) -> ReportBlock {
      .table(
        ReportTable(
          caption: caption,
          columns: [.init("embedding")]
            + metrics.map { .init($0.title, bars: 0...1, decimals: 3) },
          rows: evaluation.scores.rows.map { row in
            [.text(row.name)]
              + metrics.map { $0.score(row.scores).map { .number($0) } ?? .missing }
          }))
    }
    func metrics(
      _ wanted: (Metric) -> Bool, in list: [Metric] = Metric.scib
    ) -> [(title: String, score: (EmbeddingScores) -> Double?)] {
      list.filter(wanted).map { metric in (metric.title, { $0[metric] }) }
    }
    guard judged.labels != nil else {
      return [
        table(
          "Metrics of scib-metrics that need no labels, from 0 to 1; higher is better.",
          metrics { !$0.needsLabels }),
        .text(
          "Metrics of biological conservation need labels of cell types."
        ),
      ] + notes
    }
    return [
      table(
        "Aggregates of scIB, from 0 to 1; higher is better. The total weights bio conservation with 0.6.",
        [
          ("total", \.total), ("bio conservation", \.bioConservation),
          ("batch correction", \.batchCorrection), ("total by chance", \.totalByChance),
        ]),
      table("Bio conservation.", metrics { $0.side == .biology }),
      table("Batch correction.", metrics { $0.side == .batch }),
      table(
        "Further metrics, which are not part of the aggregates: the first four tell whether biology was "
          + "kept, the others how batches mix within labels.",
        metrics({ _ in true }, in: Metric.further)),
    ] + notes
  }

  private var mixing: [ReportBlock] {
    func table(
      _ caption: String, _ mixing: [BatchMixing], all: (BatchMixing) -> Double?,
      each: (BatchMixing.Batch) -> Double?
    ) -> ReportBlock {
      let batchNames = mixing.first?.batches.map(\.batch) ?? []
      func cell(_ value: Double?) -> ReportTable.Value { value.map { .number($0) } ?? .missing }
      return .table(
        ReportTable(
          caption: caption,
          columns: [.init("batch")]
            + judged.embeddings.map { .init($0.name, bars: 0...1, decimals: 2) },
          rows: [[.text("all")] + mixing.map { cell(all($0)) }]
            + batchNames.indices.map { batch in
              [.level(batchNames[batch], colouring: judged.batches.name)]
                + mixing.map { cell(each($0.batches[batch])) }
            }))
    }
    func tables(_ name: String, _ mixing: [BatchMixing], within scope: String?) -> [ReportBlock] {
      let first = table(
        "\(name) of each batch with all others: the share of neighbours"
          + (scope.map { " of the cell's own \($0)" } ?? "")
          + " from other batches, divided by the share expected from sizes (0 separate, 1 mixed).",
        mixing, all: \.mixing, each: \.mixing)
      guard let scope else { return [first] }
      return [
        first,
        table(
          "Overlaid: the share of each batch's neighbours from other batches and another "
            + "\(scope) (expected near 0).",
          mixing, all: \.overlaid, each: \.overlaid),
      ]
    }
    var blocks = tables(
      "Mixing", evaluation.mixing, within: evaluation.isWithinPopulations ? "population" : nil)
    if judged.labels != nil {
      blocks += tables("Within-label mixing", evaluation.withinLabelMixing, within: "label")
    }
    if let composition = evaluation.composition, !composition.different.isEmpty {
      blocks.insert(
        .text(
          "Some batches seem to hold other cell types than the others, estimated from the counts "
            + "without labels. They should mix within the types that they share, but not across them."
        ),
        at: 0)
      blocks.append(.table(composition.table(colouring: judged.batches.name)))
    } else if evaluation.composition == nil {
      blocks.insert(
        .text(
          "Mixing is measured as if all batches held the same cell types, which cannot be checked "
            + "without counts. If they hold different types, complete mixing is wrong."),
        at: 0)
    }
    return blocks + zip(judged.embeddings, pairs).map { .heatmap(heatmap($1, "in \($0.name)")) }
  }

  private var preservation: [ReportBlock] {
    let first = evaluation.preservation.first ?? []
    return [
      .table(
        ReportTable(
          caption: "The preserved share of the nearest neighbours within each batch, compared with "
            + "\(evaluation.uncorrected ?? "the uncorrected expression"), and the share "
            + "preserved by chance.",
          columns: [.init("batch")]
            + judged.embeddings.map { .init($0.name, bars: 0...1, decimals: 2) }
            + [.init("by chance", bars: 0...1, decimals: 2)],
          rows: first.indices.map { batch in
            [.level(first[batch].batch, colouring: judged.batches.name)]
              + evaluation.preservation.map { .number($0[batch].preserved) }
              + [.number(first[batch].byChance)]
          }))
    ]
  }

  private func methods(_ umap: UMAPOptions) -> [ReportBlock] {
    var works = CitedWorks()
    var sentences = [
      "Embeddings were scored with scharmonize \(scharmonizeVersion), with the metrics of "
        + "scib-metrics 0.5.10\(works.cite(.scib)) and its default settings, and with KMeans "
        + "averaged over 20 runs."
    ]
    if judged.labels == nil { sentences.append("Metrics that need labels were omitted.") }
    if evaluation.isWithinPopulations, let composition = evaluation.composition {
      sentences.append(
        "Mixing was measured within \(grouped(composition.populations)) populations, estimated "
          + "from \(judged.depths?.feature.signal ?? "expression") without labels and defined by the batches that hold them."
      )
    }
    if judged.embeddings.contains(where: { $0.embedding.dimensions != 2 }) {
      sentences.append(umap.sentence(&works))
    }
    return [
      .quotation(sentences.joined(separator: " ")),
      .citations([.scharmonize] + works.works.map(\.citation)),
    ]
  }

  private func run(_ options: ReportOptions) -> [ReportBlock] {
    var facts = [Fact("scharmonize", scharmonizeVersion), Fact("file", judged.path)]
    if let uncorrected = evaluation.uncorrected {
      facts.append(Fact("compared with", uncorrected))
    }
    return commandBlocks(options.commandLine) + [.facts(facts)]
  }
}
