internal import CellFiles
internal import CountData
internal import NeuralNet
internal import Numerics
internal import Support

/// The part of the file of one input's encoded cells beside its arrays.
struct EncodedHeader: Codable {
  var cells: Int
  var latent: Int
  var dimensions: Int
}

/// Encodes all cells of one file: the fifth step.
///
/// Blocks of cells are read, encoded and decoded one after another, so only the coordinates of the
/// file's cells are held.
///
/// - Parameters:
///   - path: The file.
///   - planPath: The plan.
///   - modelPath: The trained model.
///   - output: The file to create or replace.
///   - resources: The resources of the step.
/// - Returns: The number of cells.
/// - Throws: ``StepError``; `OutputError`; errors of reading;
///   ``HarmonizeError/notFiniteResult(quantity:count:cell:)``.
package func encode(
  _ path: String, plan planPath: String, model modelPath: String, to output: String,
  _ resources: StepResources
) throws -> Int {
  let plan = try StepPlan(readingAt: planPath)
  let trained = try TrainedStep(readingAt: modelPath, of: plan)
  let rows = try PlannedRows(of: path, plan, resources)
  let encoder = try BlockEncoder(plan, trained, pool: ThreadPool(threads: resources.threads))
  let batches: [Int32] = try plan.values("batches", ofInput: rows.input)
  let context = resources.context([.embedding: 1])
  var encoded = EncodedCells()
  try rows.forEachBlock { range, totals, packed in
    try encoder.encode(packed, totals: totals, batches: batches[range], into: &encoded)
    try context.report(.embedding, Double(range.upperBound) / Double(batches.count))
  }
  let options = plan.header.options
  let latent = Embedding(
    cellCount: batches.count, dimensions: options.model.latent, values: encoded.latent)
  try latent.checkIsFinite("latent position") { rows.cells.cellNames[$0] }
  var file = try StepFileWriter(
    to: output, .cells,
    from: StepOrigins(
      plan: plan.file.identity, model: trained.file.identity, input: rows.input))
  try file.write(
    header: EncodedHeader(
      cells: batches.count, latent: latent.dimensions, dimensions: encoder.dimensions))
  try file.write("latent", encoded.latent)
  try file.write("coordinates", encoded.coordinates)
  if encoder.placing != nil { try file.write("populations", encoded.populations) }
  try file.finish()
  return batches.count
}

/// The positions of the cells encoded so far.
private struct EncodedCells {
  var latent: [Float] = []
  var coordinates: [Float] = []
  var populations: [Int32] = []
}

/// A trained model that encodes blocks of packed cells.
private struct BlockEncoder {
  let network: Autoencoder
  let space: DecodedSpace?
  let placing: PopulationPlacing?
  let plan: StepPlan
  let pool: ThreadPool

  init(_ plan: StepPlan, _ trained: TrainedStep, pool: ThreadPool) throws {
    (self.plan, self.pool) = (plan, pool)
    network = try trained.network(plan)
    space = try trained.components(plan).map { DecodedSpace(components: $0) }
    placing = try trained.placing(plan)
  }

  /// The number of coordinates.
  var dimensions: Int { space?.components.variances.count ?? plan.header.options.model.latent }

  /// Encodes a block, each cell on its own.
  func encode(
    _ packed: PackedRows, totals: ArraySlice<Double>, batches: ArraySlice<Int32>,
    into encoded: inout EncodedCells
  ) throws {
    var builder = CountStoreBuilder(
      cellTotals: Array(totals), geneCount: plan.header.genes.count, input: .logNormalized,
      inBytes: plan.header.inBytes)
    try builder.append(packed, from: 0)
    let store = try builder.finish()
    let batches = Array(batches)
    let latent = try latentMeans(of: store, batches: batches, with: network, pool: pool)
    encoded.latent += latent.values
    if let placing {
      encoded.populations += placing.places(of: store, batches: batches, pool: pool)
    }
    guard let space else {
      encoded.coordinates += latent.values
      return
    }
    encoded.coordinates +=
      try space.coordinates(
        of: latent, from: batches, network, scaling: plan.header.options.componentScaling,
        memory: .process, pool: pool
      ) { _ in }.values
  }
}
