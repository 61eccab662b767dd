/// The covariates of cells as columns of a design matrix, each with mean 0.
package struct CovariateDesign: Equatable, Sendable {
  /// The number of columns, `q`.
  package let width: Int

  /// The values; `(n, q)`.
  package let values: [Float]

  /// Takes the values.
  ///
  /// - Parameters:
  ///   - width: The number of columns, `q`; at least 1.
  ///   - values: The values; `(n, q)`.
  package init(width: Int, values: [Float]) {
    precondition(
      width >= 1 && values.count.isMultiple(of: width), "\(values.count) values in \(width) columns"
    )
    (self.width, self.values) = (width, values)
  }

  /// The number of cells, `n`.
  package var cellCount: Int { values.count / width }

  /// Returns the values of a cell; `(q)`.
  package func values(ofCell cell: Int) -> ArraySlice<Float> {
    values[cell * width..<(cell + 1) * width]
  }

  /// Returns the values of some cells, in their order; `(cells, q)`.
  package func values(ofCells cells: [Int]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(cells.count * width)
    for cell in cells { result += values(ofCell: cell) }
    return result
  }

  /// Returns the design of some cells, in their order.
  package func rows(_ cells: [Int]) -> CovariateDesign {
    CovariateDesign(width: width, values: values(ofCells: cells))
  }
}
