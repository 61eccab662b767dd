package import HDF5

/// A subset of the cells of a matrix, in the same order.
package struct SelectedCells: Sendable, ExpressionMatrix {
  /// The matrix with all cells.
  package let base: any ExpressionMatrix

  /// A flag for each cell that is true if it is kept; `[base.cellCount]`.
  package let isKept: [Bool]

  /// The number of cells kept.
  package let cellCount: Int

  /// Selects cells of a matrix.
  ///
  /// - Parameters:
  ///   - base: The matrix.
  ///   - isKept: A flag for each cell that is true if it is kept; `[base.cellCount]`.
  package init(of base: any ExpressionMatrix, isKept: [Bool]) {
    precondition(
      isKept.count == base.cellCount, "\(isKept.count) answers for \(base.cellCount) cells")
    self.base = base
    self.isKept = isKept
    cellCount = isKept.count(where: \.self)
  }

  /// The number of genes.
  package var geneCount: Int { base.geneCount }

  /// Calls `body` with every block of kept rows, with new row numbers.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - body: The closure that receives each block.
  /// - Throws: Errors of reading the matrix; rethrows errors of `body`.
  package func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    var row = 0
    try base.forEachRowBlock(as: type) { block in
      var block = block
      keepRows(of: &block)
      block.firstRow = row
      row += block.rowCount
      if block.rowCount > 0 { try body(block) }
    }
  }

  @specialized(where Value == Float)
  @specialized(where Value == Double)
  @specialized(where Value == Int32)
  @specialized(where Value == UInt32)
  @specialized(where Value == UInt16)
  @specialized(where Value == UInt8)
  private func keepRows<Value: StoredNumber>(of block: inout RowBlock<Value>) {
    var starts = [0]
    var end = 0
    for row in 0..<block.rowCount where isKept[block.firstRow + row] {
      for k in block.starts[row]..<block.starts[row + 1] {
        block.genes[end] = block.genes[k]
        block.values[end] = block.values[k]
        end += 1
      }
      starts.append(end)
    }
    block.starts = starts
    block.genes.removeLast(block.genes.count - end)
    block.values.removeLast(block.values.count - end)
  }
}
