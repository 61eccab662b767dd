internal import CellFiles
internal import CountData
internal import Evaluation
internal import Numerics
internal import Support

/// The embeddings to evaluate, and what a file has about their cells.
struct EvaluatedCells {
  /// The file.
  let path: String

  /// The names of the embeddings.
  let keys: [String]

  /// The column that names the batches, and the batch of each cell; `(n)`.
  let batchKey: String
  let batches: [String?]

  /// The type of each cell; `nil` without a column of types; `(n)`.
  let labels: [String?]?

  /// The cells' names; `(n)`.
  let names: CellNames

  /// Notices about the types, one sentence each.
  let notices: [String]

  /// The column of labels with which the embeddings of this program in the file were trained; `nil` for
  /// none.
  let trainedLabels: String?

  /// A flag that is true if those are the labels of the evaluation, by name or by their values.
  let areTrained: Bool

  private let tables: CellTables
  private let dimensions: [Int]

  init(
    _ path: String, keys: [String], batchKey: String, labelKey: String?, cellTable: String?
  ) throws {
    let tables = try CellTables(readingAt: path, cellTable: cellTable)
    (self.path, self.tables, names) = (path, tables, tables.cellNames)
    self.batchKey = batchKey
    batches = try tables.batches(batchKey)
    let column = try labelKey.map { try tables.column($0) }
    labels = column?.withPlaceholdersMissing().labels()
    notices =
      column.map { placeholderNotices(in: [$0], named: labelKey ?? "", role: "cell type") } ?? []
    self.keys = keys
    trainedLabels = try tables.trainedLabels()
    areTrained = try Self.are(labels, named: labelKey, those: trainedLabels, in: tables)
    // A table that cannot be read is refused before any work.
    dimensions = try keys.map { try tables.dimensions(ofEmbedding: $0) }
  }

  /// Returns whether labels are those of a training, by name or by their values.
  private static func are(
    _ labels: [String?]?, named labelKey: String?, those trained: String?, in tables: CellTables
  ) throws -> Bool {
    guard let trained, let labels else { return false }
    if trained == labelKey { return true }
    guard tables.columnNames.contains(trained) else { return false }
    return try tables.column(trained).withPlaceholdersMissing().labels() == labels
  }

  /// Returns the column of labels with which an embedding was trained, if it is scored by them.
  func trainedLabels(of key: String) -> String? {
    areTrained && Self.ownKeys.contains(key) ? trainedLabels : nil
  }

  /// A note about scores by labels of embeddings that were trained with labels; `nil` without.
  func noteOnTrainedLabels(_ labelKey: String) -> String? {
    let own = keys.filter(Self.ownKeys.contains).map { "'\($0)'" }
    guard let trainedLabels, labels != nil, !own.isEmpty else { return nil }
    let start = "\(listed(own)) \(own.count == 1 ? "was" : "were") trained with the labels in "
    return areTrained
      ? start
        + "'\(trainedLabels)', so scores by '\(labelKey)' are of labels that the training has seen"
      : start
        + "'\(trainedLabels)', so scores by '\(labelKey)' are independent of the training only as "
        + "far as the two columns are"
  }

  /// The embeddings that an integration writes.
  private static let ownKeys: Set = ["X_scharmonize", "X_scharmonize_latent"]

  /// The stages of their evaluation with their costs.
  var workload: Workload {
    let costs = StageCosts(
      cells: names.count, genes: tables.geneCount, genesUsed: IntegrationOptions().geneCount,
      batches: Set(batches).count, weights: 0,
      dimensions: dimensions.max() ?? 1)
    return Workload([
      .reading: costs.reading, .gathering: costs.gathering, .comparing: costs.comparing,
      .evaluating: Double(keys.count) * costs.evaluating(hasLabels: labels != nil),
    ])
  }

  /// Reads an embedding of the cells.
  ///
  /// - Parameters:
  ///   - key: Its name in `obsm`.
  ///   - memory: The memory of the coordinates.
  /// - Returns: The coordinates; `(n, d)`.
  /// - Throws: `CellFileError` and `HDF5Error` if it cannot be read; errors of the memory.
  func embedding(_ key: String, in memory: TableMemory) throws -> Embedding {
    var writer = try EmbeddingWriter(
      cellCount: names.count, dimensions: try tables.dimensions(ofEmbedding: key), in: memory)
    try tables.forEachRowBlock(ofEmbedding: key) { writer.append($0) }
    return writer.finish()
  }
}
