public import HDF5

/// The storage of an expression matrix in its file.
public struct MatrixStorage: Sendable, Equatable {
  /// The order of the stored values of a `(cells, genes)` matrix.
  public enum Layout: String, Sendable, CustomStringConvertible {
    /// Compressed rows, cell by cell.
    case csr

    /// Compressed columns, gene by gene.
    case csc

    /// All values including zeros, row by row.
    case dense

    /// All values including zeros, gene by gene, as in loom files.
    case denseByGene = "dense by gene"

    /// A text file with one line for each nonzero value.
    case mtx

    /// The layout's usual abbreviation.
    public var description: String { rawValue }
  }

  /// The order of the stored values.
  public var layout: Layout

  /// The type of the values.
  public var element: ElementType

  /// The number of stored values; for compressed rows or columns, the number of nonzero values.
  public var storedCount: Int

  /// The shape of a chunk; `nil` for contiguous storage.
  public var chunk: [Int]?

  /// The HDF5 identifiers of the filters in the order of writing: 1 is gzip.
  public var filters: [Int]

  /// The bytes of the stored values, without the indices.
  public var storedBytes: Int

  /// A flag that is true if the type of the values is an integer type.
  public var isInteger: Bool {
    switch element {
    case .integer, .boolean: true
    default: false
    }
  }
}
