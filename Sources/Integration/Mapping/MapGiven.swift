internal import Alignment
internal import CellFiles
internal import CountData
internal import Numerics
internal import Support

extension Model {
  /// Maps coordinates of new cells that are in the space of the reference's given coordinates.
  ///
  /// The reference's mean is subtracted, and the cells are aligned with its clusters, as are the
  /// coordinates that a network gives.
  ///
  /// - Parameters:
  ///   - query: The new cells.
  ///   - space: The space of the reference.
  ///   - options: The options of the mapping.
  ///   - progress: Receives the progress; throws to stop.
  /// - Returns: The positions of the cells, and their labels.
  /// - Throws: `CategorizedError` if an option has no effect on coordinates or the coordinates have
  ///   other dimensions than the reference; errors of `progress`; `CancellationError`.
  func mapCoordinates(
    of query: CellDataset, in space: GivenSpace, options: MappingOptions,
    progress: ProgressHandler
  ) throws -> Mapping {
    let (query, options) = try self.query(query, in: space, options)
    let given = query.coordinates?.embedding ?? Embedding(cellCount: 0, dimensions: 0, values: [])
    return try withoutActuallyEscaping(progress) { progress in
      let context = RunContext(
        pool: ThreadPool(threads: threads), seed: 0, memory: options.memory,
        scratchFolder: options.scratchFolder, cells: query.count,
        workload: workload(for: query, options), progress: progress)
      let centered = try space.centered(given, in: context.tables)
      let embedding = try align(centered, query.batches, options, nil, in: context)
      try Task.checkCancellation()
      let labels = context.time(.checking) {
        reference.labels.map {
          TransferredLabels(
            to: embedding, from: reference, $0, neighbours: options.neighbours,
            leastConfidence: options.leastConfidence, pool: context.pool)
        }
      }
      if labels != nil { try context.report(.checking, 1) }
      return Mapping(
        embedding: embedding,
        latent: Embedding(cellCount: query.count, dimensions: 0, values: []), labels: labels,
        certified: nil, genes: nil,
        record: MappingRecord(
          ofCoordinates: query, options, model: self, labels, seconds: context.stopwatch.seconds))
    }
  }

  /// Reads and checks the coordinates of new cells.
  private func query(
    _ query: CellDataset, in space: GivenSpace, _ options: MappingOptions
  ) throws -> (CellDataset, MappingOptions) {
    try options.checkRanges()
    try options.checkForCoordinates()
    var (query, options) = (query, options)
    let name = options.fromEmbedding ?? space.name
    if query.coordinates == nil {
      if options.fromEmbedding == nil, case .table = CoordinateSource(space.name) {
        throw UsageError(
          "the reference was aligned from the table '\(space.name)'; give the table of the new cells "
            + "as `fromEmbedding`")
      }
      try query.readCoordinates(name)
    }
    options.fromEmbedding = name
    let found = query.coordinates?.embedding.dimensions ?? 0
    guard found == space.dimensions else {
      throw MappingError.otherDimensions(
        name: name, found: found, reference: space.name, expected: space.dimensions)
    }
    try query.coordinates?.embedding.checkIsFinite("coordinate") { query.cellNames[$0] }
    return (query, options)
  }
}

extension MappingOptions {
  /// The fields that apply to given coordinates; the others are about counts and the network.
  private static let fieldsOfCoordinates: Set = [
    "shrinkage", "aligns", "clusterShrinkage", "neighbours", "leastConfidence", "memory",
    "scratchFolder", "fromEmbedding",
  ]

  /// Checks that no option is given that has no effect on coordinates.
  ///
  /// - Throws: `UsageError`.
  fileprivate func checkForCoordinates() throws(UsageError) {
    for name in changedFields where !Self.fieldsOfCoordinates.contains(name) {
      throw UsageError(
        "`\(name)` has no effect on new cells of an embedding, which have neither counts nor a network; "
          + "leave it out")
    }
  }

  private var changedFields: [String] {
    let usual = MappingOptions()
    return Self.fields.filter { $0.value(self) != $0.value(usual) }.map(\.name)
  }
}

extension MappingRecord {
  /// Makes the record of a mapping of given coordinates.
  init(
    ofCoordinates query: CellDataset, _ options: MappingOptions, model: Model,
    _ labels: TransferredLabels?, seconds: [Stage: Double]
  ) {
    self.init(
      inputs: query.inputs, modelDigest: model.digest, options: options, statistics: .none,
      cells: query.count,
      batches: query.batches.names.indices.map { batch in
        let cells = query.batches.batchOfCell.count { Int($0) == batch }
        return RunRecord.Batch(
          name: query.batches.names[batch], cells: cells, cellsUsed: cells)
      },
      genes: 0, genesFound: 0, seconds: seconds)
    if let labels {
      cellsOfLabel = labels.words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      notices.append(
        "an embedding has no support of labels by counts, so new cells of types that the reference "
          + "lacks are not recognized")
    }
    addShared(query, with: model)
    notices += query.notices
    warnings += query.warnings
  }
}
