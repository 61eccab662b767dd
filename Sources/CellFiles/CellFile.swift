public import HDF5

/// A file with an expression matrix and what is said about its cells and genes.
///
/// A value of what was found in the file; the file itself is open only while
/// something is read from it.
///
///     let file = try CellFile(readingAt: "pbmc.h5ad")
///     print(file.cellCount, "cells ×", file.geneCount, "genes")
///     try file.forEachRowBlock(as: Float.self) { block in … }
public struct CellFile: Sendable, ExpressionMatrix {
  /// Where the file lies, as the caller gave it.
  public let path: String

  /// What kind of file it is, judged by its contents.
  public let format: CellFileFormat

  /// The options it was opened with.
  public private(set) var options: ReadingOptions

  /// The name of each row: the index of `obs`, or the barcode; `[cellCount]`.
  public let cellNames: [String]

  /// The columns; `[geneCount]`.
  public let genes: [Gene]

  /// The type of each feature, such as `"Gene Expression"`; `[geneCount]`, or `nil` where the file,
  /// or a folder, names no types.
  public let featureTypes: [String]?

  /// How the matrix lies in the file.
  public var storage: MatrixStorage { matrix.storage }

  /// Whether the values are stored as whole numbers.
  public var isInteger: Bool { storage.isInteger }

  /// The path of the matrix in the file: `X`, `layers/counts`, `raw/X`, `matrix`,
  /// `mod/rna/X`; the file's name for Matrix Market's format.
  public var matrixName: String { matrix.name }

  /// The names of the columns of `obs`, in their order; of a 10x file or folder those that a table
  /// beside it or the suffixes of the barcodes give.
  ///
  /// Those of ``labels`` come first.
  public let columnNames: [String]

  /// The names of the columns of `var`, or `raw/var`, in their order; none for a 10x file.
  public var varColumnNames: [String] { variables?.columns ?? [] }

  /// The columns of ``columnNames`` that come from a file beside this one, or from the barcodes.
  package let addedColumns: DataFrame

  let matrix: any RowBlockSource
  let obs: (any ColumnTable)?
  let variables: (any ColumnTable)?

  /// A column of `obs` that has one label for all cells of a file.
  public struct Label: Sendable, Equatable {
    /// The column's name.
    public var column: String

    /// The label; `nil` where it is missing.
    public var value: String?

    /// Makes a label of its parts.
    public init(column: String, value: String?) {
      self.column = column
      self.value = value
    }
  }

  /// What was said of all of the file's cells when it was opened.
  public let labels: [Label]

  /// Where the counts are: of a folder, the file in it.
  var matrixPath: String { matrix.path }

  /// What was chosen or made up without being asked for, a sentence each.
  public let notices: [String]

  /// The column of each stored feature, −1 where it is not read; `nil` where all are.
  private let columns: [Int32]?

  /// Opens the file at `path`, and finds out what is in it.
  ///
  /// - Parameters:
  ///   - path: Where the file lies; of a matrix in Matrix Market's format also its folder.
  ///   - options: Which matrix is read.
  /// - Throws: ``CellFileError``, where the file holds no such matrix, or is damaged;
  ///   `HDF5Error`, where it cannot be opened.
  public init(readingAt path: String, options: ReadingOptions = .init()) throws {
    try self.init(readingAt: path, options: options, labels: [])
  }

  /// Opens the file at `path`, with columns of `obs` that have one label for all of its cells.
  ///
  /// - Parameters:
  ///   - path: Where the file lies; of a matrix in Matrix Market's format also its folder.
  ///   - options: Which matrix is read.
  ///   - labels: The columns, which take the place of the file's own of the same names.
  /// - Throws: ``CellFileError``, where the file holds no such matrix, or is damaged;
  ///   `HDF5Error`, where it cannot be opened.
  public init(readingAt path: String, options: ReadingOptions, labels: [Label]) throws {
    let format = try CellFileFormat(ofFileAt: path)
    let parts =
      format == .mtx
      ? try CellFileParts(mtxAt: path, options: options)
      : try CellFileParts(format, in: File(readingAt: path), options: options)
    guard !parts.cellNames.isEmpty else { throw CellFileError.noCells(path: path) }
    guard !parts.genes.isEmpty else { throw CellFileError.noGenes(path: path) }
    self.path = path
    self.format = format
    self.options = options
    cellNames = parts.cellNames
    let named = try NamedGenes(
      parts.genes, variables: parts.variables, format: format, path: path)
    genes = named.genes
    featureTypes = parts.featureTypes
    matrix = parts.matrix
    let added = try AddedColumns(
      to: parts, format, ofFileAt: path, given: options.companions.cellTable)
    addedColumns = added.frame
    let isExtended = !added.frame.columns.isEmpty
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
    notices =
      parts.notices + named.notices + added.notices
      + outdated.map { "the table's '\($0)' takes the place of that in '\(path)'" }
      + replaced.map { "the sample sheet's '\($0)' takes the place of that in '\(path)'" }
  }

  /// The same matrix, read in pieces of another size.
  ///
  /// - Parameter values: How many stored values a block of rows holds at most, unless one row holds
  ///   more.
  /// - Returns: The file, which is not opened again.
  public func inBlocks(of values: Int) -> CellFile {
    var file = self
    file.options.blockValues = values
    return file
  }

  /// The number of cells.
  public var cellCount: Int { cellNames.count }

  /// The number of genes.
  public var geneCount: Int { genes.count }

  /// Reads a column of `obs`.
  ///
  /// - Parameter name: Its name, one of ``columnNames``.
  /// - Returns: Its values; `[cellCount]`.
  /// - Throws: ``CellFileError/noSuchColumn(path:table:column:columns:candidates:)``,
  ///   where there is none of that name; others, where it is damaged.
  public func column(_ name: String) throws -> Column {
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

  /// Reads a column of `obs` that nothing depends on.
  ///
  /// - Parameter name: Its name, one of ``columnNames``.
  /// - Returns: Its values, or a sentence that tells why it is left out.
  public func columnIfReadable(_ name: String) -> (column: Column?, reason: String?) {
    do {
      return (try column(name), nil)
    } catch {
      return (nil, "the column '\(name)' is left out: \(error)")
    }
  }

  /// Reads a column of `var`, or of `raw/var`.
  ///
  /// - Parameter name: Its name, one of ``varColumnNames``.
  /// - Returns: Its values; `[geneCount]`.
  /// - Throws: ``CellFileError/noSuchColumn(path:table:column:columns:candidates:)``,
  ///   where there is none of that name; others, where it is damaged.
  public func varColumn(_ name: String) throws -> Column {
    guard let variables, varColumnNames.contains(name) else {
      throw CellFileError.noSuchColumn(
        path: path, table: "var", column: name, columns: varColumnNames, candidates: [])
    }
    return try column(name, of: variables, rows: geneCount)
  }

  /// Calls `body` with every block of rows, in order, each row exactly once.
  ///
  /// Blocks hold at most ``ReadingOptions/blockValues`` values, unless a single row
  /// holds more. Rows come with genes in ascending order and without zeros,
  /// however they are stored. While `body` is at work, the next blocks are read on
  /// ``ReadingOptions/threads``.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - body: What is done with a block.
  /// - Throws: ``CellFileError`` or `HDF5Error`, where reading fails; whatever `body` throws.
  public func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    try forEachRowBlock(as: type, map: { $0 }, body)
  }

  /// Calls `body` with what `map` makes of every block of rows, in order.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - map: Is called for each block once, on any of the reading threads.
  ///   - body: What is done with the result, on the calling thread.
  /// - Throws: ``CellFileError`` or `HDF5Error`, where reading fails; whatever `map` and `body`
  ///   throw.
  public func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
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
