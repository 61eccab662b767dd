internal import HDF5

/// What an `.h5ad` says about its cells beside their expression, which it need not have.
public struct CellTables: Sendable {
  /// The path of the file.
  public let path: String

  /// The cells' names, as stored; `[n]`.
  public let cellNames: [String]

  /// The names of the tables of `obsm` that can be read as numbers.
  public let embeddingNames: [String]

  private let obs: Table

  /// Opens a file and reads the names in it.
  ///
  /// - Parameter path: The file, an `.h5ad`.
  /// - Throws: ``CellFileError``, `HDF5Error`.
  public init(readingAt path: String) throws {
    self.path = path
    let format = try CellFileFormat(ofFileAt: path)
    guard format == .h5ad else {
      throw CellFileError.noEmbeddings(path: path, format: format.description)
    }
    let file = try File(readingAt: path)
    obs = try Table(named: "obs", in: file)
    cellNames = try obs.rowNames(in: file)
    guard !cellNames.isEmpty else { throw CellFileError.noCells(path: path) }
    guard try file.kind(of: "obsm") == .group else {
      embeddingNames = []
      return
    }
    embeddingNames = try file.children(of: "obsm").filter { name in
      guard try file.kind(of: "obsm/\(name)") == .dataset else { return false }
      let info = try file.info(of: "obsm/\(name)")
      return info.element.isNumeric && info.shape.count == 2
    }
  }

  /// The names of the columns of `obs`.
  public var columnNames: [String] { obs.columns }

  /// A column of `obs`.
  ///
  /// - Parameter name: The column's name.
  /// - Returns: The column, with a value for each cell.
  /// - Throws: ``CellFileError/noSuchColumn(path:table:column:columns:candidates:)``, and others.
  public func column(_ name: String) throws -> Column {
    guard columnNames.contains(name) else {
      throw CellFileError.noSuchColumn(
        path: path, table: "obs", column: name, columns: columnNames, candidates: [])
    }
    let column = try obs.column(name, in: File(readingAt: path))
    guard column.count == cellNames.count else {
      throw CellFileError.lengthMismatch(
        path: path, object: "obs/\(name)", found: column.count, expected: cellNames.count)
    }
    return column
  }

  /// A table of `obsm`.
  ///
  /// - Parameter name: The table's name, such as `X_pca`.
  /// - Returns: The table, with a row for each cell.
  /// - Throws: ``CellFileError/noSuchEmbedding(path:name:names:)``, and others.
  public func embedding(_ name: String) throws -> DenseTable {
    guard embeddingNames.contains(name) else {
      throw CellFileError.noSuchEmbedding(path: path, name: name, names: embeddingNames)
    }
    let file = try File(readingAt: path)
    let shape = try file.info(of: "obsm/\(name)").shape
    guard shape[0] == cellNames.count else {
      throw CellFileError.lengthMismatch(
        path: path, object: "obsm/\(name)", found: shape[0], expected: cellNames.count)
    }
    return DenseTable(
      rows: shape[0], columns: shape[1], values: try file.read("obsm/\(name)", as: Float.self))
  }
}
