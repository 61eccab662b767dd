public import CellFiles
public import Support

/// The cells of a run: their counts, names, genes and batches.
///
/// The counts consist of parts, one per file, each with all of its own genes. A cell's total and
/// the checks of its values include all genes of its file. The model sees only the genes that all
/// parts share, or that some have.
public struct CellDataset: Sendable {
  /// Consecutive cells from one matrix.
  package struct Part: Sendable {
    /// The part's name in messages: a file's path.
    package let name: String

    /// The name of the matrix within the part in messages, such as `X`.
    package let matrixName: String

    /// The counts; `(cells of the part, genes of the part)`.
    package let matrix: any ExpressionMatrix

    /// The names of the part's own genes; `(genes of the part)`.
    package let geneNames: [String]

    /// The index of each of the part's genes in the shared genes, or −1; `(genes of the part)`.
    package let sharedGenes: [Int32]

    /// Other matrices of the part that hold counts, as the options that select them.
    package let otherCounts: [String]

    /// Makes a part from its matrix and the names of its columns.
    package init(
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
  package let parts: [Part]

  /// The name of each cell; `(n)`.
  ///
  /// It is a new array each time, so ask once.
  public var names: [String] { Array(cellNames) }

  /// The name of each cell; `(n)`.
  package let cellNames: CellNames

  /// The names of the genes that all parts share, or that any part has; `(f)`.
  public let genes: [String]

  /// The batch of each cell in the network.
  ///
  /// Cells of one batch that come from parts with different genes belong to several batches here.
  public let batches: BatchAssignment

  /// The batch of each cell under each batch key; ``batches`` are their combinations.
  package var batchKeys: [BatchAssignment]

  /// The columns that were given to the cells, beside those of their files.
  package var columns: [String: Column] = [:]

  /// The joined files of the cells; `nil` if they do not come from files.
  package var joined: JoinedCells?

  /// The coordinates that are integrated instead of the counts; `nil` for counts.
  package var coordinates: GivenCoordinates?

  /// The kind of the features.
  ///
  /// By default they are peaks if the modality of the files is `atac` or `peaks`, their feature type is
  /// `Peaks`, or nearly all names are genomic intervals such as `chr1:100-600`. They are proteins if the
  /// modality is named `prot`, `adt` or similarly, their feature type is `Antibody Capture`, or a table
  /// such as `obsm/protein_expression` is read; else genes.
  public var featureKind = FeatureKind.genes

  /// The reason why the features are taken for peaks; `nil` if nothing speaks for peaks.
  package var peakEvidence: String?

  /// The reason why the features are taken for proteins; `nil` if nothing speaks for proteins.
  package var proteinEvidence: String?

  /// The columns with one value in each batch, which a notice names.
  package var fixedColumns: [FixedColumn] = []

  /// Notices about the join of the cells, one sentence each.
  public var notices: [String] = []

  /// Warnings about the files to read before trusting a result, one sentence each.
  public var warnings: [String] = []

  /// The column that names the batches, or `nil` if each file is a batch.
  package var batchKey: String?

  /// Makes cells from parts.
  ///
  /// A gene missing from a part was not measured there, and is padding for the batches of its
  /// cells.
  package init(parts: [Part], names: [String], genes: [String], batches: BatchAssignment) {
    self.init(parts: parts, cellNames: CellNames(names), genes: genes, batches: batches)
  }

  /// Makes cells from parts and names in one text.
  package init(
    parts: [Part], cellNames names: CellNames, genes: [String], batches: BatchAssignment
  ) {
    let count = parts.reduce(0) { $0 + $1.matrix.cellCount }
    precondition(
      names.count == count && batches.batchOfCell.count == count,
      "\(count) cells, \(names.count) names, \(batches.batchOfCell.count) batches")
    self.parts = parts
    cellNames = names
    self.genes = genes
    self.batches = batches.parted(byGenesOf: parts)
    batchKeys = [batches]
    let evidence = parts.map { part in
      (part.matrix as? CellFile).map(\.peakEvidence)
        ?? FeatureKind.interval(among: part.geneNames).map(FeatureKind.evidence)
    }
    if let first = evidence.first, evidence.allSatisfy({ $0 != nil }) {
      (peakEvidence, featureKind) = (first, .peaks)
      return
    }
    let evidenceOfProteins = parts.map { ($0.matrix as? CellFile)?.proteinEvidence }
    if let first = evidenceOfProteins.first, evidenceOfProteins.allSatisfy({ $0 != nil }) {
      (proteinEvidence, featureKind) = (first, .proteins)
    }
  }

  /// Makes cells from one matrix, in memory or of any other kind.
  package init(
    _ matrix: any ExpressionMatrix, names: [String], genes: [String], batches: BatchAssignment
  ) {
    self.init(
      parts: [
        Part(
          name: "matrix", matrix: matrix, geneNames: genes,
          sharedGenes: (0..<Int32(genes.count)).map(\.self))
      ],
      names: names, genes: genes, batches: batches)
  }

  /// Makes cells from counts in memory.
  ///
  /// - Parameters:
  ///   - counts: The counts; `(n, genes)`.
  ///   - names: The cells' names; `[n]`.
  ///   - genes: The genes' names, one per column.
  ///   - batches: The batch of each cell; `(n)`.
  public init(
    counts: MatrixInMemory, names: [String], genes: [String], batches: BatchAssignment
  ) {
    self.init(counts, names: names, genes: genes, batches: batches)
  }

  /// The number of cells, `n`.
  public var count: Int { cellNames.count }

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
