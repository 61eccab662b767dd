internal import HDF5

/// Writes cells of files as one AnnData file, with values of their own for some of the genes.
///
/// `obs` has all columns of the inputs, as other new files do; `var` has the genes that there are
/// values for; `X` is a dense `array` of 32-bit floats, compressed in pieces of whole rows. The
/// values are asked for block by block and written as they come, so that they need not fit memory.
///
/// - Parameters:
///   - path: The `.h5ad` file to make, or to replace.
///   - cells: The files, joined.
///   - isKept: Which cells are written; `[cells.cellCount]`. The default is all.
///   - genes: The genes that there are values for, as numbers into `cells.genes`; `[f]`.
///   - sourceColumn: What the column of the sources is called; `nil`, the default, for none
///     beside those of the inputs.
///   - rowsPerBlock: How many cells are asked for at once; `nil`, the default, for some four
///     million values. What the file holds does not depend on it.
///   - additions: Tables for `obsm`, with a row for each cell that is written, and values
///     for `uns`.
///   - values: Gives the values of some rows of the file; `(rows, f)`, row-major.
/// - Throws: ``OutputError``; ``CellFileError`` and `HDF5Error`, where the inputs cannot be
///   read; what `values` throws. No half-written file is left.
public func writeJoined(
  to path: String, cells: JoinedCells, isKept: [Bool]? = nil, genes: [Int],
  sourceColumn: String? = nil, rowsPerBlock: Int? = nil, adding additions: AnnDataAdditions,
  values: (Range<Int>) throws -> [Float]
) throws {
  let obs = try joinedObs(of: cells, isKept: isKept, sourceColumn: sourceColumn)
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
  ///   - name: Where it goes.
  ///   - rows: The number of rows.
  ///   - columns: The number of columns; at least 1.
  ///   - rowsPerBlock: How many rows are asked for at once, or `nil` for some four million values.
  ///   - values: Gives the numbers of some rows; row-major.
  /// - Throws: `HDF5Error`, `CancellationError`, and what `values` throws.
  fileprivate func writeDense(
    at name: String, rows: Int, columns: Int, rowsPerBlock: Int?,
    values: (Range<Int>) throws -> [Float]
  ) throws {
    // Whole rows, about a quarter of a megabyte: a reader of some cells inflates little else.
    let chunkRows = max(1, min(rows, (1 << 16) / columns))
    let dataset = try createDataset(
      name, of: Float.self, shape: [rows, columns],
      storage: StorageOptions(chunk: [chunkRows, columns], gzip: 2, shuffle: true))
    // Blocks of whole chunks, so that none is compressed twice.
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
