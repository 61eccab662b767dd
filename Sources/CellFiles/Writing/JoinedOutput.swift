internal import Support
/// The column of `var` with a flag that is true for genes that the model uses.
package let usedGenesColumn = "scharmonize_gene"

/// Writes the cells of several files, or of one file of another format, as one AnnData file.
///
/// `obs` has the union of the files' columns, with missing values for files that lack a column, and
/// the batch of each cell. `var` has the genes' identifiers, if any, and a mark for the genes the
/// model was trained on.
///
/// - Parameters:
///   - path: The `.h5ad` file to create or replace.
///   - cells: The files, joined.
///   - isKept: A flag for each cell that is true if it is written; `[cells.cellCount]`. The default
///     is `nil`, for all.
///   - usedGenes: A flag for each gene that is true if the model was trained on it;
///     `[cells.geneCount]`.
///   - batchColumn: The name of the batch column. The default is `"batch"`. An input's column of
///     that name with other contents is kept as `batch_input`.
///   - includesExpression: `true` to write `X`. The default is `true`.
///   - additions: Tables for `obsm`, with one row per written cell, and values for `uns`.
/// - Throws: ``OutputError``; ``CellFileError`` and `HDF5Error` if the inputs cannot be read. A
///   failure leaves no partial file.
package func writeJoined(
  to path: String, cells: JoinedCells, isKept: [Bool]? = nil, usedGenes: [Bool]?,
  batchColumn: String = "batch", includesExpression: Bool = true,
  adding additions: AnnDataAdditions
) throws {
  let obs = try joinedObs(of: cells, isKept: isKept, batchColumn: batchColumn)
  var genes = try joinedVar(of: cells)
  if let usedGenes {
    precondition(
      usedGenes.count == cells.geneCount, "\(usedGenes.count) answers for \(cells.geneCount) genes")
    genes[usedGenesColumn] = .booleans(usedGenes)
  }
  var matrix: any ExpressionMatrix = cells
  if let isKept, isKept.contains(false) { matrix = SelectedCells(of: cells, isKept: isKept) }
  try writeAnnData(
    to: path, cells: obs, genes: genes, matrix: includesExpression ? matrix : nil,
    storedAs: commonValueType(of: cells.files.map(\.storage.element)), adding: additions)
}

/// Writes cells of files as one AnnData file, with a matrix of other values for some of the genes.
///
/// - Parameters:
///   - path: The `.h5ad` file to create or replace.
///   - cells: The files, joined.
///   - isKept: A flag for each cell that is true if it is written; `[cells.cellCount]`.
///   - genes: The genes of the matrix, as indices of `cells.genes`; `[f]`.
///   - batchColumn: The name of the batch column; `nil` adds no column to those of the inputs.
///   - matrix: The values, as floats; `(cells.cellCount, f)`.
///   - additions: Tables for `obsm`, with one row per written cell, and values for `uns`.
/// - Throws: ``OutputError``; ``CellFileError`` and `HDF5Error` if the inputs cannot be read; errors
///   of the matrix. A failure leaves no partial file.
package func writeJoined(
  to path: String, cells: JoinedCells, isKept: [Bool], genes: [Int], batchColumn: String?,
  matrix: any ExpressionMatrix, adding additions: AnnDataAdditions
) throws {
  try writeAnnData(
    to: path, cells: joinedObs(of: cells, isKept: isKept, batchColumn: batchColumn),
    genes: joinedVar(of: cells).selecting(rows: genes),
    matrix: isKept.contains(false) ? SelectedCells(of: matrix, isKept: isKept) : matrix,
    storedAs: Float.self, adding: additions)
}

/// Returns the union of the files' columns about cells, and the batches.
///
/// - Parameters:
///   - cells: The files, joined.
///   - isKept: A flag for each cell that is true if it is in the table; `[cells.cellCount]`, or
///     `nil` for all.
///   - batchColumn: The name of the batch column; `nil` for none.
/// - Returns: The table, with one row per cell.
/// - Throws: ``CellFileError`` and `HDF5Error` if the inputs cannot be read.
func joinedObs(
  of cells: JoinedCells, isKept: [Bool]?, batchColumn: String?
) throws -> DataFrame {
  var frame = DataFrame(names: Array(cells.cellNames))
  let columnsOfFile = cells.files.map { Set($0.columnNames) }
  for name in cells.files.allColumnNames {
    // An unreadable column is left out; ``JoinedCells/columnConflicts()`` reports it.
    let columns = zip(cells.files, columnsOfFile).map { file, columns in
      columns.contains(name) ? file.columnIfReadable(name).column : nil
    }
    guard columns.contains(where: { $0 != nil }) else { continue }
    frame[name] = Column(
      joining: zip(columns, cells.files).map { column, file in
        column.map { .column($0) } ?? .absent(count: file.cellCount)
      })
  }
  if let batchColumn {
    let batches = Column.categorical(
      codes: cells.batches.batchOfCell, categories: cells.batches.names, ordered: false)
    if let given = frame[batchColumn], given.labels() != batches.labels() {
      var name = "\(batchColumn)_input"
      while frame[name] != nil { name += "_" }
      frame[name] = given
    }
    frame[batchColumn] = batches
  }
  guard let isKept, isKept.contains(false) else { return frame }
  return frame.selecting(rows: isKept.indices.filter { isKept[$0] })
}

/// Returns the table about the genes.
///
/// If some files lack some genes, `measured_in` lists the batches that have each gene, separated by
/// `|`, and `batches_measured` counts them. For other batches a zero in `X` is not a measurement.
func joinedVar(of cells: JoinedCells) throws -> DataFrame {
  var frame = DataFrame(names: cells.genes.map(\.name))
  if cells.genes.contains(where: { $0.id != nil }) {
    frame["gene_ids"] = .strings(cells.genes.map(\.id))
  }
  if cells.genes.contains(where: { $0.symbol != nil }) {
    frame[cells.symbolColumn] = .strings(cells.genes.map(\.symbol))
  }
  let measured = cells.batchesMeasuring()
  if measured.contains(where: { $0.count < cells.batches.names.count }) {
    frame["measured_in"] = .categorical(
      measured.map { $0.map { cells.batches.names[$0] }.joined(separator: "|") })
    frame["batches_measured"] = .integers(measured.map { Int64($0.count) })
    return frame
  }
  // These are scanpy's columns besides the names. All files have the same genes, so one file is
  // enough.
  if let first = cells.files.first, first.format.definition.holdsTables {
    var column = [Int](repeating: 0, count: cells.geneCount)
    for (gene, joined) in cells.geneColumns[0].enumerated() where joined >= 0 {
      column[Int(joined)] = gene
    }
    let symbols = cells.files.count == 1 ? try first.geneLabels(by: .symbol)?.column : nil
    for name in ["gene_ids", "feature_types", "genome"] + [symbols].compactMap(\.self)
    where first.varColumnNames.contains(name) && frame[name] == nil {
      // An unreadable column is left out; nothing needs it.
      frame[name] = (try? first.varColumn(name))?.selecting(rows: column)
    }
  } else if let types = cells.files.first?.featureTypes, let type = types.first,
    cells.files.allSatisfy({ $0.featureTypes?.allSatisfy { $0 == type } ?? false }),
    cells.files.allSatisfy({
      $0.format.definition.tellsFeatureTypes || $0.varColumnNames.contains("feature_types")
    })
  {
    frame["feature_types"] = .categorical(
      codes: [Int32](repeating: 0, count: cells.geneCount), categories: [type], ordered: false)
  }
  return frame
}

extension JoinedCells {
  /// Returns for each gene the batches whose cells all come from files that have it.
  func batchesMeasuring() -> [[Int]] {
    var filesOfBatch = [Set<Int>](repeating: [], count: batches.names.count)
    var first = 0
    for (number, file) in files.enumerated() {
      for batch in Set(batches.batchOfCell[first..<first + file.cellCount]) {
        filesOfBatch[Int(batch)].insert(number)
      }
      first += file.cellCount
    }
    let isMeasured = files.indices.map(genesMeasured(inFile:))
    return (0..<geneCount).map { gene in
      filesOfBatch.indices.filter { filesOfBatch[$0].allSatisfy { isMeasured[$0][gene] } }
    }
  }
}
