internal import Alignment
internal import CountData
internal import Numerics
internal import Support

/// The aligned cells of all files, with the record of the run: the result of the sixth step.
package struct AlignedSteps {
  /// The record of the run.
  package var record: RunRecord

  private let embedding: Embedding
  private let plan: StepPlan
  private let model: StepFile

  /// Aligns the encoded cells of all files.
  ///
  /// - Parameters:
  ///   - cells: The encoded cells of all files of the plan, in any order.
  ///   - planPath: The plan.
  ///   - modelPath: The trained model.
  ///   - resources: The resources of the step.
  /// - Throws: ``StepError``; ``HarmonizeError/notFiniteResult(quantity:count:cell:)``.
  package init(
    _ cells: [String], plan planPath: String, model modelPath: String, _ resources: StepResources
  ) throws {
    let memory = AnonymousMemory()
    plan = try StepPlan(readingAt: planPath)
    let trained = try TrainedStep(readingAt: modelPath, of: plan)
    model = trained.file
    let files = try plan.files(cells, .cells, of: trained.file)
    let run = try plan.run(resources, [.alignment: 3, .checking: 1])
    let encoded = try Self.joined(
      files, plan, levels: trained.header.placing?.levels, in: run.context.tables)
    let aligned = try run.removeRest(from: encoded.embedding, encoded.places)
    embedding = aligned.embedding
    var diagnostics = trained.header.diagnostics
    let checks = IntegrationRun.Checks(
      quality: try run.compare(embedding, trained, encoded.places),
      network: IntegrationRun.NetworkCheck(
        statisticsGap: trained.header.statisticsGap, activity: trained.header.activity))
    run.note(checks, &diagnostics)
    var data = plan.header.data
    data.store.bytes = trained.header.storeBytes
    record = run.record(
      of: data, trained.header.training, digest: trained.header.digest,
      trained.header.composition, checks, diagnostics)
    record.peakAnonymousBytes = memory.peak
  }

  /// Joins the coordinates and populations of all files.
  private static func joined(
    _ files: [StepFile], _ plan: StepPlan, levels: [Int32]?, in memory: TableMemory
  ) throws -> (embedding: Embedding, places: PlacedCells?) {
    let dimensions = try files.map { try $0.header() as EncodedHeader }.map(\.dimensions).max() ?? 0
    var coordinates = try EmbeddingWriter(
      cellCount: plan.header.inputs.reduce(0) { $0 + $1.cells }, dimensions: dimensions, in: memory)
    var populations: [Int32] = []
    for (input, file) in files.enumerated() {
      let cells = plan.header.inputs[input].cells
      coordinates.append(try file.values("coordinates", count: cells * dimensions))
      if levels != nil { populations += try file.values("populations", count: cells) as [Int32] }
    }
    return (
      coordinates.finish(), levels.map { PlacedCells(ofCell: populations, levels: $0) }
    )
  }

  /// Writes the embedding with the record.
  ///
  /// - Parameter path: The file to create or replace.
  /// - Throws: `OutputError`.
  package func write(to path: String) throws {
    var file = try StepFileWriter(
      to: path, .embedding,
      from: StepOrigins(plan: plan.file.identity, model: model.identity))
    try file.write(header: reproducible)
    var first = 0
    for (number, input) in plan.header.inputs.enumerated() {
      try file.write(
        "embedding/\(number)", embedding.values(ofCells: first..<first + input.cells))
      first += input.cells
    }
    try file.finish()
  }

  /// The record without what differs between runs of one result.
  private var reproducible: RunRecord {
    var record = record
    (record.threads, record.seconds, record.peakMemoryBytes) = (0, [:], 0)
    (record.peakAnonymousBytes, record.resumedAtStep, record.instructionSet) = (nil, nil, nil)
    return record
  }
}

extension IntegrationRun {
  /// Compares the embedding with the uncorrected expression of the cells that a training kept.
  fileprivate func compare(
    _ embedding: Embedding, _ trained: TrainedStep, _ places: PlacedCells?
  ) throws -> QualityCheck {
    try context.time(.checking) {
      try context.report(.checking, 0)
      let drawn = QualityCheck.sample(
        of: cells.kept, seed: context.seed.seed(for: .checking))
      var check = QualityCheck()
      if let before = try trained.compared(cells: drawn.count) {
        check = try QualityCheck(
          of: drawn, before: before, after: Matrix(embedding.rows(drawn)), batches: cells.batches,
          populations: places?.ofCell, labels: nil, pool: context.pool)
      }
      try context.report(.checking, 1)
      return check
    }
  }
}
