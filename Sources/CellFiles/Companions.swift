/// The files that name the cells and genes of a matrix, or say more about its cells.
///
/// Those of a matrix in Matrix Market's format are found beside it. What is named here takes the
/// place of what would be found.
public struct Companions: Sendable, Equatable {
  /// The file with the names of the cells, in the order of the matrix; only for a matrix in Matrix
  /// Market's format.
  ///
  /// The default is `nil`: it is found.
  public var barcodes: String?

  /// The file with the identifiers and symbols of the genes, in the order of the matrix; only for a
  /// matrix in Matrix Market's format.
  ///
  /// The default is `nil`: it is found.
  public var features: String?

  /// The table with a row for each cell, found by its name, whose columns become columns of `obs`;
  /// or the `aggregation.csv` of `cellranger aggr`, with a row for each suffix of the barcodes.
  ///
  /// The default is `nil`: a table beside a matrix in Matrix Market's format is taken where it names
  /// all cells, and an `aggregation.csv` where its rows fit the suffixes.
  public var cellTable: String?

  /// Names no files.
  public init() {}

  /// What is named here, or else there.
  func or(_ other: Companions) -> Companions {
    var both = self
    both.barcodes = barcodes ?? other.barcodes
    both.features = features ?? other.features
    both.cellTable = cellTable ?? other.cellTable
    return both
  }
}
