internal import Alignment
internal import CellFiles
internal import CountData
internal import NeuralNet
internal import Numerics
package import Support
internal import Training

extension IntegrationOptions {
  /// The fields that apply to given coordinates; the others are about counts, genes and the network.
  private static let fieldsOfCoordinates: Set = [
    "composition", "alignment", "fromEmbedding", "labelKey", "seed", "threads", "memory",
    "scratchFolder", "uncorrectedCells",
  ]

  /// The most dimensions that can be aligned.
  private static let mostDimensions = 65_536

  /// Checks, before the coordinates are read, that no option is given that has no effect on them.
  ///
  /// - Throws: `UsageError`.
  package func checkForCoordinates() throws(UsageError) {
    func refuse(_ name: String) -> UsageError {
      UsageError(
        "`\(name)` has no effect on an embedding, which is aligned without reading counts or training "
          + "a network; leave it or `fromEmbedding` out")
    }
    if geneList != nil { throw refuse("geneList") }
    if excludedGenes != nil { throw refuse("excludedGenes") }
    if checkpoint != nil { throw refuse("checkpoint") }
    for (name, isGiven) in [
      ("covariates", covariates != nil), ("protect", protect != nil),
      ("trainLabels", trainLabels != nil),
    ] where isGiven {
      throw UsageError(
        "`\(name)` cannot be combined with `fromEmbedding` yet; leave one of the two out")
    }
    let names =
      changed(self, from: IntegrationOptions()).filter { !Self.fieldsOfCoordinates.contains($0) }
      + changed(model, from: AutoencoderOptions()) + changed(training, from: TrainingOptions())
    if let name = names.first { throw refuse(name) }
    guard alignment != nil else {
      throw UsageError(
        "`alignment = nil` leaves an embedding as it is; leave it or `fromEmbedding` out")
    }
  }

  /// Checks the options and the coordinates.
  ///
  /// - Throws: `OptionError`, `UsageError`, ``HarmonizeError``.
  func check(_ given: GivenCoordinates, of cells: CellDataset) throws {
    try validate()
    try checkForCoordinates()
    try alignment?.validate(forKeys: cells.batchKeys.count)
    let embedding = given.embedding
    guard cells.count > 1 else {
      throw HarmonizeError.nothingToIntegrate(cells: cells.count, genes: cells.genes.count)
    }
    guard (2...Self.mostDimensions).contains(embedding.dimensions) else {
      throw HarmonizeError.dimensions(name: given.name, count: embedding.dimensions)
    }
    try embedding.checkIsFinite("coordinate") { cells.cellNames[$0] }
    let budget = MemoryBudget(memory)
    try budget.check(clusters: alignment?.clusters, cells: cells.count)
    if let scratchFolder { try ScratchFolder.check(scratchFolder) }
  }
}

/// Returns the names of the fields with other values than the defaults.
private func changed<Options: DescribedOptions>(_ options: Options, from usual: Options) -> [String]
{
  Options.fields.filter { $0.value(options) != $0.value(usual) }.map(\.name)
}
