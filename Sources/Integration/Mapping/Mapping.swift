internal import Alignment
internal import CellFiles
public import CountData
public import Numerics
internal import NeuralNet
public import Support

/// New cells mapped to the embedding of a training.
///
/// It is the result of ``Model/map(_:options:progress:)``.
public struct Mapping: Sendable {
  /// The positions of the new cells in the reference's embedding; `(n, components)`.
  public let embedding: Embedding

  /// The latent means of the new cells; `(n, d)`, without dimensions for given coordinates.
  public let latent: Embedding

  /// The transferred labels; `nil` if the model has no labels.
  public let labels: TransferredLabels?

  /// The labels in the latent space with their certified radii; `nil` unless requested.
  package let certified: CertifiedLabels?

  /// The names of the genes of the model; `nil` for given coordinates.
  let genes: Set<String>?

  /// The record of the mapping.
  public var record: MappingRecord
}

extension Model {
  /// Maps new cells to the embedding of the training, whose cells do not move.
  ///
  ///     let model = try Model(readingAt: "model.h5")
  ///     let query = try Cells(query: SampleSheet(paths: ["new.h5ad"]), for: model)
  ///     let mapping = try model.map(query)
  ///
  /// A cell's counts of the model's genes become the network's input as in the training; missing
  /// genes have their mean input. The encoder normalizes by the statistics that the options select.
  /// The latent means are decoded and projected. Then each new batch's offset in each of the
  /// reference's clusters is removed. The offsets of a batch are estimated from cells that have a
  /// counterpart in the reference; cells without one lose only the common offset. A single cell is
  /// enough.
  ///
  /// - Parameters:
  ///   - query: The new cells; their batches may have any names.
  ///   - options: The options of the mapping. The default is `MappingOptions()`.
  ///   - progress: Receives the progress, which ends with `overall` 1; throws to stop, as cancelling
  ///     the task does. The default does nothing.
  /// - Returns: The positions of the cells, and their labels.
  /// - Throws: `CategorizedError` if the cells cannot be read or the model does not suit them, or if a
  ///   radius is requested for a model that cannot be certified; errors of `progress`;
  ///   `CancellationError`.
  public func map(
    _ query: CellDataset, options: MappingOptions = MappingOptions(),
    progress: ProgressHandler = { _ in }
  ) throws -> Mapping {
    if let space {
      return try mapCoordinates(of: query, in: space, options: options, progress: progress)
    }
    try options.validate(for: self)
    if let protectedKey { throw MappingError.protects(column: protectedKey) }
    if options.certifiesRadius, reference.labels == nil { throw MappingError.noLabels }
    let certificate = try options.certifiesRadius ? Certificate(of: self) : nil
    guard featureKind == .peaks || options.peakCounts == nil else {
      throw UsageError(
        "`peakCounts` is for peaks, and the model is of genes; leave it out")
    }
    let sizes = try sizeFactorKey.map { try self.sizes($0, of: query) }
    let named = try QueryCells(query, for: self)
    // The depth of cells of peaks is known once their counts have been read.
    let given = try options.aligns && featureKind == .genes ? covariates(of: query) : nil
    return try withoutActuallyEscaping(progress) { progress in
      let context = RunContext(
        pool: ThreadPool(threads: threads), seed: 0, memory: options.memory,
        scratchFolder: options.scratchFolder, cells: query.count,
        workload: workload(for: query, options), progress: progress)
      var (cells, query, covariates) = (named, query, given)
      var peaks: PeakRecord?
      if featureKind == .peaks {
        let (fragments, findings) = try context.time(.reading) {
          try named.cells.countingFragments(options.peakCounts) { try context.report(.reading, 0) }
        }
        cells.cells = fragments
        peaks = PeakRecord(findings, of: query)
        query.columns[CellDataset.depthColumn] = fragments.columns[CellDataset.depthColumn]
        if options.aligns { covariates = try self.covariates(of: query) }
      }
      let data = try scan(cells.cells, scanRules(options, sizes), in: context)
      let latent = try context.time(.embedding) {
        try self.latent(of: cells, data.store, options, in: context)
      }
      try latent.checkIsFinite("latent position") { query.cellNames[$0] }
      let embedding = try place(latent, query.batches, covariates, options, in: context)
      try Task.checkCancellation()
      let (labels, certified) = context.time(.checking) {
        label(cells, at: embedding, latent, data.store, certificate, options, in: context)
      }
      if labels != nil { try context.report(.checking, 1) }
      return Mapping(
        embedding: embedding, latent: latent, labels: labels, certified: certified,
        genes: Set(trained.genes),
        record: MappingRecord(
          of: query, cells, data.summary, options, statistics(options), model: self, labels,
          certified, peaks, seconds: context.stopwatch.seconds))
    }
  }

  /// Returns the rules by which the counts of new cells are read: all genes of the model.
  private func scanRules(_ options: MappingOptions, _ sizes: SizeFactors?) -> ScanRules {
    var rules = ScanRules()
    rules.genes = .all(
      input: deviations.map { .standardized(deviations: $0) }
        ?? peakWeights.map { .termFrequency(weights: $0) } ?? .logNormalized)
    rules.minimumCounts = options.minimumCounts
    rules.anyScale = deviations != nil
    rules.sizes = sizes?.values
    return rules
  }

  /// Returns the sizes of new cells.
  private func sizes(_ column: String, of query: CellDataset) throws -> SizeFactors {
    do {
      return try SizeFactors(column, of: query)
    } catch let error as SizeFactorError {
      throw SizeFactorError.ofModel(error)
    }
  }

  /// Returns the statistics by which the encoder normalizes new cells.
  private func statistics(_ options: MappingOptions) -> MappingOptions.Statistics {
    options.statistics
      ?? (trained.network.encoderHasStatistics ? .frozen : MappingOptions.Statistics.none)
  }

  /// Returns the covariates of new cells; `nil` if the model has none, or no alignment to use them.
  private func covariates(of query: CellDataset) throws -> CovariateDesign? {
    guard !covariates.isEmpty, alignment != nil else { return nil }
    return CovariateDesign(
      joining: try covariates.map { try $0.columns(of: query) }, widths: covariates.map(\.width))
  }

  /// Returns the positions of new cells by their latent means, aligned to the reference.
  private func place(
    _ latent: Embedding, _ batches: BatchAssignment, _ covariates: CovariateDesign?,
    _ options: MappingOptions, in context: RunContext
  ) throws -> Embedding {
    try Task.checkCancellation()
    let placed = try context.time(.embedding) {
      try coordinates(ofLatent: latent, memory: context.tables, pool: context.pool)
    }
    try context.report(.embedding, 1)
    return try align(placed, batches, options, covariates, in: context)
  }

  /// Returns the coordinates of new cells, aligned with the reference's clusters.
  func align(
    _ placed: Embedding, _ batches: BatchAssignment, _ options: MappingOptions,
    _ covariates: CovariateDesign?, in context: RunContext
  ) throws -> Embedding {
    guard options.aligns, let alignment else { return placed }
    let aligned = try context.time(.alignment) {
      let clusters = ReferenceClusters(
        alignment, of: reference.trainedCells, pool: context.pool)
      let start = try covariates.map {
        try clusters.withoutEffects(
          of: $0, alignment.effects, placed, memory: context.tables, pool: context.pool)
      }
      return try QueryAlignment(
        clusters: clusters, kappa: Double(options.shrinkage),
        lambda: Double(options.clusterShrinkage)
      ).aligned(start ?? placed, batches: batches, memory: context.tables, pool: context.pool)
    }
    try context.report(.alignment, 1)
    return aligned
  }

  /// Returns the labels of new cells by their neighbours in the reference, and those with a radius
  /// if there is a certificate.
  private func label(
    _ cells: QueryCells, at embedding: Embedding, _ latent: Embedding, _ store: CountStore,
    _ certificate: Certificate?, _ options: MappingOptions, in context: RunContext
  ) -> (TransferredLabels?, CertifiedLabels?) {
    guard let labels = reference.labels else { return (nil, nil) }
    let transferred = TransferredLabels(
      to: embedding, from: reference, labels, neighbours: options.neighbours,
      leastConfidence: options.leastConfidence, leastSupport: options.leastSupport,
      pool: context.pool
    ) { support(of: $0, by: cells, latent, store, labels, context.pool) }
    let certified = certificate.map {
      CertifiedLabels(
        of: latent, certificate: $0, from: reference, labels, neighbours: options.neighbours,
        leastConfidence: options.leastConfidence, pool: context.pool)
    }
    return (transferred, certified)
  }

  /// Returns the support of labels by the counts of new cells; each part lacks different genes.
  private func support(
    of voted: [Int32], by query: QueryCells, _ latent: Embedding, _ store: CountStore,
    _ labels: Labels, _ pool: ThreadPool
  ) -> (own: [Float], inBatch: [Float])? {
    guard let support = LabelSupport(self, labels, pool: pool) else { return nil }
    let relative = BatchSupport(
      labels: support, network: trained.network, latent: latent, store: store, voted: voted,
      pool: pool)
    var own: [Float] = []
    var inBatch = [Float](repeating: 0, count: store.cellCount)
    for (part, missing) in zip(query.cells.parts, query.missing) {
      let cells = own.count..<own.count + part.matrix.cellCount
      own += support.support(of: store, cells, missing: missing, labels: voted, pool: pool)
      let batches = Dictionary(grouping: cells) { query.cells.batches.batchOfCell[$0] }
      for (_, cells) in batches.sorted(by: { $0.key < $1.key }) {
        let found = relative.support(of: cells, own: cells.map { own[$0] }, missing: missing)
        for (cell, support) in zip(cells, found) { inBatch[cell] = support }
      }
    }
    return (own, inBatch)
  }

  /// The share of the embedding that the latent means take; decoding takes the rest.
  private static let latentShare = 0.3

  /// Returns the latent means of new cells; each part lacks different genes.
  private func latent(
    of query: QueryCells, _ store: CountStore, _ options: MappingOptions, in context: RunContext
  ) throws -> Embedding {
    let batches = [Int32](repeating: 0, count: store.cellCount)
    let network = trained.network
    var means = try EmbeddingWriter(
      cellCount: store.cellCount, dimensions: network.options.latent, in: context.tables)
    var first = 0
    for (part, genes) in zip(query.cells.parts, query.missing) {
      let missing = MissingGenes(genes: genes, meanInputs: meanInputs)
      let start = first
      let count = part.matrix.cellCount
      func fill(_ range: Range<Int>, _ minibatch: inout Minibatch) {
        store.fill(
          &minibatch, with: start + range.lowerBound..<start + range.upperBound, batches: batches,
          pool: context.pool)
      }
      // Adapt to each file separately: its missing genes affect its statistics.
      let encoder =
        statistics(options) == .adapted
        ? network.adapted(
          toCells: count, shrinkage: options.shrinkage, missing: missing,
          pool: context.pool, fill: fill) : network
      var minibatch = Minibatch()
      for first in stride(from: 0, to: count, by: 1024) {
        let end = min(first + 1024, count)
        fill(first..<end, &minibatch)
        means.append(
          encoder.latent(
            of: minibatch, asMixture: true, missing: missing, pool: context.pool
          ).values)
        try context.report(
          .embedding, Self.latentShare * Double(start + end) / Double(store.cellCount))
      }
      first += count
    }
    return means.finish()
  }
}
