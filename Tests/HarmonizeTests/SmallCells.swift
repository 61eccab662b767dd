import CellFiles
import Harmonize
import Numerics

/// Cells in memory with two planted types and two planted batches.
///
/// Type 1 has ten times the counts of type 0 in the first half of the genes; batch
/// 1 has three times the counts of batch 0 in every third gene.
func smallCells(
  count: Int = 120, genes: Int = 30, seed: UInt64 = 1, rowsPerBlock: Int = 1024,
  change: (inout [Float]) -> Void = { _ in }
) -> CellDataset {
  var random = Xoshiro256(seed: seed)
  var dense: [Float] = []
  for cell in 0..<count {
    for gene in 0..<genes {
      var mean: Float = 1.5
      if cell % 4 < 2, gene < genes / 2 { mean *= 10 }
      if cell % 2 == 1, gene % 3 == 0 { mean *= 3 }
      dense.append((mean * 2 * random.uniformFloat()).rounded())
    }
  }
  change(&dense)
  return CellDataset(
    MatrixInMemory(dense: dense, geneCount: genes, rowsPerBlock: rowsPerBlock),
    names: (0..<count).map { "cell\($0)" }, genes: (0..<genes).map { "gene\($0)" },
    batches: BatchAssignment(names: ["a", "b"], batchOfCell: (0..<count).map { Int32($0 % 2) }))
}
