public import CellFiles
public import Machine

/// The cells of a run: their counts, names, genes and sources.
///
/// The counts come in parts, one a file, each with all of its own genes: a cell's
/// total and the checks of its values are about everything its file holds, while
/// the model sees only the genes that the parts share, or that some have.
public struct Cells: Sendable {
  /// Some consecutive cells that come from one matrix.
  public struct Part: Sendable {
    /// What messages call the part: a file's path.
    public let name: String

    /// What messages call the matrix within the part, such as `X`.
    public let matrixName: String

    /// The counts; `(cells of the part, genes of the part)`.
    public let matrix: any ExpressionMatrix

    /// The names of the part's own genes; `(genes of the part)`.
    public let geneNames: [String]

    /// The shared gene that each gene of the part is, or −1; `(genes of the part)`.
    public let sharedGenes: [Int32]

    /// Other matrices of the part that hold counts, as the option that reads them.
    public let otherCounts: [String]

    /// Makes a part of its matrix and of what its columns mean.
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

  /// Where the counts are, in the order of the cells.
  public let parts: [Part]

  /// The name of each cell; `(n)`.
  public let names: [String]

  /// The names of the genes that all parts share, or any of them has; `(f)`.
  public let genes: [String]

  /// The source of each cell, as the network knows it: cells of one source that come from parts
  /// with different genes are of several sources here.
  public let sources: Sources

  /// The source of each cell under each batch key, of which ``sources`` are the combinations.
  public package(set) var sourceKeys: [Sources]

  /// The files that the cells come from, if they come from files.
  public package(set) var joined: JoinedCells?

  /// What a user should know about how the cells were put together, a sentence each.
  public package(set) var notices: [String] = []

  /// What the user should know about the files before trusting a result, a sentence each.
  public package(set) var warnings: [String] = []

  /// The column that named the sources, or `nil` where each file is one.
  public package(set) var sourceKey: String?

  /// Puts parts together.
  ///
  /// A gene of which a part has no column was not measured there: it is padding for the sources
  /// of its cells.
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

  /// One matrix in memory, or of any other kind.
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
  /// - Parameter body: Is given the part, the block, and the number of the block's first cell.
  /// - Throws: What reading throws, and what `body` throws.
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
