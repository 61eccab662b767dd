package import Foundation
package import Numerics

/// The made cells of `Fixtures/reference/cells.json`, and what other implementations say of them.
package struct ReferenceCells: Decodable, Sendable {
  /// The number of dimensions of the points.
  package let dimensions: Int

  /// The coordinates, cell after cell; `(n, d)`.
  package let points: [Float]

  /// The batch of each cell.
  package let batches: [String]

  /// The state of each cell.
  package let states: [String]

  /// The coordinates that harmonypy makes of the points; `(n, d)`.
  package let harmonized: [Float]

  /// The effective number of batches, and of states, around each cell.
  package let lisi: [String: [Double]]

  /// The points as a matrix.
  package var x: Matrix {
    Matrix(rows: batches.count, columns: dimensions, values: points)
  }

  /// The folder of reference numbers.
  package static let folder = TestFiles.fixtures.appending(path: "reference")

  /// Reads the committed file.
  ///
  /// - Throws: Errors of reading.
  package static func load() throws -> ReferenceCells {
    try JSONDecoder().decode(
      Self.self, from: Data(contentsOf: folder.appending(path: "cells.json")))
  }
}
