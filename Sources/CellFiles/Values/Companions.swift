/// The files that name the cells and genes of a matrix, or describe its cells.
///
/// Those of a Matrix Market matrix are found beside it. A file given here replaces the one that
/// would be found.
public struct Companions: Sendable, Equatable {
  /// The file with the names of the cells, in the order of the matrix; only for a Matrix Market
  /// matrix.
  ///
  /// The default is `nil`, which searches for it.
  public var barcodes: String?

  /// The file with the identifiers and symbols of the genes, in the order of the matrix; only for a
  /// Matrix Market matrix.
  ///
  /// The default is `nil`, which searches for it.
  public var features: String?

  /// The table whose columns are added to `obs`.
  ///
  /// It has one row per cell, matched by name. It can also be the `aggregation.csv` of `cellranger
  /// aggr`, with one row per barcode suffix. The default is `nil`: a table beside a Matrix Market
  /// matrix is used if it names all cells, and an `aggregation.csv` if its rows match the suffixes.
  public var cellTable: String?

  /// Makes a value without files.
  public init() {}

  /// Returns these files, with those of `other` where none is given here.
  func or(_ other: Companions) -> Companions {
    var both = self
    both.barcodes = barcodes ?? other.barcodes
    both.features = features ?? other.features
    both.cellTable = cellTable ?? other.cellTable
    return both
  }
}
