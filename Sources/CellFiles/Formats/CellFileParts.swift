internal import HDF5

/// The parts of an opened file, common to all formats.
struct CellFileParts {
  let matrix: any RowBlockSource
  let cellNames: [String]
  let genes: [Gene]
  var obs: (any ColumnTable)?
  var variables: (any ColumnTable)?

  /// The column of each stored feature, −1 if the feature is not read; `nil` if all are read.
  var columns: [Int32]?

  /// The type of each feature; `nil` if the file names no types.
  var featureTypes: [String]?

  /// The files beside the matrix that may be tables of its cells.
  var cellTables: [String] = []

  /// Notices about choices made by default, one sentence each.
  var notices: [String] = []

  /// Reads the structure of an HDF5 file.
  ///
  /// - Throws: ``CellFileError`` if the matrix does not exist or is damaged; `HDF5Error`.
  init(_ format: CellFileFormat, in file: borrowing File, options: ReadingOptions) throws {
    switch format {
    case .h5ad: try self.init(file, root: "", options: options)
    case .h5mu:
      let container = try MuData(in: file, options: options)
      try self.init(file, root: container.root, options: options)
      if let own = obs as? Table {
        do {
          obs = try MuDataTable(own: own, modality: container.modality, in: file)
        } catch {
          notices.append("the columns of the whole file's 'obs' are left out: \(error)")
        }
      }
      if let notice = container.notice { notices.append(notice) }
    case .tenXv2: self.init(try TenXMatrix(version2In: file, options: options))
    case .tenXv3: self.init(try TenXMatrix(version3In: file, options: options))
    case .loom:
      let read = try LoomContents(in: file, options: options)
      self.init(
        matrix: read.matrix, cellNames: read.cellNames, genes: read.genes, obs: read.obs,
        variables: read.variables, notices: read.notices)
    case .mtx: preconditionFailure("text is not read by HDF5")
    }
    if format != .h5ad && format != .h5mu {
      cellTables = CompanionSearch(of: file.path).cellTables(besides: [])
    }
    for (name, field) in [
      (options.companions.barcodes, "barcodes"), (options.companions.features, "features"),
    ] where name != nil {
      throw CellFileError.namesWithin(path: file.path, format: format.description, option: field)
    }
  }

  /// Reads the structure of a Matrix Market matrix and the names beside it.
  ///
  /// - Throws: ``CellFileError`` if files are missing or damaged; `HDF5Error.cannotOpen`.
  init(mtxAt path: String, options: ReadingOptions) throws {
    let read = try MarketFolder(readingAt: path, options: options)
    self.init(
      matrix: read.matrix, cellNames: read.cellNames, genes: read.genes,
      obs: HeldTable(name: "obs", frame: read.cells), variables: read.variables,
      columns: read.columns, notices: read.notices)
    featureTypes = read.featureTypes
    cellTables = read.cellTables
  }

  private init(
    matrix: any RowBlockSource, cellNames: [String], genes: [Gene],
    obs: (any ColumnTable)? = nil, variables: (any ColumnTable)? = nil, columns: [Int32]? = nil,
    notices: [String] = []
  ) {
    (self.matrix, self.cellNames, self.genes) = (matrix, cellNames, genes)
    (self.obs, self.variables, self.columns, self.notices) = (obs, variables, columns, notices)
  }

  /// Reads the structure of an AnnData, either a whole file or one within it.
  ///
  /// - Throws: ``CellFileError`` if the matrix does not exist or is damaged; `HDF5Error`.
  init(_ file: borrowing File, root: String, options: ReadingOptions) throws {
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

  private init(_ read: TenXMatrix) {
    self.init(
      matrix: read.matrix, cellNames: read.cellNames, genes: read.genes, columns: read.columns,
      notices: read.notices)
    featureTypes = read.featureTypes
  }
}
