internal import HDF5

/// The tables about cells in an `.h5ad` file or a zarr store, which may lack an expression matrix.
package struct CellTables: Sendable {
  /// The path of the file.
  package let path: String

  /// The stored names of the cells; `[n]`.
  package let cellNames: CellNames

  /// The names of the objects in `obsm` that can be read as numbers.
  package let embeddingNames: [String]

  /// The number of genes; 0 if the file does not say.
  package let geneCount: Int

  private let obs: ExtendedTable

  /// Opens a file and reads the names in it.
  ///
  /// - Parameters:
  ///   - path: The `.h5ad` file, or the zarr store.
  ///   - cellTable: A table with one row per cell, whose columns come before those of `obs`. The
  ///     default is `nil`, for no table.
  /// - Throws: ``CellFileError``, `HDF5Error`.
  package init(readingAt path: String, cellTable: String? = nil) throws {
    self.path = path
    let format = try CellFileFormat(ofFileAt: path)
    guard format.isAnnData else {
      throw CellFileError.noEmbeddings(path: path, format: format.description)
    }
    let file = try Container(readingAt: path)
    let own = try Table(named: "obs", in: file)
    let names = try own.rowNames(in: file)
    cellNames = CellNames(names)
    guard !names.isEmpty else { throw CellFileError.noCells(path: path) }
    let added = try cellTable.map {
      try CellTable(DelimitedTable(readingAt: $0), joinedTo: names, ofFileAt: path).frame
    }
    geneCount = (try? Table(named: "var", in: file).rowNames(in: file).count) ?? 0
    obs = ExtendedTable(own: own, added: added ?? DataFrame(names: []))
    guard try file.kind(of: "obsm") == .group else {
      embeddingNames = []
      return
    }
    // Reading an unreadable object on request throws its error.
    embeddingNames = try file.children(of: "obsm").filter { name in
      (try? ObsmContents(of: "obsm/\(name)", in: file))?.isReadable ?? false
    }
  }

  /// The names of the columns of `obs`.
  package var columnNames: [String] { obs.columns }

  /// Reads a column of `obs`.
  ///
  /// - Parameter name: The column's name.
  /// - Returns: The column, with one value per cell.
  /// - Throws: ``CellFileError/noSuchColumn(path:table:column:columns:candidates:)``, and other
  ///   errors of reading.
  package func column(_ name: String) throws -> Column {
    guard columnNames.contains(name) else {
      throw CellFileError.noSuchColumn(
        path: path, table: "obs", column: name, columns: columnNames, candidates: [])
    }
    let column = try obs.column(name, ofFileAt: path)
    guard column.count == cellNames.count else {
      throw CellFileError.lengthMismatch(
        path: path, object: "obs/\(name)", found: column.count, expected: cellNames.count)
    }
    return column
  }

  /// Reads a table of `obsm`: an array, or a data frame of numbers.
  ///
  /// - Parameter name: The table's name, such as `X_pca`.
  /// - Returns: The table, with one row per cell.
  /// - Throws: ``CellFileError/noSuchEmbedding(path:name:names:)``, and other errors of reading.
  package func embedding(_ name: String) throws -> DenseTable {
    var values: [Float] = []
    try forEachRowBlock(ofEmbedding: name) { values += $0 }
    return DenseTable(
      rows: cellNames.count, columns: try dimensions(ofEmbedding: name), values: values)
  }

  /// Returns the number of columns of a table of `obsm`.
  ///
  /// - Parameter name: The table's name.
  /// - Returns: The number of columns.
  /// - Throws: The errors of ``embedding(_:)``, except those of its values.
  package func dimensions(ofEmbedding name: String) throws -> Int {
    let file = try Container(readingAt: path)
    switch try readableContents(of: name, in: file) {
    case .array:
      let shape = try file.info(of: "obsm/\(name)").shape
      try requireRows(shape[0], "obsm/\(name)")
      return shape[1]
    case .frame(let frame):
      for column in frame.columns {
        let object = "obsm/\(name)/\(column)"
        try requireRows(try file.info(of: object).rowCount, object)
      }
      return frame.columns.count
    }
  }

  /// Reads a table of `obsm` some rows at a time.
  ///
  /// - Parameters:
  ///   - name: The table's name.
  ///   - body: Receives the values of consecutive rows, row-major.
  /// - Throws: The errors of ``embedding(_:)``; rethrows errors of `body`.
  package func forEachRowBlock(
    ofEmbedding name: String, _ body: ([Float]) throws -> Void
  ) throws {
    let columns = try dimensions(ofEmbedding: name)
    let file = try Container(readingAt: path)
    let place = "obsm/\(name)"
    switch try readableContents(of: name, in: file) {
    case .array:
      let dataset = try file.dataset(place)
      // Whole chunks, because a chunk is decoded again for each read.
      let chunk = max(1, dataset.info.chunk?.first ?? 1)
      let size = max(1, Self.blockValues / max(1, columns) / chunk) * chunk
      for first in stride(from: 0, to: cellNames.count, by: size) {
        try body(dataset.read(first..<min(first + size, cellNames.count), as: Float.self))
      }
    case .frame(let frame):
      var values = [Float](repeating: 0, count: cellNames.count * columns)
      for (number, column) in frame.columns.enumerated() {
        let numbers = try file.read("\(place)/\(column)", as: Float.self)
        for (row, value) in numbers.enumerated() { values[row * columns + number] = value }
      }
      try body(values)
    }
  }

  /// The number of values that are read together, unless a chunk has more.
  private static let blockValues = 1 << 20

  /// The contents of an object in `obsm` that can be read.
  private enum Readable {
    case array
    case frame(Table)
  }

  private func readableContents(
    of name: String, in file: borrowing Container
  ) throws -> Readable {
    let isMember = try file.kind(of: "obsm") == .group && file.hasLink(name, in: "obsm")
    switch isMember ? try ObsmContents(of: "obsm/\(name)", in: file) : nil {
    case .array: return .array
    case .frame(let frame): return .frame(frame)
    case .other(let found):
      throw CellFileError.unreadableEmbedding(
        path: path, name: name, found: found, names: embeddingNames)
    case nil:
      throw CellFileError.noSuchEmbedding(path: path, name: name, names: embeddingNames)
    }
  }

  private func requireRows(_ found: Int, _ object: String) throws {
    guard found == cellNames.count else {
      throw CellFileError.lengthMismatch(
        path: path, object: object, found: found, expected: cellNames.count)
    }
  }
}
