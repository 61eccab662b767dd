package import HDF5

/// An expression matrix in memory, in compressed rows.
public struct MatrixInMemory: ExpressionMatrix {
  /// The number of cells.
  package let cellCount: Int

  /// The number of genes.
  package let geneCount: Int

  private let rows: RowBlock<Float>

  /// The number of rows in a block; tests use a small number.
  private let rowsPerBlock: Int

  /// Takes over compressed rows.
  ///
  /// - Parameters:
  ///   - rows: All rows, as one block that starts with row 0.
  ///   - geneCount: The number of columns.
  ///   - rowsPerBlock: The number of rows in a block. The default is 1024.
  package init(rows: RowBlock<Float>, geneCount: Int, rowsPerBlock: Int = 1024) {
    precondition(rows.firstRow == 0, "the rows start with \(rows.firstRow), not with 0")
    precondition(rowsPerBlock > 0, "a block of \(rowsPerBlock) rows")
    precondition(
      rows.genes.allSatisfy { (0..<Int32(geneCount)).contains($0) },
      "a column is not one of \(geneCount)")
    self.cellCount = rows.rowCount
    self.geneCount = geneCount
    self.rows = rows
    self.rowsPerBlock = rowsPerBlock
  }

  /// Makes a matrix from its values in compressed rows.
  ///
  /// - Parameters:
  ///   - starts: The position of each row's first value in `values`, and the number of all values;
  ///     `(cells + 1)`, ascending from 0.
  ///   - columns: The column of each value, ascending within a row.
  ///   - values: The values that are not zero.
  ///   - geneCount: The number of columns.
  public init(starts: [Int], columns: [Int32], values: [Float], geneCount: Int) {
    self.init(
      rows: RowBlock(firstRow: 0, starts: starts, genes: columns, values: values),
      geneCount: geneCount)
  }

  /// Compresses a dense matrix.
  ///
  /// - Parameters:
  ///   - dense: The values, row by row; `(cells, genes)`.
  ///   - geneCount: The number of columns.
  ///   - rowsPerBlock: The number of rows in a block. The default is 1024.
  public init(dense: [Float], geneCount: Int, rowsPerBlock: Int = 1024) {
    precondition(
      geneCount > 0 && dense.count.isMultiple(of: geneCount),
      "\(dense.count) values are not rows of \(geneCount)")
    var rows = RowBlock<Float>(firstRow: 0, starts: [0], genes: [], values: [])
    for start in stride(from: 0, to: dense.count, by: geneCount) {
      for gene in 0..<geneCount where dense[start + gene] != 0 {
        rows.genes.append(Int32(gene))
        rows.values.append(dense[start + gene])
      }
      rows.starts.append(rows.values.count)
    }
    self.init(rows: rows, geneCount: geneCount, rowsPerBlock: rowsPerBlock)
  }

  /// Calls `body` with every block of rows, in order, each row exactly once.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to; conversion to integers truncates
  ///     fractions.
  ///   - body: The closure that receives each block.
  /// - Throws: Rethrows errors of `body`.
  package func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    for first in stride(from: 0, to: cellCount, by: rowsPerBlock) {
      let end = min(first + rowsPerBlock, cellCount)
      let range = rows.starts[first]..<rows.starts[end]
      try body(
        RowBlock(
          firstRow: first, starts: rows.starts[first...end].map { $0 - range.lowerBound },
          genes: Array(rows.genes[range]), values: converted(rows.values[range], to: type)))
    }
  }
}

/// Converts values to another number type.
private func converted<Value: StoredNumber>(
  _ values: ArraySlice<Float>, to type: Value.Type
) -> [Value] {
  if let values = Array(values) as? [Value] { return values }
  func integers<Whole: FixedWidthInteger>(_ type: Whole.Type) -> [Value]? {
    values.map { Whole($0) } as? [Value]
  }
  let result: [Value]? =
    switch type.elementType {
    case .float: values.map { Double($0) } as? [Value]
    case .integer:
      (type as? any FixedWidthInteger.Type).flatMap { integers($0) }
    default: nil
    }
  guard let result else { preconditionFailure("no conversion to \(type)") }
  return result
}
