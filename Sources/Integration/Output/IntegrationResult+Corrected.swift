package import CellFiles
package import Numerics
package import NeuralNet

extension IntegrationResult {
  /// Returns the corrected expression of cells: as in one batch, or averaged over all.
  ///
  /// The latent mean of a cell is decoded, and the proportions `rho` of the genes that the model
  /// uses are scaled to the cell's total of these genes:
  ///
  ///     x'_ig = rho_ig · Σ_g x_ig
  ///
  /// A cell keeps its library size, no value is negative, and a cell without counts has zeros. The
  /// unit is counts, as in the network's loss, but values are not whole numbers: the noise is
  /// removed together with the batch effect. The alignment is not used.
  ///
  /// With ``IntegrationOptions/sizeFactor`` the values are the expected counts of a cell of its size:
  /// its rates times its size factor. Their sum is not that of the cell's counts.
  ///
  /// With ``ReconstructionLoss/meanSquaredError`` there are no proportions. The values are the
  /// decoder's output on the scale of the network's input, and may be negative. The scale is `log(1
  /// + 10⁴ x / t)` for counts, the original scale for log-normalized values, and units of the
  /// gene's standard deviation for other values.
  ///
  ///     let batch = try result.model.batch(named: "lab_a")
  ///     let rows = result.correctedExpression(of: 0..<100, as: batch)
  ///
  /// - Parameters:
  ///   - cells: The indices of the cells in the input, in any order.
  ///   - batch: The batch to decode as. The default is ``DecodedBatch/everyBatch``, which
  ///     averages the logarithms over all batches and scales to the same total.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for as many as
  ///     the run had.
  /// - Returns: A table with one row per cell and one column for each of ``genesUsed``; `(cells,
  ///   genes used)`.
  package func correctedExpression(
    of cells: some Collection<Int>, as batch: DecodedBatch = .everyBatch, pool: ThreadPool? = nil
  ) -> DenseTable {
    let latent = latent.rows(Array(cells))
    let decoded = model.network.decode(
      Matrix(latent), from: cells.map { batches[$0] }, as: batch,
      within: levels?.of(cells), pool: pool ?? ThreadPool(threads: record.options.threads))
    guard model.network.options.loss != .meanSquaredError else {
      return DenseTable(rows: decoded.rows, columns: decoded.columns, values: decoded.values)
    }
    let missing = model.network.padding?.missing
    let values = FloatView.zeros(decoded.values.count)
    values.copy(from: decoded.values)
    for (row, cell) in cells.enumerated() {
      let rho = values[decoded.range(ofRow: row)]
      exponentials(rho, into: rho)
      if model.network.hasRates {
        for gene in 0..<rho.count { rho[gene] *= totals[cell] }
        continue
      }
      var sum = 0.0
      for gene in 0..<rho.count { sum += Double(rho[gene]) }
      // The counted genes are those that the cell's batch measured.
      for gene in missing?[Int(batches[cell])] ?? [] { sum -= Double(rho[Int(gene)]) }
      // The softmax has sum 1 except for rounding, which must not change the library size.
      let scale = Float(Double(totals[cell]) / sum)
      for gene in 0..<rho.count { rho[gene] *= scale }
    }
    return DenseTable(rows: decoded.rows, columns: decoded.columns, values: values.values)
  }
}
