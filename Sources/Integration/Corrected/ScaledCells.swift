internal import CellFiles
internal import CountData
internal import HDF5
internal import Support

/// The counts of some genes, each multiplied by the factor of its gene and batch.
struct ScaledCells: ExpressionMatrix {
  /// The cells.
  let cells: CellDataset

  /// The indices of the genes in `cells.genes`.
  let genes: [Int]

  /// The factors of the genes.
  let factors: GeneFactors

  var cellCount: Int { cells.count }
  var geneCount: Int { genes.count }

  func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    var place = [Int32](repeating: -1, count: cells.genes.count)
    for (number, gene) in genes.enumerated() { place[gene] = Int32(number) }
    let ofCell = cells.batches.batchOfCell
    var first = 0
    for part in cells.parts {
      let shared = part.sharedGenes
      try part.matrix.forEachRowBlock(as: Float.self) { block in
        var scaled = RowBlock<Float>(
          firstRow: first + block.firstRow, starts: [0], genes: [], values: [])
        var row: [(gene: Int32, value: Float)] = []
        for number in 0..<block.rowCount {
          let batch = Int(ofCell[scaled.firstRow + number])
          row.removeAll(keepingCapacity: true)
          for k in block.starts[number]..<block.starts[number + 1] {
            let gene = shared[Int(block.genes[k])]
            guard gene >= 0, place[Int(gene)] >= 0 else { continue }
            let column = place[Int(gene)]
            let value = block.values[k] * factors.factor(ofGene: Int(column), batch: batch)
            row.append((column, value))
          }
          row.sort { $0.gene < $1.gene }
          for entry in row {
            scaled.genes.append(entry.gene)
            scaled.values.append(entry.value)
          }
          scaled.starts.append(scaled.values.count)
        }
        guard let converted = scaled as? RowBlock<Value> else {
          preconditionFailure("corrected counts are floats, not \(type)")
        }
        try body(converted)
      }
      first += part.matrix.cellCount
    }
  }
}
