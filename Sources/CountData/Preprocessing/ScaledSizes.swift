internal import Numerics
package import Support

/// Returns the size factors of cells on the scale of their totals.
///
/// In each batch, sizes are multiplied by one number, so that the median size is the median total.
/// Units, and how much of the RNA a batch captures, then do not matter. Within a batch, a cell with
/// more counts than others of its size stays such a cell.
///
/// - Parameters:
///   - sizes: The size of each cell in any unit, above 0; `(n)`.
///   - totals: The sum of each cell's values; `(n)`.
///   - kept: The cells that pass the filters, from which the medians are.
///   - batches: The batch of each cell. A batch without such cells takes the medians of all.
/// - Returns: The size factors; `(n)`.
package func scaledSizes(
  _ sizes: [Double], totals: [Double], kept: [Int], batches: BatchAssignment
) -> [Double] {
  func factor(_ cells: [Int]) -> Double {
    let factor = median(of: cells.map { totals[$0] }) / median(of: cells.map { sizes[$0] })
    // More than half of the cells may be empty, and without cells both are 0.
    return factor > 0 && factor.isFinite ? factor : 1
  }
  let all = factor(kept)
  var cellsOfBatch = [[Int]](repeating: [], count: batches.names.count)
  for cell in kept { cellsOfBatch[Int(batches.batchOfCell[cell])].append(cell) }
  let factors = cellsOfBatch.map { $0.isEmpty ? all : factor($0) }
  return sizes.indices.map { sizes[$0] * factors[Int(batches.batchOfCell[$0])] }
}
