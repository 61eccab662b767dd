/// A table of coordinates with one row per cell, in memory or elsewhere.
package protocol CoordinateTable: Sendable {
  /// The number of cells, `n`.
  var cellCount: Int { get }

  /// The number of coordinates of each cell, `d`.
  var dimensions: Int { get }

  /// Returns the coordinates of consecutive cells, row-major; `(cells, d)`.
  func values(ofCells cells: Range<Int>) -> [Float]
}

extension Embedding: CoordinateTable {}

extension Matrix: CoordinateTable {
  package var cellCount: Int { rows }

  package var dimensions: Int { columns }

  package func values(ofCells cells: Range<Int>) -> [Float] {
    Array(values[cells.lowerBound * columns..<cells.upperBound * columns])
  }
}

extension CoordinateTable {
  /// Returns the coordinates of some cells, given in ascending order; `(cells, d)`.
  package func matrix(of cells: [Int32]) -> Matrix {
    if let matrix = self as? Matrix, cells.count == cellCount { return matrix }
    var values: [Float] = []
    values.reserveCapacity(cells.count * dimensions)
    var next = 0
    forEachBlock { block, part in
      while next < cells.count, block.contains(Int(cells[next])) {
        let start = (Int(cells[next]) - block.lowerBound) * dimensions
        values += part[start..<start + dimensions]
        next += 1
      }
    }
    precondition(next == cells.count, "cells are not in ascending order")
    return Matrix(rows: cells.count, columns: dimensions, values: values)
  }

  /// Calls `body` with consecutive cells and their coordinates, some thousand cells at a time.
  package func forEachBlock(_ body: (_ cells: Range<Int>, _ values: [Float]) -> Void) {
    for block in fixedShards(of: cellCount, size: 8192) { body(block, values(ofCells: block)) }
  }
}
