import CellFiles
import Testing
@testable import CountData
@testable import Integration
@testable import Support

/// Small cells of which one thing is unusual, and what becomes of them.
struct EdgeCase: Sendable, CustomTestStringConvertible {
  /// What is to come out.
  enum Outcome: Sendable {
    /// A result, all of it numbers; with so many components, where these are known.
    case works(components: Int? = nil)

    /// An error of this text, about the data.
    case refused(String)

    /// An error of this text, about an option.
    case misused(String)
  }

  let name: String
  let outcome: Outcome
  let cells: @Sendable () -> CellDataset
  let change: @Sendable (inout IntegrationOptions) -> Void

  init(
    _ name: String, _ outcome: Outcome = .works(), cells: @escaping @Sendable () -> CellDataset,
    change: @escaping @Sendable (inout IntegrationOptions) -> Void = { _ in }
  ) {
    self.name = name
    self.outcome = outcome
    self.cells = cells
    self.change = change
  }

  var testDescription: String { name }
}

/// Cells in memory with given values.
///
/// - Parameters:
///   - count: The number of cells.
///   - genes: The number of genes.
///   - batches: The number of batches, of which cells take turns.
///   - filled: How many of the batches have cells. The default is all.
///   - lone: The cell that is alone in the second batch. The default is none.
///   - value: The value of a gene in a cell.
/// - Returns: The cells.
func edgeCells(
  _ count: Int, genes: Int = 12, batches: Int = 2, filled: Int? = nil, lone: Int? = nil,
  _ value: (_ cell: Int, _ gene: Int) -> Float = edgeCount
) -> CellDataset {
  var rows = RowBlock<Float>(firstRow: 0, starts: [0], genes: [], values: [])
  for cell in 0..<count {
    for gene in 0..<genes where value(cell, gene) != 0 {
      rows.genes.append(Int32(gene))
      rows.values.append(value(cell, gene))
    }
    rows.starts.append(rows.values.count)
  }
  return CellDataset(
    MatrixInMemory(rows: rows, geneCount: genes), names: (0..<count).map { "cell\($0)" },
    genes: (0..<genes).map { "gene\($0)" },
    batches: BatchAssignment(
      names: (0..<batches).map { "s\($0)" },
      batchOfCell: (0..<count).map { cell in
        lone.map { cell == $0 ? 1 : 0 } ?? Int32(cell % (filled ?? batches))
      }))
}

/// A count that looks random, from 0 to 9, above 0 in every cell's first gene.
func edgeCount(cell: Int, gene: Int) -> Float {
  if gene == 0 { return Float(1 + cell % 3) }
  let mixed = (UInt32(truncatingIfNeeded: cell * 31 + gene + 1) &* 2_654_435_761) >> 7
  return mixed % 3 == 0 ? Float(mixed / 3 % 10) : 0
}

/// Two parts of which one lacks genes, joined as an outer join does it.
///
/// - Parameters:
///   - counts: The number of cells of each part.
///   - shared: The number of genes that both have.
///   - own: The number of genes that the first, and the second has alone.
/// - Returns: The cells, each part a batch.
func partedCells(_ counts: [Int], shared: Int, own: [Int]) -> CellDataset {
  let genes = (0..<shared + own[0] + own[1]).map { "gene\($0)" }
  let parts = (0...1).map { part in
    let numbers =
      Array(0..<shared) + (0..<own[part]).map { shared + (part == 0 ? 0 : own[0]) + $0 }
    let values = (0..<counts[part]).flatMap { cell in
      numbers.map { edgeCount(cell: cell, gene: $0) + 1 }
    }
    return CellDataset.Part(
      name: "part\(part)", matrix: MatrixInMemory(dense: values, geneCount: numbers.count),
      geneNames: numbers.map { genes[$0] }, sharedGenes: numbers.map { Int32($0) })
  }
  return CellDataset(
    parts: parts, names: (0..<counts[0] + counts[1]).map { "cell\($0)" }, genes: genes,
    batches: BatchAssignment(
      names: ["s0", "s1"], batchOfCell: (0..<counts[0] + counts[1]).map { $0 < counts[0] ? 0 : 1 }))
}
