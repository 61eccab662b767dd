internal import CellFiles
public import Numerics
public import Support

/// Coordinates of cells that are integrated instead of their counts.
package struct GivenCoordinates: Sendable {
  /// The name of the coordinates: a key of `obsm`, or the path of a table.
  package let name: String

  /// The coordinates; `(n, d)`.
  package let embedding: Embedding
}

extension CellDataset {
  /// Makes cells from coordinates in memory, such as principal components, without counts.
  ///
  ///     let cells = CellDataset(coordinates: pca, names: names, batches: donors)
  ///     let result = try integrate(cells)
  ///
  /// - Parameters:
  ///   - coordinates: The coordinates; `(n, d)`.
  ///   - names: The cells' names; `[n]`.
  ///   - batches: The batch of each cell; `(n)`.
  public init(coordinates: Embedding, names: [String], batches: BatchAssignment) {
    precondition(
      coordinates.cellCount == names.count,
      "coordinates of \(coordinates.cellCount) cells for \(names.count) names")
    let empty = MatrixInMemory(
      starts: [Int](repeating: 0, count: names.count + 1), columns: [], values: [], geneCount: 0)
    self.init(empty, names: names, genes: [], batches: batches)
    self.coordinates = GivenCoordinates(name: "coordinates", embedding: coordinates)
  }

  /// Reads the coordinates that are integrated instead of counts.
  ///
  /// - Parameter name: The key of `obsm`, or the path of a text table.
  /// - Throws: `UsageError` if the cells do not come from files; errors of reading.
  package mutating func readCoordinates(_ name: String) throws {
    guard let joined else {
      throw UsageError(
        "`fromEmbedding` reads an embedding of files, and these cells do not come from files")
    }
    let found = try CoordinateSource(name).coordinates(
      of: joined.files, cellNames: joined.cellNames)
    coordinates = GivenCoordinates(
      name: name,
      embedding: Embedding(
        cellCount: found.table.rows, dimensions: found.table.columns, values: found.table.values))
    notices += found.notices
  }
}
