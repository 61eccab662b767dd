internal import HDF5

/// A matrix of cells and genes in a file: its path, storage and validated shape.
struct StoredMatrix: Sendable {
  /// The file's path.
  let path: String

  /// The matrix's path in the file, such as `layers/counts`.
  let name: String

  /// The number of cells.
  let rows: Int

  /// The number of genes, including those that are not read.
  let columns: Int

  /// The storage of the matrix, seen as `(cells, genes)`.
  let storage: MatrixStorage

  /// The path of the stored values.
  var valuesName: String { Self.isWhole(storage.layout) ? name : "\(name)/data" }

  /// Returns whether a layout stores every value in one array.
  private static func isWhole(_ layout: MatrixStorage.Layout) -> Bool {
    layout == .dense || layout == .denseByGene
  }

  /// Describes a matrix that anndata wrote.
  ///
  /// - Parameters:
  ///   - name: The path of an existing object in the file.
  ///   - file: The file.
  ///   - cells: The number of cell names.
  ///   - genes: The number of gene names.
  /// - Throws: ``CellFileError`` if the matrix has another shape or is damaged.
  init(named name: String, in file: borrowing Container, cells: Int, genes: Int) throws {
    let layout: MatrixStorage.Layout
    let shape: [Int]
    if try file.kind(of: name) == .dataset {
      layout = .dense
      shape = try file.info(of: name).shape
    } else {
      layout = try Self.sparseLayout(of: name, in: file)
      let stored =
        try file.attribute("shape", of: name) ?? file.attribute("h5sparse_shape", of: name)
      shape = stored?.integers?.map { Int($0) } ?? [cells, genes]
    }
    guard shape.count == 2 else {
      throw CellFileError.notTwoDimensional(path: file.path, object: name, shape: shape)
    }
    try self.init(
      named: name, in: file, layout: layout, rows: shape[0], columns: shape[1])
    guard rows == cells, columns == genes else {
      throw CellFileError.shapeMismatch(
        path: path, object: name, found: shape, cells: cells, genes: genes)
    }
    if layout != .dense { try checkWhole(in: file) }
  }

  /// Describes a matrix of known layout and shape.
  ///
  /// - Throws: ``CellFileError`` if it is damaged.
  init(
    named name: String, in file: borrowing Container, layout: MatrixStorage.Layout, rows: Int,
    columns: Int
  ) throws {
    self.path = file.path
    self.name = name
    self.rows = rows
    self.columns = columns
    let info = try file.info(of: Self.isWhole(layout) ? name : "\(name)/data")
    guard info.element.isNumeric else {
      throw HDF5Error.wrongElements(
        name: Self.isWhole(layout) ? name : "\(name)/data", path: file.path, expected: "numbers",
        found: info.element)
    }
    storage = MatrixStorage(
      layout: layout, element: info.element, storedCount: info.count, chunk: info.chunk,
      filters: info.filters, storedBytes: info.storedBytes)
    guard max(rows, columns) < Int(Int32.max), min(rows, columns) >= 0 else {
      throw CellFileError.absurdShape(path: path, object: name, found: [rows, columns])
    }
  }

  /// Returns the layout that the attributes of a group state.
  private static func sparseLayout(
    of name: String, in file: borrowing Container
  ) throws -> MatrixStorage.Layout {
    let encoding =
      try file.attribute("encoding-type", of: name) ?? file.attribute("h5sparse_format", of: name)
    switch encoding?.string {
    case "csr_matrix", "csr": return .csr
    case "csc_matrix", "csc": return .csc
    case let other:
      throw CellFileError.unknownEncoding(
        path: file.path, object: name, found: other.map { "'\($0)'" } ?? "a group")
    }
  }
}
