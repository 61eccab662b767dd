package import HDF5

/// A file with an expression matrix and tables about its cells and genes.
///
/// The value describes the file's contents; the file itself is open only during reads.
///
///     let file = try CellFile(readingAt: "pbmc.h5ad")
///     print(file.cellCount, "cells ×", file.geneCount, "genes")
///     try file.forEachRowBlock(as: Float.self) { block in … }
package struct CellFile: Sendable, ExpressionMatrix {
  /// The file's path, as the caller gave it.
  package let path: String

  /// The file's format, recognized by its contents.
  package let format: CellFileFormat

  /// The options given when the file was opened.
  package private(set) var options: ReadingOptions

  /// The name of each row: the index of `obs`, or the barcode; `[cellCount]`.
  package let cellNames: CellNames

  /// The genes, one per column; `[geneCount]`.
  package let genes: [Gene]

  /// The type of each feature, such as `"Gene Expression"`; `[geneCount]`, or `nil` if the file, or
  /// a folder, names no types.
  package let featureTypes: [String]?

  /// The storage of the matrix in the file.
  package var storage: MatrixStorage { matrix.storage }

  /// A flag that is true if the values are stored as whole numbers.
  package var isInteger: Bool { storage.isInteger }

  /// The path of the matrix in the file: `X`, `layers/counts`, `raw/X`, `matrix` or `mod/rna/X`;
  /// for Matrix Market the file's name.
  package var matrixName: String { matrix.name }

  /// The names of the columns of `obs`, in order.
  ///
  /// For a 10x file or folder these come from a table beside it or from barcode suffixes. The
  /// columns of ``labels`` come first.
  package let columnNames: [String]

  /// The names of the columns of `var` or `raw/var`, in order; empty for a 10x file.
  package var varColumnNames: [String] { variables?.columns ?? [] }

  /// The path of the table of the genes in an `.h5ad`, such as `var` or `raw/var`; for a table of
  /// `obsm`, whose columns no table describes, a path that no file has.
  package var geneTable: String {
    options.obsmKey == nil
      ? ["raw/X": "raw/var", "raw.X": "raw.var"][matrixName] ?? "var" : "\(matrixName)/var"
  }

  /// The columns of ``columnNames`` that come from a file beside this one or from the barcodes.
  package let addedColumns: DataFrame

  let matrix: any RowBlockSource
  let obs: (any ColumnTable)?
  let variables: (any ColumnTable)?

  /// A column of `obs` that has one label for all cells of a file.
  package struct Label: Sendable, Equatable {
    /// The column's name.
    package var column: String

    /// The label; `nil` if it is missing.
    package var value: String?

    /// Makes a label from its parts.
    package init(column: String, value: String?) {
      self.column = column
      self.value = value
    }
  }

  /// The columns of `obs` with one value for all cells, from the sample sheet.
  package let labels: [Label]

  /// The path of the counts; for a folder, the path of the matrix file in it.
  package var matrixPath: String { matrix.path }

  /// Notices about choices made by default, one sentence each.
  package let notices: [String]

  /// The column of each stored feature, −1 if the feature is not read; `nil` if all are read.
  private let columns: [Int32]?

  /// Opens the file at `path` and reads its structure.
  ///
  /// - Parameters:
  ///   - path: The file's path; for Matrix Market also the folder's path.
  ///   - options: The options that select the matrix. The default is `ReadingOptions()`.
  /// - Throws: ``CellFileError`` if the file has no such matrix or is damaged; `HDF5Error` if the
  ///   file cannot be opened.
  package init(readingAt path: String, options: ReadingOptions = .init()) throws {
    try self.init(readingAt: path, options: options, labels: [])
  }

  /// Opens the file at `path`, with columns of `obs` that have one label for all of its cells.
  ///
  /// - Parameters:
  ///   - path: The file's path; for Matrix Market also the folder's path.
  ///   - options: The options that select the matrix.
  ///   - labels: The columns, which replace columns of the file with the same names.
  ///   - told: Notices about the options, for this file. The default is none.
  /// - Throws: ``CellFileError`` if the file has no such matrix or is damaged; `HDF5Error` if the
  ///   file cannot be opened.
  package init(
    readingAt path: String, options: ReadingOptions, labels: [Label], notices told: [String] = []
  ) throws {
    let format = try CellFileFormat(ofFileAt: path)
    let selections = format.definition.selections
    try options.check(selections, ofFileAt: path)
    let parts = try format.definition.parts(ofFileAt: path, options: options)
    guard !parts.cellNames.isEmpty else { throw CellFileError.noCells(path: path) }
    guard !parts.genes.isEmpty || !options.needsCounts else {
      throw CellFileError.noGenes(path: path)
    }
    self.path = path
    self.format = format
    self.options = options
    cellNames = CellNames(parts.cellNames)
    let named = try NamedGenes(
      parts.genes, variables: parts.variables, format: format, path: path)
    genes = named.genes
    featureTypes = parts.featureTypes
    matrix = parts.matrix
    let added = try AddedColumns(
      to: parts, format, ofFileAt: path, given: options.companions.cellTable)
    let isExtended = !added.frame.columns.isEmpty
    addedColumns = isExtended ? added.frame : DataFrame(names: [])
    obs = isExtended ? ExtendedTable(own: parts.obs, added: added.frame) : parts.obs
    variables = parts.variables
    columns = parts.columns
    self.labels = labels
    let given = labels.map(\.column)
    columnNames = given + (obs?.columns ?? []).filter { !given.contains($0) }
    let replaced = labels.map(\.column).filter { parts.obs?.columns.contains($0) ?? false }
    let outdated = added.frame.columns.map(\.name).filter {
      parts.obs?.columns.contains($0) ?? false
    }
    let types = parts.featureTypes ?? typesInTable(parts.variables, ofFileAt: path)
    let noticeOfTypes =
      selections.contains(.featureType) && types != nil || !options.needsCounts
      ? nil : try options.check(types: types, ofFileAt: path)
    notices =
      told + parts.notices + [noticeOfTypes].compactMap(\.self) + named.notices + added.notices
      + outdated.map { "column '\($0)' of the table replaces that of '\(path)'" }
      + replaced.map { "column '\($0)' of the sample sheet replaces that of '\(path)'" }
  }

  /// Returns the same matrix, read in blocks of another size.
  ///
  /// - Parameter values: The maximum number of stored values in a block of rows, unless one row has
  ///   more.
  /// - Returns: The file, which is not opened again.
  package func inBlocks(of values: Int) -> CellFile {
    var file = self
    file.options.blockValues = values
    return file
  }

  /// The number of cells.
  package var cellCount: Int { cellNames.count }

  /// The number of genes.
  package var geneCount: Int { genes.count }

  /// Reads a column of `obs`.
  ///
  /// - Parameter name: The column's name, one of ``columnNames``.
  /// - Returns: The values; `[cellCount]`.
  /// - Throws: ``CellFileError/noSuchColumn(path:table:column:columns:candidates:)`` if the column
  ///   does not exist; other errors if it is damaged.
  package func column(_ name: String) throws -> Column {
    if let label = labels.first(where: { $0.column == name }) {
      return .categorical(
        codes: [Int32](repeating: label.value == nil ? -1 : 0, count: cellCount),
        categories: [label.value].compactMap(\.self), ordered: false)
    }
    guard let obs, columnNames.contains(name) || obs.reads(name) else {
      throw CellFileError.noSuchColumn(
        path: path, table: "obs", column: name, columns: columnNames,
        candidates: batchKeyCandidates())
    }
    return try column(name, of: obs, rows: cellCount)
  }

  /// Reads an optional column of `obs`.
  ///
  /// - Parameter name: The column's name, one of ``columnNames``.
  /// - Returns: The values, or a sentence with the reason why the column is left out.
  package func columnIfReadable(_ name: String) -> (column: Column?, reason: String?) {
    do {
      return (try column(name), nil)
    } catch {
      return (nil, "the column '\(name)' is left out: \(error)")
    }
  }

  /// Reads a column of `var` or `raw/var`.
  ///
  /// - Parameter name: The column's name, one of ``varColumnNames``.
  /// - Returns: The values; `[geneCount]`.
  /// - Throws: ``CellFileError/noSuchColumn(path:table:column:columns:candidates:)`` if the column
  ///   does not exist; other errors if it is damaged.
  package func varColumn(_ name: String) throws -> Column {
    guard let variables, varColumnNames.contains(name) else {
      throw CellFileError.noSuchColumn(
        path: path, table: "var", column: name, columns: varColumnNames, candidates: [])
    }
    return try column(name, of: variables, rows: geneCount)
  }

  /// Calls `body` with every block of rows, in order, each row exactly once.
  ///
  /// Blocks hold at most ``ReadingOptions/blockValues`` values, unless a single row holds more. In
  /// any storage layout, rows have genes in ascending order and no zeros. While `body` runs,
  /// ``ReadingOptions/threads`` threads read the next blocks.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - body: The closure that receives each block.
  /// - Throws: ``CellFileError`` or `HDF5Error` if reading fails; rethrows errors of `body`.
  package func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    try forEachRowBlock(as: type, map: { $0 }, body)
  }

  /// Calls `body` with the result of `map` for every block of rows, in order.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - map: The closure called once for each block, on any of the reading threads.
  ///   - body: The closure that receives the results, on the calling thread.
  /// - Throws: ``CellFileError`` or `HDF5Error` if reading fails; rethrows errors of `map` and
  ///   `body`.
  package func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, map: @Sendable (RowBlock<Value>) throws -> Result,
    _ body: (Result) throws -> Void
  ) throws {
    try matrix.forEachRowBlock(as: type, columns: columns, options: options, map: map, body)
  }

  private func column(_ name: String, of table: any ColumnTable, rows: Int) throws -> Column {
    let column = try table.column(name, ofFileAt: path)
    guard column.count == rows else {
      throw CellFileError.lengthMismatch(
        path: path, object: "\(table.name)/\(name)", found: column.count, expected: rows)
    }
    return column
  }
}
