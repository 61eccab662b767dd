package import Numerics
internal import Neighbours

/// An evaluator of several embeddings of the same cells.
///
///     let evaluator = try Evaluator(
///       batches: batches, labels: labels, uncorrected: pca, pool: pool)
///     let table = try evaluator.evaluate([("X_pca", pca), ("X_scharmonize", corrected)])
///     print(table.text)
///
/// With labels, the metrics of the aggregates are those of scib-metrics 0.5.10 and 0.6.1, which are
/// the same, with their default settings. Only KMeans differs: it is averaged over several runs with
/// scikit-learn's algorithm. The aggregates by chance and further metrics follow. Cells without a
/// label are left out. Without labels, only metrics that need no labels are computed.
///
/// Time grows with the square of the number of cells, and is a few seconds for 10,000. Of more than
/// 50,000 cells the nearest neighbours are approximate, and of more than 200,000 cells a sample is
/// evaluated; ``notes`` say so.
package struct Evaluator: Sendable {
  /// The batches of the evaluated cells.
  package let batches: CellGroups

  /// The labels of the evaluated cells, if given.
  package let labels: CellGroups?

  /// Notes about the cells for readers of the scores, one sentence each.
  package private(set) var notes: [String]

  /// The rows of the evaluated cells in the embeddings, ascending.
  let rows: [Int32]

  /// The number of evaluated cells.
  package var cellCount: Int { rows.count }

  /// The cells of each batch in each population.
  private let blocks: PopulationBlocks

  /// The cells of each batch with each label; `nil` without labels.
  private let labelBlocks: PopulationBlocks?

  private let given: Int
  private(set) var uncorrected: Matrix?
  let options: EvaluationOptions
  let pool: ThreadPool
  private let searched = SearchedNeighbours()

  /// Prepares the evaluation of embeddings with these cells as rows.
  ///
  /// - Parameters:
  ///   - batches: The batch of each cell; `[n]`.
  ///   - labels: The label of each cell, `[n]`. The default is `nil`, for no labels.
  ///   - uncorrected: The embedding before correction, for the comparison of explained variance and
  ///     of neighbourhoods; `(n, d)`. The default is `nil`, without these comparisons.
  ///   - populations: The population of each cell, within which batches are expected to mix; `[n]`.
  ///     The default is `nil`: all cells are one population.
  ///   - options: The options for sampling and clustering. The default is `EvaluationOptions()`.
  ///   - pool: The threads to use; no score depends on their number.
  /// - Throws: ``EvaluationError`` if batches or labels are missing or the embedding does not fit.
  package init(
    batches: [String?], labels: [String?]? = nil, uncorrected: (any CoordinateTable)? = nil,
    populations: [Int32]? = nil, options: EvaluationOptions = EvaluationOptions(), pool: ThreadPool
  ) throws(EvaluationError) {
    if let labels, labels.count != batches.count {
      throw .cellCount(name: "labels", found: labels.count, expected: batches.count)
    }
    if let populations, populations.count != batches.count {
      throw .cellCount(name: "populations", found: populations.count, expected: batches.count)
    }
    if let first = batches.firstIndex(of: nil) {
      throw .missingBatches(count: batches.count(where: { $0 == nil }), first: first)
    }
    var notes: [String] = []
    var rows = Array(0..<Int32(batches.count))
    if let labels {
      rows.removeAll { labels[Int($0)].map(options.unlabelled.contains) ?? true }
      if rows.isEmpty, !batches.isEmpty { throw .noLabels(leftOut: options.unlabelled.sorted()) }
      if rows.count < batches.count {
        notes.append("\(batches.count - rows.count) cells without a label were left out")
      }
    }
    if rows.count > options.maximumCells {
      var generator = Xoshiro256(seed: options.seed)
      generator.shuffle(&rows)
      notes.append(
        "all scores are computed from \(options.maximumCells) of \(rows.count) cells, drawn with seed "
          + "\(options.seed)")
      rows = rows.prefix(options.maximumCells).sorted()
    }
    if rows.count > NeighbourOptions().exactCells {
      notes.append(
        "the nearest neighbours of \(rows.count) cells are approximate, with a recall of at least "
          + "0.99")
    }
    self.batches = CellGroups(rows.compactMap { batches[Int($0)] })
    guard self.batches.count > 1 else { throw .oneBatch(name: self.batches.names.first) }
    self.labels = labels.map { labels in CellGroups(rows.compactMap { labels[Int($0)] }) }
    if let labels = self.labels {
      if labels.count == 1 { throw .oneLabel(name: labels.names[0]) }
      if labels.count == rows.count { throw .labelPerCell(labels: labels.count) }
      notes += loneCellNotes(labels, batches: self.batches)
      let most = LabelBatchBlocks.mostCells
      if LabelBatchBlocks(labels: labels, batches: self.batches).blocks.contains(where: {
        $0.cells > most
      }) {
        notes.append(
          "'within_label_structure', 'subtypes' and the distances of 'sbee' are those of up to "
            + "\(most) cells of each label in each batch")
      }
    }
    let given = populations.map { populations in rows.map { populations[Int($0)] } }
    let groups = self.batches
    blocks = PopulationBlocks(batches: groups, populations: given)
    labelBlocks = self.labels.map { PopulationBlocks(batches: groups, populations: $0.codes) }
    self.notes = notes
    self.rows = rows
    self.options = options
    self.pool = pool
    self.given = batches.count
    if let uncorrected {
      if self.batches.sizes.contains(where: { $0 > mostPreserved }) {
        self.notes.append(
          "of batches with more than \(mostPreserved) cells, the preserved neighbourhoods are those of "
            + "\(mostPreserved) cells, drawn with seed 0")
      }
      self.uncorrected = try judged(uncorrected, name: "the uncorrected embedding")
    }
  }

  /// Returns the bytes that the metrics take, beside the embeddings: mostly the nearest neighbours,
  /// and the graph and diffusion map of a label.
  ///
  /// - Parameter cells: The number of cells, of which at most a sample is evaluated.
  /// - Returns: The bytes.
  package static func bytes(forCells cells: Int) -> Int {
    min(cells, EvaluationOptions().maximumCells) * 1_500
  }

  /// Scores several embeddings.
  ///
  /// - Parameters:
  ///   - embeddings: The embeddings by name; `(n, d)` each, with any `d`.
  ///   - progress: Receives the finished share, 0 to 1; throws to stop. The default does nothing.
  /// - Returns: The scores, in the given order.
  /// - Throws: ``EvaluationError`` if an embedding has another number of cells or values that are
  ///   not finite; errors of `progress`.
  package func evaluate(
    _ embeddings: [(name: String, embedding: any CoordinateTable)],
    progress: (Double) throws -> Void = { _ in }
  ) throws -> ScoreTable {
    let share = 1 / Double(max(1, embeddings.count))
    return ScoreTable(
      rows: try embeddings.enumerated().map { place, given in
        ScoreTable.Row(
          name: given.name,
          scores: try scores(of: given.embedding, name: given.name) {
            try progress((Double(place) + $0) * share)
          })
      }, notes: notes)
  }

  /// Scores one embedding.
  ///
  /// - Parameters:
  ///   - embedding: The embedding; `(n, d)`.
  ///   - name: The embedding's name in errors. The default is `"the embedding"`.
  ///   - progress: Receives the finished share, 0 to 1; throws to stop. The default does nothing.
  /// - Returns: The scores; without labels only metrics that need no labels.
  /// - Throws: ``EvaluationError`` if the embedding has another number of cells or values that are
  ///   not finite; errors of `progress`.
  package func scores(
    of embedding: some CoordinateTable, name: String = "the embedding",
    progress: (Double) throws -> Void = { _ in }
  ) throws -> EmbeddingScores {
    let x = try judged(embedding, name: name)
    let cells = JudgedEmbedding(
      x, uncorrected: uncorrected, batches: batches, labels: labels,
      neighbours: searched.nearest(SearchedNeighbours.most, of: x, pool: pool), options: options,
      pool: pool)
    var scores = EmbeddingScores()
    for (place, metric) in Metric.all.enumerated() {
      scores[metric] = metric.score(cells)
      try progress(Double(place + 1) / Double(Metric.all.count))
    }
    if labels != nil {
      scores.aggregate()
      scores.compare(with: scoresByChance(of: x))
    }
    return scores
  }

  /// Measures how well an embedding mixes the batches within populations.
  ///
  /// - Parameters:
  ///   - embedding: The embedding; `(n, d)`.
  ///   - name: The embedding's name in errors. The default is `"the embedding"`.
  /// - Returns: The mixing of all batches together and of each.
  /// - Throws: ``EvaluationError``, as ``scores(of:name:)`` does.
  package func mixing(
    of embedding: some CoordinateTable, name: String = "the embedding"
  ) throws(EvaluationError) -> BatchMixing {
    let x = try judged(embedding, name: name)
    let table = searched.nearest(mostCompared, of: x, pool: pool)
    return batchMixing(table, batches: batches, blocks: blocks)
  }

  /// Measures the within-label mixing: ``BatchMixing`` with each label as a population.
  ///
  /// - Parameters:
  ///   - embedding: The embedding; `(n, d)`.
  ///   - name: The embedding's name in errors. The default is `"the embedding"`.
  /// - Returns: The within-label mixing of the labelled cells; `nil` without labels.
  /// - Throws: ``EvaluationError``, as ``mixing(of:name:)`` does.
  package func withinLabelMixing(
    of embedding: some CoordinateTable, name: String = "the embedding"
  ) throws(EvaluationError) -> BatchMixing? {
    let x = try judged(embedding, name: name)
    guard let labelBlocks else { return nil }
    let table = searched.nearest(mostCompared, of: x, pool: pool)
    return batchMixing(table, batches: batches, blocks: labelBlocks)
  }

  /// Measures how well an embedding mixes each pair of batches within populations.
  ///
  /// - Parameters:
  ///   - embedding: The embedding; `(n, d)`.
  ///   - name: The embedding's name in errors. The default is `"the embedding"`.
  ///   - limit: The maximum number of batches to compare; those with the most cells are used. The
  ///     default is 1,000; memory grows with the square.
  /// - Returns: The mixing of each pair of these batches.
  /// - Throws: ``EvaluationError``, as ``scores(of:name:)`` does.
  package func pairwiseMixing(
    of embedding: some CoordinateTable, name: String = "the embedding", limit: Int = 1_000
  ) throws(EvaluationError) -> PairwiseMixing {
    let x = try judged(embedding, name: name)
    let table = searched.nearest(mostCompared, of: x, pool: pool)
    return Evaluation.pairwiseMixing(table, batches: batches, blocks: blocks, limit: limit)
  }

  /// Measures the share of each batch's own neighbourhoods that an embedding preserves; needs no
  /// labels.
  ///
  /// - Parameters:
  ///   - embedding: The corrected embedding; `(n, d)`.
  ///   - name: The embedding's name in errors. The default is `"the embedding"`.
  /// - Returns: One entry for each batch; empty without an uncorrected embedding.
  /// - Throws: ``EvaluationError``, as ``scores(of:name:)`` does.
  package func preservation(
    of embedding: some CoordinateTable, name: String = "the embedding"
  ) throws(EvaluationError) -> [NeighbourhoodPreservation] {
    let x = try judged(embedding, name: name)
    guard let uncorrected else { return [] }
    return neighbourhoodPreservation(before: uncorrected, after: x, batches: batches, pool: pool)
  }

  /// Returns the nearest neighbours of the evaluated cells in an embedding.
  func neighbours(
    of embedding: some CoordinateTable, name: String
  ) throws(EvaluationError) -> NeighbourTable {
    searched.nearest(mostCompared, of: try judged(embedding, name: name), pool: pool)
  }

  /// Returns the evaluated rows of an embedding, after checking that all are finite.
  private func judged(
    _ embedding: some CoordinateTable, name: String
  ) throws(EvaluationError) -> Matrix {
    guard embedding.cellCount == given else {
      throw .cellCount(name: name, found: embedding.cellCount, expected: given)
    }
    guard embedding.dimensions > 0 else { throw .noDimensions(name: name) }
    var bad = (count: 0, first: 0)
    embedding.forEachBlock { cells, values in
      let found = values.indices.filter { !(abs(values[$0]) < 1e15) }
      guard let first = found.first else { return }
      if bad.count == 0 { bad.first = cells.lowerBound * embedding.dimensions + first }
      bad.count += found.count
    }
    if bad.count > 0 {
      throw .notFinite(
        name: name, count: bad.count, firstRow: bad.first / embedding.dimensions,
        firstColumn: bad.first % embedding.dimensions)
    }
    return embedding.matrix(of: rows)
  }
}
