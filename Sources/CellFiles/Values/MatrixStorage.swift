package import HDF5

/// The storage of an expression matrix in its file.
package struct MatrixStorage: Sendable, Equatable {
  /// The order of the stored values of a `(cells, genes)` matrix.
  package enum Layout: String, Sendable, CustomStringConvertible {
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
    package var description: String { rawValue }
  }

  /// The order of the stored values.
  package var layout: Layout

  /// The type of the values.
  package var element: ElementType

  /// The number of stored values; for compressed rows or columns, the number of nonzero values.
  package var storedCount: Int

  /// The shape of a chunk; `nil` for contiguous storage.
  package var chunk: [Int]?

  /// The HDF5 identifiers of the filters in the order of writing: 1 is gzip.
  package var filters: [Int]

  /// The bytes of the stored values, without the indices; `nil` if only a list of the chunks would
  /// tell.
  package var storedBytes: Int?

  /// A flag that is true if the type of the values is an integer type.
  package var isInteger: Bool {
    switch element {
    case .integer, .boolean: true
    default: false
    }
  }
}
