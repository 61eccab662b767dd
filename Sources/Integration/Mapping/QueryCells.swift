public import CellFiles
public import CountData
internal import NeuralNet

extension CellDataset {
  /// Opens files of new cells for a model.
  ///
  /// Every gene of each file is kept, and all cells may belong to one batch. Gene names are
  /// identifiers or symbols, whichever match more genes of the model.
  ///
  /// - Parameters:
  ///   - samples: The files, with labels that become columns of `obs`.
  ///   - model: The model.
  ///   - batchKey: The column of `obs` that names a cell's batch. The default is `nil`: `batch` if
  ///     every file has it, else one batch per file.
  ///   - options: The options that select the matrix of each file. The default is
  ///     `ReadingOptions()`.
  ///   - geneNaming: The kind of gene names. The default is `nil`, for the kind that matches the
  ///     model.
  /// - Throws: `CategorizedError` if a file cannot be read or lacks what was asked for.
  public init(
    query samples: SampleSheet, for model: Model, batchKey: String? = nil,
    options: ReadingOptions = ReadingOptions(), geneNaming: GeneNaming? = nil
  ) throws {
    let files = try samples.open(options: options)
    try checkAreDifferent(files)
    if model.space == nil { for file in files { try file.checkNamesItsGenes() } }
    let hasDefault = files.allSatisfy { $0.columnNames.contains(Self.defaultBatchKey) }
    let key = batchKey ?? (hasDefault ? Self.defaultBatchKey : nil)
    func join(_ naming: GeneNaming?) throws -> JoinedCells {
      var joining = JoiningOptions()
      joining.genes = .outer
      joining.geneNaming = naming
      return try JoinedCells(files, batchKey: key, joining: joining, allowingOneBatch: true)
    }
    let known = Set(model.genes)
    func matches(_ joined: JoinedCells) -> Int { joined.genes.count { known.contains($0.name) } }
    var best = try join(geneNaming)
    if geneNaming == nil, 10 * matches(best) < 9 * known.count {
      for naming in GeneNaming.allCases {
        // If a file lacks one kind of names, there is no choice.
        if let other = try? join(naming), matches(other) > matches(best) { best = other }
      }
    }
    try self.init(best, batchKey: key)
  }
}

/// New cells in the terms of a model, with the genes that each part lacks.
struct QueryCells {
  /// The cells, with the model's genes.
  var cells: CellDataset

  /// The genes that each part lacks, ascending; `(parts)`.
  let missing: [[UInt16]]

  /// The number of the model's genes that some part has.
  let found: Int

  /// Looks up the model's genes by name.
  ///
  /// - Throws: ``MappingError/tooFewGenes(found:of:missing:present:)``.
  init(_ query: CellDataset, for model: Model) throws(MappingError) {
    let genes = model.trained.genes
    let numbers = Dictionary(
      zip(genes, Int32(0)...), uniquingKeysWith: { first, _ in first })
    // A placeholder in one file is not the same gene as in another.
    let ofQuery = query.genes.map { isPlaceholder($0) ? -1 : numbers[$0] ?? -1 }
    var missing: [[UInt16]] = []
    var parts: [CellDataset.Part] = []
    for part in query.parts {
      let columns = part.sharedGenes.map { $0 >= 0 ? ofQuery[Int($0)] : -1 }
      let present = Set(columns)
      missing.append(genes.indices.filter { !present.contains(Int32($0)) }.map { UInt16($0) })
      parts.append(
        CellDataset.Part(
          name: part.name, matrixName: part.matrixName, matrix: part.matrix,
          geneNames: part.geneNames, sharedGenes: columns, otherCounts: part.otherCounts))
    }
    for (part, missing) in zip(query.parts, missing) {
      let found = genes.count - missing.count
      guard Double(found) >= MappingOptions.leastGenes * Double(genes.count) else {
        throw .tooFewGenes(
          part: part.name, found: found, of: genes.count,
          missing: missing.prefix(3).map { genes[Int($0)] },
          present: Array(part.geneNames.prefix(3)))
      }
    }
    found = ofQuery.count { $0 >= 0 }
    self.missing = missing
    cells = CellDataset(
      parts: parts, cellNames: query.cellNames, genes: genes, batches: query.batches)
  }
}
