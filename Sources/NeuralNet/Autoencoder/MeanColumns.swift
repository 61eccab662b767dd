/// The means of the columns that the decoder receives beside the latent position.
///
/// The offset of a row at matched composition holds the effect of its cells' mean columns. A cell is
/// therefore decoded with the mean columns of its own row, which cancels that effect; with the columns
/// at 0, an effect that goes with the batch would come back as an offset.
package struct MeanColumns: Equatable, Sendable {
  /// The means of each batch; `(batches, q)`.
  package let ofBatch: [Float]

  /// The means of each row at matched composition; `(rows, q)`.
  package let ofRow: [Float]

  /// Computes the means over cells.
  ///
  /// - Parameters:
  ///   - q: The number of columns.
  ///   - batches: The batch of each cell.
  ///   - rows: The row of each batch; from 0 without gaps.
  ///   - values: Returns the columns of a cell, by its place in `batches`; `(q)`.
  package init(
    width q: Int, batches: [Int32], rows: [Int32], values: (Int) -> ArraySlice<Float>
  ) {
    func means(_ group: (Int) -> Int, count: Int) -> [Float] {
      var sums = [Double](repeating: 0, count: count * q)
      var sizes = [Double](repeating: 0, count: count)
      for (place, batch) in batches.enumerated() {
        let own = group(Int(batch))
        sizes[own] += 1
        for (j, value) in values(place).enumerated() { sums[own * q + j] += Double(value) }
      }
      return sums.indices.map { sizes[$0 / q] > 0 ? Float(sums[$0] / sizes[$0 / q]) : 0 }
    }
    ofBatch = means({ $0 }, count: rows.count)
    ofRow = means({ Int(rows[$0]) }, count: Int(rows.max() ?? 0) + 1)
  }
}
