internal import CellFiles
internal import CountData
internal import Numerics
internal import Support

extension Destination {
  /// Writes the embedding of one file: the last step.
  ///
  /// - Parameters:
  ///   - input: The file.
  ///   - planPath: The plan.
  ///   - cellsPath: The file's encoded cells.
  ///   - embeddingPath: The embedding of all files.
  ///   - resources: The resources of the step.
  /// - Returns: The number of cells written.
  /// - Throws: ``StepError``; `OutputError`, `HDF5Error` if writing fails; errors of reading.
  @discardableResult
  package func write(
    _ input: String, plan planPath: String, cells cellsPath: String,
    embedding embeddingPath: String, _ resources: StepResources
  ) throws -> Int {
    let plan = try StepPlan(readingAt: planPath)
    let (number, file) = try plan.open(input, resources)
    let part = try EmbeddedFile(
      file, number: number, plan, cells: cellsPath, embedding: embeddingPath)
    let context = resources.context([.writing: 1])
    try context.report(.writing, 0)
    switch format {
    case .table(let format):
      try writeTable(
        to: path, cellNames: file.cellNames.selecting(part.used),
        table: DenseTable(part.embedding.rows(part.used)), format: format)
    case .h5ad, .zarr: try writeAnnData(part)
    }
    try context.report(.writing, 1)
    guard format == .zarr || format == .h5ad && file.format == .h5ad else { return part.used.count }
    return file.cellCount
  }

  private func writeAnnData(_ part: EmbeddedFile) throws {
    let file = part.file
    guard file.format == .h5ad || format == .zarr else {
      return try writeJoined(
        to: path, cells: part.joined, isKept: part.isUsed, usedGenes: part.isUsedGene,
        includesExpression: !embeddingOnly, adding: part.additions(toCells: part.used))
    }
    var additions = part.additions(toCells: Array(0..<file.cellCount))
    additions.add(file.addedColumns)
    if part.used.count < file.cellCount
      || file.columnNames.contains(IntegrationResult.trainedColumn)
    {
      additions.obs[IntegrationResult.trainedColumn] = .booleans(part.isUsed)
    }
    additions.geneTable = file.geneTable
    additions.genes[usedGenesColumn] = .booleans(part.isUsedGene)
    try writeCopy(of: file, adding: additions)
  }
}

/// One file of a plan with the positions of its cells.
private struct EmbeddedFile {
  let file: CellFile
  let embedding: Embedding
  let latent: Embedding
  let record: RunRecord

  /// A flag for each cell that is true if it was in the training.
  let isUsed: [Bool]

  /// A flag for each gene of the file that is true if the model uses it.
  let isUsedGene: [Bool]

  /// The file as cells of their batches.
  let joined: JoinedCells

  /// The cells that were in the training.
  var used: [Int] { isUsed.indices.filter { isUsed[$0] } }

  init(
    _ file: CellFile, number: Int, _ plan: StepPlan, cells cellsPath: String,
    embedding embeddingPath: String
  ) throws {
    self.file = file
    let cells = try StepFile(readingAt: cellsPath, expecting: .cells)
    let aligned = try StepFile(readingAt: embeddingPath, expecting: .embedding)
    try cells.check(plan: plan.file)
    try aligned.check(plan: plan.file)
    guard cells.origins.model == aligned.origins.model else {
      throw StepError.otherOrigin(
        path: cellsPath, kind: "trained model", origin: embeddingPath)
    }
    guard let input = cells.origins.input, plan.header.inputs.indices.contains(input) else {
      throw StepError.damaged(path: cellsPath, problem: "it is of none of the plan's files")
    }
    guard input == number else {
      throw StepError.otherInput(
        path: cellsPath, found: plan.header.inputs[input].path,
        expected: plan.header.inputs[number].path)
    }
    let header: EncodedHeader = try cells.header()
    let n = file.cellCount
    latent = Embedding(
      cellCount: n, dimensions: header.latent,
      values: try cells.values("latent", count: n * header.latent))
    embedding = Embedding(
      cellCount: n, dimensions: header.dimensions,
      values: try aligned.values("embedding/\(number)", count: n * header.dimensions))
    record = try aligned.header()
    isUsed = try plan.isKept(ofInput: number)
    isUsedGene = try plan.geneNumbers(ofInput: number).map { $0 >= 0 }
    joined = try JoinedCells(
      [file], batchKey: nil, allowingOneBatch: true
    ).with(
      batches: BatchAssignment(
        names: plan.header.batches, batchOfCell: try plan.values("batches", ofInput: number)))
  }

  /// Returns the additions to a file with some of the cells.
  func additions(toCells cells: [Int]) -> AnnDataAdditions {
    var additions = AnnDataAdditions()
    additions.obsm["X_scharmonize"] = DenseTable(embedding.rows(cells))
    additions.obsm["X_scharmonize_latent"] = DenseTable(latent.rows(cells))
    additions.uns["scharmonize"] = record.unsValue(cells: cells, cellsUsed: used, decodedAs: nil)
    return additions
  }
}
