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
    // A table that cannot be read is refused before any work.
    dimensions = try keys.map { try tables.dimensions(ofEmbedding: $0) }
  }

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
