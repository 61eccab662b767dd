internal import Composition
internal import NeuralNet
internal import Numerics
internal import Support
internal import Training

/// A trained model as the file of a step holds it, with all that later steps need beside the plan.
struct TrainedStep {
  /// The name and shape of a tensor.
  struct Shape: Codable {
    var name: String
    var shape: [Int]
  }

  /// The clusters among which cells are placed.
  struct Placing: Codable {
    var dimensions: Int
    var centres: Int
    var population: [Int]
    var bandwidth: Float
    var clustersOfBatch: [[Int]]
    var levels: [Int32]
  }

  /// The components of the decoded space.
  struct Components: Codable {
    var count: Int
    var totalVariance: Double
  }

  /// The part of a model's file beside its arrays.
  struct Header: Codable {
    var training: TrainingSummary
    var digest: String
    var parameters: [Shape]
    var statistics: [Shape]
    var matchedRows: [Int32]?
    var placing: Placing?
    var components: Components?
    var statisticsGap: Double?
    var activity: [LayerActivity]
    var composition: CompositionRecord?
    var storeBytes: Int

    /// The number of components of the uncorrected expression of the compared cells; `nil` if none
    /// are compared.
    var comparedComponents: Int?

    var diagnostics: Diagnostics
  }

  let file: StepFile
  let header: Header

  /// Opens a model.
  ///
  /// - Throws: ``StepError`` if it is none of the plan.
  init(readingAt path: String, of plan: StepPlan) throws {
    file = try StepFile(readingAt: path, expecting: .model)
    try file.check(plan: plan.file)
    header = try file.header()
  }

  /// Reads the network.
  ///
  /// - Throws: ``StepError``.
  func network(_ plan: StepPlan) throws(StepError) -> Autoencoder {
    var network = Autoencoder(
      genes: plan.header.genes.count, batches: plan.header.batches.count,
      options: plan.header.options.model, matchedRows: header.matchedRows, seed: 0)
    do {
      try network.restore(
        parameters: try tensors(header.parameters, in: "parameters"),
        statistics: try tensors(header.statistics, in: "statistics"))
    } catch let error as StepError {
      throw error
    } catch {
      throw .damaged(path: file.path, problem: "\(error)")
    }
    network.profilePrecision = plan.header.options.training.precision
    return network
  }

  private func tensors(_ shapes: [Shape], in group: String) throws(StepError) -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for shape in shapes {
      tensors.append(
        NamedTensor(
          name: shape.name, shape: shape.shape,
          values: try file.values("\(group)/\(shape.name)", count: shape.shape.reduce(1, *))))
    }
    return tensors
  }

  /// Reads the components of the decoded space; `nil` for the latent space.
  func components(_ plan: StepPlan) throws(StepError) -> PrincipalComponents? {
    guard let components = header.components else { return nil }
    let genes = plan.header.genes.count
    return PrincipalComponents(
      mean: try file.values("components/mean", count: genes),
      components: try matrix("components/directions", components.count, genes),
      variances: try file.values("components/variances", count: components.count),
      totalVariance: components.totalVariance)
  }

  /// Reads the clusters among which cells are placed; `nil` if there are no populations.
  func placing(_ plan: StepPlan) throws(StepError) -> PopulationPlacing? {
    guard let placing = header.placing else { return nil }
    let d = placing.dimensions
    return PopulationPlacing(
      frame: CompositionFrame(
        directions: try matrix("placing/directions", plan.header.genes.count, d),
        origins: try matrix("placing/origins", plan.header.batches.count, d),
        centres: try matrix("placing/centres", placing.centres, d),
        clusterCentres: try matrix("placing/clusters", placing.population.count, d),
        population: placing.population, bandwidth: placing.bandwidth),
      clustersOfBatch: placing.clustersOfBatch)
  }

  /// Reads the components of the uncorrected expression of compared cells.
  func compared(cells: Int) throws(StepError) -> Matrix? {
    guard let count = header.comparedComponents else { return nil }
    return try matrix("compared", cells, count)
  }

  private func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(StepError) -> Matrix {
    Matrix(rows: rows, columns: columns, values: try file.values(name, count: rows * columns))
  }
}

extension TrainedStep.Header {
  /// Writes a model with this header.
  ///
  /// - Parameters:
  ///   - path: The file to create or replace.
  ///   - plan: The plan.
  ///   - network: The trained network.
  ///   - placing: The clusters among which cells are placed.
  ///   - components: The components of the decoded space.
  ///   - compared: The components of the uncorrected expression of compared cells.
  /// - Throws: `OutputError`.
  func write(
    to path: String, _ plan: StepPlan, _ network: Autoencoder, _ placing: PopulationPlacing?,
    _ components: PrincipalComponents?, compared: Matrix?
  ) throws {
    var file = try StepFileWriter(
      to: path, .model, from: StepOrigins(plan: plan.file.identity))
    try file.write(header: self)
    for tensor in network.parameters { try file.write("parameters/\(tensor.name)", tensor.values) }
    for tensor in network.statistics { try file.write("statistics/\(tensor.name)", tensor.values) }
    if let frame = placing?.frame {
      try file.write("placing/directions", frame.directions.values)
      try file.write("placing/origins", frame.origins.values)
      try file.write("placing/centres", frame.centres.values)
      try file.write("placing/clusters", frame.clusterCentres.values)
    }
    if let components {
      try file.write("components/mean", components.mean)
      try file.write("components/directions", components.components.values)
      try file.write("components/variances", components.variances)
    }
    if let compared { try file.write("compared", compared.values) }
    try file.finish()
  }
}
