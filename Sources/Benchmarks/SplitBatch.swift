import Harmonize
import Numerics

/// The largest batch of a file: cells with known types and no batch effect.
struct SplitBatch {
  /// The name of the batch.
  let name: String

  /// The cell type of each cell; `[n]`.
  let types: CellGroups

  private let matrix: MatrixInMemory
  private let names: [String]
  private let genes: [String]

  /// Reads the batch with the most cells; on ties the first by name.
  ///
  /// - Parameter path: A file with counts and the columns `batch` and `cell_type`.
  /// - Throws: Errors of reading; `BenchmarkFailure` if a cell has no batch or no type.
  init(readingAt path: String) throws {
    let file = try CellFile(readingAt: path)
    let batches = CellGroups(try Self.labels("batch", of: file))
    let sizes = batches.sizes
    let largest = sizes.indices.max { sizes[$0] < sizes[$1] || sizes[$0] == sizes[$1] && $0 > $1 }
    guard let largest else { throw BenchmarkFailure("'\(path)' has no cells") }
    let rows = batches.codes.indices.filter { Int(batches.codes[$0]) == largest }
    let types = try Self.labels("cell_type", of: file)
    var kept = RowBlock<Float>(firstRow: 0, starts: [0], genes: [], values: [])
    try file.forEachRowBlock(as: Float.self) { block in
      for row in 0..<block.rowCount where Int(batches.codes[block.firstRow + row]) == largest {
        kept.genes += block.genes[block.starts[row]..<block.starts[row + 1]]
        kept.values += block.values[block.starts[row]..<block.starts[row + 1]]
        kept.starts.append(kept.values.count)
      }
    }
    name = batches.names[largest]
    self.types = CellGroups(rows.map { types[$0] })
    matrix = MatrixInMemory(rows: kept, geneCount: file.geneCount)
    names = rows.map { file.cellNames[$0] }
    genes = file.genes.map(\.name)
  }

  private static func labels(_ column: String, of file: CellFile) throws -> [String] {
    try file.column(column).labels().map { label in
      guard let label else {
        throw BenchmarkFailure("'\(file.path)' has cells without '\(column)'; give all cells one")
      }
      return label
    }
  }

  /// The number of cells, `n`.
  var count: Int { names.count }

  /// Splits the types into halves of about the same number of cells, regardless of their relations.
  ///
  /// Types are assigned by descending size, each to the half with fewer cells. Related types, such
  /// as naive and memory T cells, can be in different halves.
  ///
  /// - Returns: The half of each type; `[types]`.
  func halvesOfTypes() -> [Int32] {
    var halves = [Int32](repeating: 0, count: types.count)
    var cells = [0, 0]
    let ordered = (0..<types.count).sorted { (-types.sizes[$0], $0) < (-types.sizes[$1], $1) }
    for type in ordered {
      let half = cells[1] < cells[0] ? 1 : 0
      halves[type] = Int32(half)
      cells[half] += types.sizes[type]
    }
    return halves
  }

  /// Splits the types by lineage: T and NK cells, or endocrine cells, and all others.
  ///
  /// - Returns: The half of each type, `[types]`; `nil` if all types are in one half.
  func halvesOfLineages() -> [Int32]? {
    let halves = types.names.map { Self.firstLineages.contains($0) ? Int32(0) : 1 }
    return Set(halves).count == 2 ? halves : nil
  }

  /// The T and NK cells of the PBMC datasets, and the endocrine cells of the pancreas.
  private static let firstLineages: Set = [
    "CD4 Memory T", "CD4 Naive T", "CD8 T", "NK", "activated T", "T_CD4", "T_CD8",
    "alpha", "beta", "delta", "epsilon", "gamma",
  ]

  /// Draws halves at random.
  ///
  /// - Parameter seed: The seed of the draw.
  /// - Returns: The half of each cell; `[n]`.
  func halvesAtRandom(seed: UInt64) -> [Int32] {
    var generator = Xoshiro256(seed: seed)
    var halves = (0..<count).map { Int32($0 % 2) }
    generator.shuffle(&halves)
    return halves
  }

  /// Takes the halves as batches.
  ///
  /// - Parameter halves: The half of each cell, or `nil` for one batch of all; `[n]`.
  /// - Returns: The cells.
  func cells(in halves: [Int32]?) -> CellDataset {
    let batches =
      halves.map { BatchAssignment(names: ["half 1", "half 2"], batchOfCell: $0) }
      ?? BatchAssignment(names: [name], batchOfCell: [Int32](repeating: 0, count: count))
    return CellDataset(matrix, names: names, genes: genes, batches: batches)
  }
}
