public import CellFiles
public import Machine

/// The cells of a run: their counts, names, genes and batches.
///
/// The counts consist of parts, one per file, each with all of its own genes. A cell's total and
/// the checks of its values include all genes of its file. The model sees only the genes that all
/// parts share, or that some have.
public struct Cells: Sendable {
  /// Consecutive cells from one matrix.
  public struct Part: Sendable {
    /// The part's name in messages: a file's path.
    public let name: String

    /// The name of the matrix within the part in messages, such as `X`.
    public let matrixName: String

    /// The counts; `(cells of the part, genes of the part)`.
    public let matrix: any ExpressionMatrix

    /// The names of the part's own genes; `(genes of the part)`.
    public let geneNames: [String]

    /// The index of each of the part's genes in the shared genes, or −1; `(genes of the part)`.
    public let sharedGenes: [Int32]

    /// Other matrices of the part that hold counts, as the options that select them.
    public let otherCounts: [String]

    /// Makes a part from its matrix and the names of its columns.
    public init(
      name: String, matrixName: String = "X", matrix: any ExpressionMatrix, geneNames: [String],
      sharedGenes: [Int32], otherCounts: [String] = []
    ) {
      precondition(
        geneNames.count == matrix.geneCount && sharedGenes.count == matrix.geneCount,
        "\(matrix.geneCount) columns, \(geneNames.count) names, \(sharedGenes.count) numbers")
      self.name = name
      self.matrixName = matrixName
      self.matrix = matrix
      self.geneNames = geneNames
      self.sharedGenes = sharedGenes
      self.otherCounts = otherCounts
    }
  }

  /// The parts with the counts, in the order of the cells.
  public let parts: [Part]

  /// The name of each cell; `(n)`.
  public let names: [String]

  /// The names of the genes that all parts share, or that any part has; `(f)`.
  public let genes: [String]

  /// The batch of each cell in the network.
  ///
  /// Cells of one batch that come from parts with different genes belong to several batches here.
  public let sources: Sources

  /// The batch of each cell under each batch key; ``sources`` are their combinations.
  public package(set) var sourceKeys: [Sources]

  /// The joined files of the cells; `nil` if they do not come from files.
  public package(set) var joined: JoinedCells?

  /// Notices about the join of the cells, one sentence each.
  public package(set) var notices: [String] = []

  /// Warnings about the files to read before trusting a result, one sentence each.
  public package(set) var warnings: [String] = []

  /// The column that names the batches, or `nil` if each file is a batch.
  public package(set) var sourceKey: String?

  /// Makes cells from parts.
  ///
  /// A gene missing from a part was not measured there, and is padding for the batches of its
  /// cells.
  public init(parts: [Part], names: [String], genes: [String], sources: Sources) {
    let count = parts.reduce(0) { $0 + $1.matrix.cellCount }
    precondition(
      names.count == count && sources.ofCell.count == count,
      "\(count) cells, \(names.count) names, \(sources.ofCell.count) sources")
    self.parts = parts
    self.names = names
    self.genes = genes
    self.sources = sources.parted(byGenesOf: parts)
    sourceKeys = [sources]
  }

  /// Makes cells from one matrix, in memory or of any other kind.
  public init(
    _ matrix: any ExpressionMatrix, names: [String], genes: [String], sources: Sources
  ) {
    self.init(
      parts: [
        Part(
          name: "matrix", matrix: matrix, geneNames: genes,
          sharedGenes: (0..<Int32(genes.count)).map(\.self))
      ],
      names: names, genes: genes, sources: sources)
  }

  /// The number of cells, `n`.
  public var count: Int { names.count }

  /// Calls `body` with every block of rows of every part.
  ///
  /// - Parameter body: The closure that receives the part, the block, and the index of the block's
  ///   first cell.
  /// - Throws: Errors of reading; rethrows errors of `body`.
  func forEachRowBlock(
    _ body: (_ part: Part, _ block: RowBlock<Float>, _ firstCell: Int) throws -> Void
  ) throws {
    var firstCell = 0
    for part in parts {
      try part.matrix.forEachRowBlock(as: Float.self) { block in
        try body(part, block, firstCell + block.firstRow)
      }
      firstCell += part.matrix.cellCount
    }
  }
}
