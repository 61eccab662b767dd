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

  init(
    matrix: any RowBlockSource, cellNames: [String], genes: [Gene],
    obs: (any ColumnTable)? = nil, variables: (any ColumnTable)? = nil, columns: [Int32]? = nil,
    notices: [String] = []
  ) {
    (self.matrix, self.cellNames, self.genes) = (matrix, cellNames, genes)
    (self.obs, self.variables, self.columns, self.notices) = (obs, variables, columns, notices)
  }
}
