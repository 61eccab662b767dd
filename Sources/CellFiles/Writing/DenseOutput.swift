package import HDF5

/// Writes cells of files as one AnnData file, with new values for some of the genes.
///
/// `obs` has all columns of the inputs, and `var` has the genes with values. `X` is a dense `array`
/// of 32-bit floats, compressed in chunks of whole rows. The values are requested and written block
/// by block, so that they need not fit into memory.
///
/// - Parameters:
///   - path: The `.h5ad` file to create or replace.
///   - cells: The files, joined.
///   - isKept: A flag for each cell that is true if it is written; `[cells.cellCount]`. The default
///     is `nil`, for all.
///   - genes: The genes with values, as indices of `cells.genes`; `[f]`.
///   - batchColumn: The name of the batch column; `nil`, the default, adds no column to those of
///     the inputs.
///   - rowsPerBlock: The number of cells per request; `nil`, the default, for about four million
///     values. The file's contents do not depend on it.
///   - additions: Tables for `obsm`, with one row per written cell, and values for `uns`.
///   - values: Returns the values of some rows of the file; `(rows, f)`, row-major.
/// - Throws: ``OutputError``; ``CellFileError`` and `HDF5Error` if the inputs cannot be read;
///   errors of `values`. A failure leaves no partial file.
package func writeJoined(
  to path: String, cells: JoinedCells, isKept: [Bool]? = nil, genes: [Int],
  batchColumn: String? = nil, rowsPerBlock: Int? = nil, adding additions: AnnDataAdditions,
  values: (Range<Int>) throws -> [Float]
) throws {
  let obs = try joinedObs(of: cells, isKept: isKept, batchColumn: batchColumn)
  let variables = try joinedVar(of: cells).selecting(rows: genes)
  try writeAnnData(to: path, cells: obs, genes: variables, adding: additions) { file in
    try file.writeDense(
      at: "X", rows: obs.names.count, columns: genes.count, rowsPerBlock: rowsPerBlock,
      values: values)
  }
}

extension File {
  /// Writes a table of numbers block by block, as anndata's `array`.
  ///
  /// - Parameters:
  ///   - name: The path in the file.
  ///   - rows: The number of rows.
  ///   - columns: The number of columns; at least 1.
  ///   - rowsPerBlock: The number of rows per request, or `nil` for about four million values.
  ///   - values: Returns the numbers of some rows; row-major.
  /// - Throws: `HDF5Error`, `CancellationError`, and errors of `values`.
  fileprivate func writeDense(
    at name: String, rows: Int, columns: Int, rowsPerBlock: Int?,
    values: (Range<Int>) throws -> [Float]
  ) throws {
    // Whole rows, about a quarter of a megabyte, so that reading a few cells inflates little else.
    let chunkRows = max(1, min(rows, (1 << 16) / columns))
    let dataset = try createDataset(
      name, of: Float.self, shape: [rows, columns],
      storage: StorageOptions(chunk: [chunkRows, columns], gzip: 2, shuffle: true))
    // Blocks of whole chunks, so that each is compressed once.
    let block = rowsPerBlock ?? max(1, (1 << 22) / columns / chunkRows) * chunkRows
    precondition(block > 0, "a block of \(block) rows")
    for first in stride(from: 0, to: rows, by: block) {
      try Task.checkCancellation()
      let part = first..<min(first + block, rows)
      try dataset.write(values(part), at: part)
    }
    try mark(name, .array)
  }
}

extension File {
  /// Writes a table as a new dataset, block by block.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - name: The dataset's path in the file.
  /// - Throws: `HDF5Error`.
  package func write(_ table: DenseTable, at name: String) throws(HDF5Error) {
    let dataset = try createDataset(
      name, of: Float.self, shape: [table.rows, table.columns])
    try table.forEachBlock { (rows, values) throws(HDF5Error) in
      try dataset.write(values, at: rows)
    }
  }
}
