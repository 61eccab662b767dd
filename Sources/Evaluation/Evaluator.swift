public import Kernels
internal import Neighbours

/// Judges embeddings of the same cells, side by side.
///
///     let evaluator = try Evaluator(
///       sources: sources, labels: labels, uncorrected: pca, pool: pool)
///     let table = try evaluator.evaluate([("X_pca", pca), ("X_scharmonize", corrected)])
///     print(table.text)
///
/// With labels, the metrics are those of scib-metrics 0.5.10 with its default
/// settings, KMeans aside, which is averaged over several runs as scikit-learn
/// makes them; cells without a label are left out. Without labels, the metrics
/// that need none.
///
/// Time grows with the square of the number of cells, some seconds at 10,000.
public struct Evaluator: Sendable {
  /// The sources of the cells judged.
  public let sources: CellGroups

  /// Their labels, where there are any.
  public let labels: CellGroups?

  /// What a reader of the scores has to know about the cells.
  public let notes: [String]

  /// The rows of the embeddings that are judged, ascending.
  let rows: [Int32]

  /// The cells of each batch in each population.
  private let blocks: PopulationBlocks

  private let given: Int
  private var uncorrected: Matrix?
  private let options: EvaluationOptions
  private let pool: ThreadPool
  private let searched = SearchedNeighbours()

  /// Prepares the judgement of embeddings that have these cells as rows.
  ///
  /// - Parameters:
  ///   - sources: The source of each cell; `[n]`.
  ///   - labels: The label of each cell, or `nil` to do without; `[n]`.
  ///   - uncorrected: The embedding before correction, which the comparison of
  ///     explained variance and of neighbourhoods needs; `(n, d)` or `nil`.
  ///   - populations: The population of each cell, within which batches are expected to mix; `[n]`.
  ///     The default, `nil`, takes the labels; without labels all cells are one population.
  ///   - options: The number of cells and of clusterings.
  ///   - pool: The threads to use; no score depends on their number.
  /// - Throws: ``EvaluationError``, where sources or labels are missing or the
  ///   embedding does not fit.
  public init(
    sources: [String?], labels: [String?]? = nil, uncorrected: Matrix? = nil,
    populations: [Int32]? = nil, options: EvaluationOptions = EvaluationOptions(), pool: ThreadPool
  ) throws(EvaluationError) {
    if let labels, labels.count != sources.count {
      throw .cellCount(name: "labels", found: labels.count, expected: sources.count)
    }
    if let populations, populations.count != sources.count {
      throw .cellCount(name: "populations", found: populations.count, expected: sources.count)
    }
    if let first = sources.firstIndex(of: nil) {
      throw .missingSources(count: sources.count(where: { $0 == nil }), first: first)
    }
    var notes: [String] = []
    var rows = Array(0..<Int32(sources.count))
    if let labels {
      rows.removeAll { labels[Int($0)].map(options.unlabelled.contains) ?? true }
      if rows.isEmpty, !sources.isEmpty { throw .noLabels(leftOut: options.unlabelled.sorted()) }
      if rows.count < sources.count {
        notes.append("\(sources.count - rows.count) cells without a label were left out")
      }
    }
    if rows.count > options.maximumCells {
      var generator = Xoshiro256(seed: options.seed)
      generator.shuffle(&rows)
      notes.append(
        "all scores are of \(options.maximumCells) of \(rows.count) cells, drawn by seed "
          + "\(options.seed)")
      rows = rows.prefix(options.maximumCells).sorted()
    }
    self.sources = CellGroups(rows.compactMap { sources[Int($0)] })
    guard self.sources.count > 1 else { throw .oneSource(name: self.sources.names.first) }
    self.labels = labels.map { labels in CellGroups(rows.compactMap { labels[Int($0)] }) }
    if let labels = self.labels {
      if labels.count == 1 { throw .oneLabel(name: labels.names[0]) }
      if labels.count == rows.count { throw .labelPerCell(labels: labels.count) }
      notes += loneCellNotes(labels, sources: self.sources)
    }
    let given = populations.map { populations in rows.map { populations[Int($0)] } }
    blocks = PopulationBlocks(
      sources: self.sources, populations: given ?? self.labels?.codes)
    self.notes = notes
    self.rows = rows
    self.options = options
    self.pool = pool
    self.given = sources.count
    if let uncorrected {
      self.uncorrected = try judged(uncorrected, name: "the uncorrected embedding")
    }
  }

  /// Scores several embeddings.
  ///
  /// - Parameter embeddings: The embeddings by name, `(n, d)` each, any `d`.
  /// - Returns: The scores, in the order given.
  /// - Throws: ``EvaluationError``, where one has another number of cells or
  ///   values that are not finite.
  public func evaluate(
    _ embeddings: [(name: String, embedding: Matrix)]
  ) throws(EvaluationError) -> ScoreTable {
    var rows: [ScoreTable.Row] = []
    for (name, embedding) in embeddings {
      rows.append(ScoreTable.Row(name: name, scores: try scores(of: embedding, name: name)))
    }
    return ScoreTable(rows: rows, notes: notes)
  }

  /// Scores one embedding.
  ///
  /// - Parameters:
  ///   - embedding: The embedding; `(n, d)`.
  ///   - name: What errors call it.
  /// - Returns: The scores; without labels only those that need none.
  /// - Throws: ``EvaluationError``, where it has another number of cells or
  ///   values that are not finite.
  public func scores(
    of embedding: Matrix, name: String = "the embedding"
  ) throws(EvaluationError) -> EmbeddingScores {
    let x = try judged(embedding, name: name)
    var scores = EmbeddingScores()
    let table = searched.nearest(SearchedNeighbours.most, of: x, pool: pool)
    let sourceCounts = inverseSimpson(
      table, codes: sources.codes, groups: sources.count, pool: pool)
    scores.ilisi = (median(sourceCounts) - 1) / Double(sources.count - 1)
    scores.pcrComparison = uncorrected.flatMap {
      pcrComparison(before: $0, after: x, sources: sources)
    }
    guard let labels else { return scores }

    let widths = silhouettes(of: x, groups: labels, pool: pool)
    scores.isolatedLabels = isolatedLabelScore(widths, labels: labels, sources: sources)
    scores.silhouetteLabel = silhouetteScore(widths)
    let agreement = kmeansScores(of: x, labels: labels, runs: options.clusterings, pool: pool)
    (scores.kmeansNMI, scores.kmeansARI) = (agreement.nmi, agreement.ari)
    if labels.count > 1 {
      let labelCounts = inverseSimpson(
        table, codes: labels.codes, groups: labels.count, pool: pool)
      scores.clisi = (Double(labels.count) - median(labelCounts)) / Double(labels.count - 1)
    }
    scores.bras = bras(of: x, labels: labels, sources: sources)
    scores.kbet = kbetScore(
      kbetByLabel(table.nearest(49), labels: labels, sources: sources, pool: pool))
    scores.graphConnectivity = graphConnectivity(table.nearest(14), labels: labels)
    scores.aggregate()
    return scores
  }

  /// Measures how well an embedding mixes the batches within populations.
  ///
  /// - Parameters:
  ///   - embedding: The embedding; `(n, d)`.
  ///   - name: The name that errors give it.
  /// - Returns: The mixing of all batches together and of each.
  /// - Throws: ``EvaluationError``, as ``scores(of:name:)`` does.
  public func mixing(
    of embedding: Matrix, name: String = "the embedding"
  ) throws(EvaluationError) -> SourceMixing {
    let x = try judged(embedding, name: name)
    let table = searched.nearest(mostCompared, of: x, pool: pool)
    return sourceMixing(table, sources: sources, blocks: blocks)
  }

  /// Measures how well an embedding mixes each two batches within populations.
  ///
  /// - Parameters:
  ///   - embedding: The embedding; `(n, d)`.
  ///   - name: The name that errors give it.
  ///   - limit: The number of batches that are compared, those with the most cells. The default is
  ///     1,000; memory grows with the square.
  /// - Returns: The mixing of each two of them.
  /// - Throws: ``EvaluationError``, as ``scores(of:name:)`` does.
  public func pairwiseMixing(
    of embedding: Matrix, name: String = "the embedding", limit: Int = 1_000
  ) throws(EvaluationError) -> PairwiseMixing {
    let x = try judged(embedding, name: name)
    let table = searched.nearest(mostCompared, of: x, pool: pool)
    return Evaluation.pairwiseMixing(table, sources: sources, blocks: blocks, limit: limit)
  }

  /// How much of its own neighbourhoods each source kept; needs no labels.
  ///
  /// - Parameters:
  ///   - embedding: The corrected embedding; `(n, d)`.
  ///   - name: What errors call it.
  /// - Returns: One entry for each source, or none without an uncorrected embedding.
  /// - Throws: ``EvaluationError``, as ``scores(of:name:)`` does.
  public func preservation(
    of embedding: Matrix, name: String = "the embedding"
  ) throws(EvaluationError) -> [NeighbourhoodPreservation] {
    let x = try judged(embedding, name: name)
    guard let uncorrected else { return [] }
    return neighbourhoodPreservation(before: uncorrected, after: x, sources: sources, pool: pool)
  }

  /// The rows judged, once they are known to be numbers.
  private func judged(_ embedding: Matrix, name: String) throws(EvaluationError) -> Matrix {
    guard embedding.rows == given else {
      throw .cellCount(name: name, found: embedding.rows, expected: given)
    }
    guard embedding.columns > 0 else { throw .noDimensions(name: name) }
    let bad = embedding.values.indices.filter { !(abs(embedding.values[$0]) < 1e15) }
    if let first = bad.first {
      throw .notFinite(
        name: name, count: bad.count, firstRow: first / embedding.columns,
        firstColumn: first % embedding.columns)
    }
    return rows.count == given ? embedding : embedding.gathering(rows)
  }
}
