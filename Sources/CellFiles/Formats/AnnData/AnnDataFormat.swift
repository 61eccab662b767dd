internal import HDF5

extension CellFileFormat {
  /// An AnnData in HDF5.
  package static let h5ad = CellFileFormat(AnnDataFormat(isInZarr: false))

  /// An AnnData in a zarr store.
  package static let zarr = CellFileFormat(AnnDataFormat(isInZarr: true))

  /// A flag that is true if files hold one AnnData, in HDF5 or in zarr.
  package var isAnnData: Bool { definition is AnnDataFormat }
}

/// The format of AnnData: a matrix with layers, and tables about cells and genes.
struct AnnDataFormat: ContainerFormat {
  /// A flag that is true for zarr stores, and false for HDF5.
  let isInZarr: Bool

  let holdsTables = true
  let selections: Set<MatrixSelection> = [.layer, .raw]

  var name: String { isInZarr ? "zarr" : "h5ad" }

  func recognizes(_ names: Set<String>, in file: borrowing Container) -> Bool {
    names.isSuperset(of: ["obs", "var"]) && file.isZarr == isInZarr
  }

  func parts(in file: borrowing Container, options: ReadingOptions) throws -> CellFileParts {
    try CellFileParts(file, root: "", options: options)
  }

  func matrices(in file: borrowing Container) throws -> MatrixList {
    MatrixList(readings: try Self.readings(in: file, root: "", ReadingOptions()))
  }

  func paths(ofMatricesBeside matrix: String, in file: borrowing Container) throws -> [String] {
    try Self.paths(in: file, root: "")
  }

  /// Returns the paths of the matrices of an AnnData, which may be damaged.
  static func paths(in file: borrowing Container, root: String) throws -> [String] {
    let raw = try? AnnDataPlace.raw(in: file, root: root)
    return try ["\(root)X"]
      + AnnDataPlace.layers(in: file, root: root).map { "\(root)layers/\($0)" }
      + [raw?.matrix].compactMap(\.self)
  }

  /// Returns the options that read each matrix of an AnnData; if there are none, opening throws the
  /// error.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - root: The path of the AnnData in the file, empty or with a trailing slash.
  ///   - options: The options that select the AnnData.
  /// - Returns: The options, the matrix itself first.
  /// - Throws: `HDF5Error` if the file is damaged.
  static func readings(
    in file: borrowing Container, root: String, _ options: ReadingOptions
  ) throws -> [ReadingOptions] {
    var layers: [ReadingOptions] = []
    for layer in try AnnDataPlace.layers(in: file, root: root)
    where (try? AnnDataPlace.holdsMatrix("\(root)layers/\(layer)", file)) ?? true {
      var reading = options
      reading.layer = layer
      layers.append(reading)
    }
    let tables = try ObsmTable.proteinKeys(in: file, root: root).map { key in
      var reading = options
      reading.layer = ReadingOptions.obsmPrefix + key
      return reading
    }
    var raw = options
    raw.useRaw = true
    let hasRaw = (try? CellFileParts(file, root: root, options: raw)) != nil
    let main = (try? AnnDataPlace.holdsMatrix("\(root)X", file)) ?? true ? [options] : []
    let found = main + layers + (hasRaw ? [raw] : []) + tables
    return found.isEmpty && root.isEmpty ? [options] : found
  }
}

extension CellFileParts {
  /// Reads the structure of an AnnData, either a whole file or one within it.
  ///
  /// - Throws: ``CellFileError`` if the matrix does not exist or is damaged; `HDF5Error`.
  init(_ file: borrowing Container, root: String, options: ReadingOptions) throws {
    if root.isEmpty, !options.needsCounts {
      try self.init(withoutCounts: file)
      return
    }
    if let key = options.obsmKey {
      try self.init(obsm: key, in: file, root: root)
      return
    }
    let place = try AnnDataPlace(in: file, options: options, root: root)
    let obs = try Table(named: "\(root)obs", in: file)
    let variables = try Table(named: place.variables, in: file)
    let cellNames = try obs.rowNames(in: file)
    let genes = try variables.rowNames(in: file).map { Gene(name: $0) }
    self.init(
      matrix: try StoredMatrix(
        named: place.matrix, in: file, cells: cellNames.count, genes: genes.count),
      cellNames: cellNames, genes: genes, obs: obs, variables: variables)
  }

  /// Reads the tables of an AnnData, with a table of `obsm` as the matrix.
  ///
  /// - Throws: ``CellFileError`` if the table does not exist or is no table of numbers; `HDF5Error`.
  private init(obsm key: String, in file: borrowing Container, root: String) throws {
    let obs = try Table(named: "\(root)obs", in: file)
    let cellNames = try obs.rowNames(in: file)
    let table = try ObsmTable(key, in: file, root: root, cells: cellNames.count)
    self.init(
      matrix: table.matrix, cellNames: cellNames,
      genes: table.columnNames.map { Gene(name: $0) }, obs: obs)
  }

  /// Reads the tables of an AnnData file, whose matrix is not opened and may be absent.
  ///
  /// - Throws: ``CellFileError`` or `HDF5Error` if a table is damaged.
  private init(withoutCounts file: borrowing Container) throws {
    let obs = try Table(named: "obs", in: file)
    let variables = try Table(named: "var", in: file)
    self.init(
      matrix: UnreadMatrix(path: file.path), cellNames: try obs.rowNames(in: file),
      genes: try variables.rowNames(in: file).map { Gene(name: $0) }, obs: obs,
      variables: variables)
  }
}
