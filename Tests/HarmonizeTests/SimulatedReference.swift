import CellFiles
import Numerics
import NeuralNet
@testable import CountData
@testable import Integration
@testable import Support
@testable import Simulation

/// A model of some of the cells of a simulation, with their types as labels, and cells for it.
struct SimulatedReference {
  let model: Model
  let query: CellDataset

  /// The type of each cell of the query.
  let types: [Int32]

  /// Simulates three batches, trains on the first two, and keeps the third for a query.
  ///
  /// - Parameters:
  ///   - left: Types that the training is not shown.
  ///   - shift: The deviation of the logarithm of a factor for each gene of the query.
  ///   - loss: What the model is trained for.
  ///   - limit: The maximum number of cells of the query.
  /// - Throws: What simulating and training throw.
  init(
    leaving left: Set<Int32> = [], shift: Double = 0,
    loss: ReconstructionLoss = .negativeBinomial, limit: Int = .max
  ) throws {
    var simulated = SimulationOptions()
    (simulated.cells, simulated.genes, simulated.cellTypes) = (900, 200, 4)
    (simulated.compositionDifference, simulated.programStrength) = (0, 2)
    simulated.dispersion = 0.1
    let simulation = try Simulation(simulated)
    let types = simulation.cellTypes
    let (first, third) = (simulation.cells(ofBatch: 0), simulation.cells(ofBatch: 2))
    let known = (first.lowerBound..<third.lowerBound).filter { !left.contains(types[$0]) }
    let cells = try Self.cells(known, of: simulation)
    var options = IntegrationTests.options(visits: 8_000)
    (options.model.hidden, options.model.latent, options.components) = ([32], 8, 8)
    options.model.loss = loss
    let trained = try Model(try integrate(cells, options: options), of: cells)
    model = CertifiedLabelsTests.labelled(
      trained, simulation.cellTypeNames, known.map { types[$0] })
    let taken = Array(third.prefix(limit))
    query = try Self.cells(taken, of: simulation, shift: shift)
    self.types = taken.map { types[$0] }
  }

  private static func cells(_ rows: [Int], of simulation: Simulation, shift: Double = 0) throws
    -> CellDataset
  {
    let genes = simulation.geneCount
    var all: [Float] = []
    try simulation.forEachRowBlock(as: Float.self) { block in
      for row in 0..<block.rowCount {
        var values = [Float](repeating: 0, count: genes)
        for k in block.starts[row]..<block.starts[row + 1] {
          values[Int(block.genes[k])] = block.values[k]
        }
        all += values
      }
    }
    var random = Xoshiro256(seed: 77)
    let factors = (0..<genes).map { _ in exponential(Float(shift * random.standardNormal())) }
    let dense = rows.flatMap { row in
      (0..<genes).map { (all[row * genes + $0] * factors[$0]).rounded() }
    }
    let batches = rows.map { simulation.batches.batchOfCell[$0] }
    let levels = Array(Set(batches)).sorted()
    return CellDataset(
      MatrixInMemory(dense: dense, geneCount: genes),
      names: rows.map { simulation.cellNames[$0] }, genes: simulation.genes.map(\.name),
      batches: BatchAssignment(
        names: levels.map { simulation.batches.names[Int($0)] },
        batchOfCell: batches.map { Int32(levels.firstIndex(of: $0) ?? 0) }))
  }
}
