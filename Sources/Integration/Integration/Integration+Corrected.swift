public import CellFiles
internal import Kernels
public import NeuralNet

extension Integration {
  /// The expression that cells would have had in one source, or averaged over all.
  ///
  /// The latent mean of a cell is decoded, and the proportions `rho` of the genes that the model
  /// uses are scaled to what was counted of these genes in the cell:
  ///
  ///     x'_ig = rho_ig · Σ_g x_ig
  ///
  /// So a cell keeps its library size, no value is below zero, and a cell without counts has
  /// zeros. Like the network's loss it is in counts, but not whole numbers: noise is smoothed
  /// away together with the source. The alignment has no part in it.
  ///
  /// With ``ReconstructionLoss/meanSquaredError`` there are no proportions: the
  /// values are the decoder's output as it is, on the scale of the network's input, and may be
  /// below zero. That is `log(1 + 10⁴ x / t)` for counts; log-normalized values as they are; other
  /// values over the gene's deviation.
  ///
  ///     let source = try result.model.source(named: "lab_a")
  ///     let rows = result.correctedExpression(of: 0..<100, as: source)
  ///
  /// - Parameters:
  ///   - cells: The cells, as numbers into those of the input; in any order.
  ///   - source: As which source. The default, ``DecodedSource/everySource``, averages
  ///     over all: the mean of the logarithms, scaled to the same total.
  /// - Returns: A row for each cell, a column for each of ``genesUsed``; `(cells, genes used)`.
  public func correctedExpression(
    of cells: some Collection<Int>, as source: DecodedSource = .everySource
  ) -> DenseTable {
    let latent = latent.rows(Array(cells))
    let decoded = model.network.decode(
      Matrix(latent), from: cells.map { sources[$0] }, as: source)
    guard model.network.options.loss != .meanSquaredError else {
      return DenseTable(rows: decoded.rows, columns: decoded.columns, values: decoded.values)
    }
    let missing = model.network.padding?.missing
    let values = FloatView.zeros(decoded.values.count)
    values.copy(from: decoded.values)
    for (row, cell) in cells.enumerated() {
      let rho = values[decoded.range(ofRow: row)]
      exponentials(rho, into: rho)
      var sum = 0.0
      for gene in 0..<rho.count { sum += Double(rho[gene]) }
      // What was counted are the genes that the cell's source measured.
      for gene in missing?[Int(sources[cell])] ?? [] { sum -= Double(rho[Int(gene)]) }
      // The softmax adds to one but for rounding, which is not to touch the library size.
      let scale = Float(Double(totals[cell]) / sum)
      for gene in 0..<rho.count { rho[gene] *= scale }
    }
    return DenseTable(rows: decoded.rows, columns: decoded.columns, values: values.values)
  }
}
