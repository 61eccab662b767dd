public import HDF5

/// How an expression matrix lies in its file.
public struct MatrixStorage: Sendable, Equatable {
  /// The order of the stored values, seen as `(cells, genes)`.
  public enum Layout: String, Sendable, CustomStringConvertible {
    /// Compressed rows: all of one cell after another.
    case csr

    /// Compressed columns: all of one gene after another.
    case csc

    /// Every value, zeros too, row by row.
    case dense

    /// Every value, zeros too, gene by gene, as loom files have it.
    case denseByGene = "dense by gene"

    /// A text file with a line for each value that is not zero.
    case mtx

    /// The layout's usual abbreviation.
    public var description: String { rawValue }
  }

  /// The order of the stored values.
  public var layout: Layout

  /// What the values are.
  public var element: ElementType

  /// How many values are stored; with compression of rows or columns, those that
  /// are not zero.
  public var storedCount: Int

  /// The shape of the pieces that are stored one by one; `nil` for one piece.
  public var chunk: [Int]?

  /// HDF5's numbers of the filters in the order of writing: 1 is gzip.
  public var filters: [Int]

  /// The bytes that the values take in the file, without the indices.
  public var storedBytes: Int

  /// Whether the values are stored as whole numbers, so that none has to be
  /// looked at to know it.
  public var isInteger: Bool {
    switch element {
    case .integer, .boolean: true
    default: false
    }
  }
}
