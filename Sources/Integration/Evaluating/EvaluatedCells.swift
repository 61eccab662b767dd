internal import CellFiles
internal import CountData
internal import Evaluation
internal import Numerics
internal import Support

/// The embeddings to evaluate, and what a file has about their cells.
struct EvaluatedCells {
  /// The file.
  let path: String

  /// The embeddings by name; `(n, d)` each.
  let embeddings: [(name: String, embedding: Matrix)]

  /// The column that names the batches, and the batch of each cell; `(n)`.
  let batchKey: String
  let batches: [String?]

  /// The type of each cell; `nil` without a column of types; `(n)`.
  let labels: [String?]?

  /// The cells' names; `(n)`.
  let names: [String]

  /// Notices about the types, one sentence each.
  let notices: [String]

  private let tables: CellTables

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
    embeddings = try keys.map { (name: $0, embedding: Matrix(try tables.embedding($0))) }
  }

  /// The stages of their evaluation with their costs.
  var workload: Workload {
    let costs = StageCosts(
      cells: names.count, genes: tables.geneCount, genesUsed: IntegrationOptions().geneCount,
      batches: Set(batches).count, weights: 0,
      dimensions: embeddings.map(\.embedding.columns).max() ?? 1)
    return Workload([
      .reading: costs.reading, .gathering: costs.gathering, .comparing: costs.comparing,
      .evaluating: Double(embeddings.count) * costs.evaluating(hasLabels: labels != nil),
    ])
  }

  /// Reads another embedding of the cells.
  func embedding(_ key: String) throws -> Matrix { Matrix(try tables.embedding(key)) }
}

extension Matrix {
  fileprivate init(_ table: DenseTable) {
    self.init(rows: table.rows, columns: table.columns, values: table.values)
  }
}
