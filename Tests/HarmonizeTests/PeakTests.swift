import CellFiles
import Foundation
import Numerics
import Testing
import TestSupport
@testable import CountData
@testable import Evaluation
@testable import Integration
@testable import NeuralNet
@testable import RunReports
@testable import Simulation
@testable import Support
@testable import Training

/// Integrations of peaks.
@Suite struct PeakTests {
  /// Simulated peaks: 600 cells of four types in three batches, with nineteen of twenty counts zero.
  static func simulation(cells: Int = 600, peaks: Int = 4_000) throws -> Simulation {
    var options = SimulationOptions()
    (options.cells, options.genes, options.cellTypes, options.peaks) = (cells, peaks, 4, true)
    (options.medianCounts, options.dispersion) = (Double(peaks) / 16, 0)
    (options.compositionDifference, options.batchStrength, options.programStrength) = (0, 0.3, 2)
    return try Simulation(options)
  }

  static func cells(_ simulation: Simulation, _ range: Range<Int>? = nil) throws -> CellDataset {
    var block = RowBlock<Float>(firstRow: 0, starts: [0], genes: [], values: [])
    let range = range ?? 0..<simulation.cellCount
    let present = Set(simulation.batches.batchOfCell[range]).sorted()
    try simulation.forEachRowBlock(of: range, as: Float.self) { part in
      block.starts += part.starts.dropFirst().map { $0 + block.values.count }
      block.genes += part.genes
      block.values += part.values
    }
    return CellDataset(
      counts: MatrixInMemory(
        starts: block.starts, columns: block.genes, values: block.values,
        geneCount: simulation.geneCount),
      names: Array(simulation.cellNames[range]), genes: simulation.genes.map(\.name),
      batches: BatchAssignment(
        names: present.map { simulation.batches.names[Int($0)] },
        batchOfCell: simulation.batches.batchOfCell[range].map {
          Int32(present.firstIndex(of: $0) ?? 0)
        }))
  }

  /// Small and fast options; those that differ for peaks are left as they are.
  static func options(visits: Int = 20_000) -> IntegrationOptions {
    var options = IntegrationOptions()
    (options.model.hidden, options.model.latent, options.components) = ([64], 10, 10)
    (options.training.visits, options.training.minibatchSize) = (visits, 64)
    return options
  }

  @Test func `peaks are recognized, and have their own defaults`() throws {
    let simulation = try Self.simulation()
    let cells = try Self.cells(simulation)
    #expect(cells.featureKind == .peaks && cells.description.hasPrefix("600 cells, 4000 peaks"))
    let result = try integrate(cells, options: Self.options())
    let record = result.record
    #expect(record.options.featureKind == .peaks && record.options.model.loss == .poisson)
    #expect(record.options.geneCount == IntegrationOptions.peakCount)
    #expect(record.peaks?.batchesOfReads == ["batch1", "batch2", "batch3"])
    #expect(
      record.notices.contains(
        "the features are peaks, as their names are genomic intervals, such as 'chr1:10000-10500'; "
          + "`featureKind = genes` treats them as genes"), "\(record.notices)")
    #expect(
      record.notices.contains { $0.hasSuffix("`peakCounts = fragments` leaves them unchanged") })
    let embedding = Matrix(
      rows: 600, columns: result.embedding.dimensions, values: result.embedding.values)
    let types = typeNeighbourhoods(
      before: embedding, after: embedding,
      labels: simulation.cellTypes.map { "type\($0)" }, pool: ThreadPool(threads: 2))
    #expect(types.allSatisfy { $0.after > 0.95 }, "\(types.map(\.after))")
    let mixing = try #require(record.mixing)
    #expect(mixing.after ?? 0 > 0.9, "\(mixing)")
  }

  @Test func `reads and their fragments give the same embedding`() throws {
    let simulation = try Self.simulation(cells: 200, peaks: 1_000)
    let reads = try Self.cells(simulation)
    let fragments = try reads.countingFragments(.reads).cells
    var given = IntegrationOptions(for: .peaks)
    #expect(given.geneCount == IntegrationOptions.peakCount && given.model.loss == .poisson)
    let small = Self.options(visits: 1_000)
    (given.model.hidden, given.model.latent, given.components) = ([64], 10, 10)
    given.training = small.training
    let found = try integrate(reads, options: small)
    given.peakCounts = .fragments
    let same = try integrate(fragments, options: given)
    #expect(found.embedding == same.embedding)
    given.peakCounts = .reads
    #expect(try integrate(reads, options: given).embedding == found.embedding)
    given.peakCounts = .fragments
    #expect(try integrate(reads, options: given).embedding != found.embedding)
    given.featureKind = .genes
    given.peakCounts = nil
    #expect(try integrate(reads, options: given).embedding != found.embedding)
  }

  @Test func `given options are kept`() throws {
    let cells = try Self.cells(Self.simulation(cells: 30, peaks: 200))
    var options = IntegrationOptions()
    (options.geneCount, options.model.loss) = (150, .poisson)
    try options.adapt(to: cells)
    #expect(options.featureKind == .peaks && options.geneCount == 150)
    options = IntegrationOptions()
    try options.adapt(to: cells, keeping: .init(count: true, loss: true))
    #expect(options.geneCount == 2_000 && options.model.loss == .negativeBinomial)
    options = IntegrationOptions()
    options.featureKind = .genes
    try options.adapt(to: cells)
    #expect(options.geneCount == 2_000 && options.model.loss == .negativeBinomial)
    options = IntegrationOptions()
    options.model.loss = .meanSquaredError
    try options.adapt(to: cells)
    #expect(options.featureKind == nil && options.geneCount == 2_000)
  }

  @Test func `options that do not fit are refused`() throws {
    let peaks = try Self.cells(Self.simulation(cells: 30, peaks: 200))
    func message(
      _ cells: CellDataset, _ change: (inout IntegrationOptions) -> Void
    ) -> String {
      var options = IntegrationOptions()
      change(&options)
      do {
        _ = try integrate(cells, options: options)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message(smallCells()) { $0.peakCounts = .reads }
        == "`peakCounts` is for peaks, and the features are genes; leave it out, or give "
        + "`featureKind = peaks`")
    #expect(
      message(peaks) { ($0.peakCounts, $0.model.loss) = (.reads, .meanSquaredError) }
        == "`peakCounts` is for peaks, and values of `loss = mse` are used unchanged; leave it out, or "
        + "give `featureKind = peaks`")
    #expect(
      message(peaks) { ($0.featureKind, $0.model.loss) = (.peaks, .meanSquaredError) }
        == "`loss = mse` takes values of any scale unchanged, and peaks are counts; leave out one of "
        + "`loss = mse` and `featureKind = peaks`")
    #expect(
      message(smallCells()) { $0.featureKind = .peaks }
        == "30 peaks of 30 are accessible in some cell and selected, and at least 100 are needed; give "
        + "`featureKind = genes` if the features are not peaks")
    #expect(
      message(peaks) { $0.geneList = Array(peaks.genes.prefix(99)) }
        == "99 peaks of 200 are accessible in some cell and selected, and at least 100 are needed; give "
        + "`featureKind = genes` if the features are not peaks")
    #expect(
      message(smallCells { $0[1] = -1 }) { $0.featureKind = .peaks }
        == "'X' in 'matrix' holds 1 negative value, first in cell 'cell0', gene 'gene1', so these are "
        + "not counts; give a file with counts, or `loss = mse` to use the values unchanged")
  }

  @Test func `a model of peaks maps new cells`() throws {
    let simulation = try Self.simulation()
    let (known, new) = (0..<400, 400..<600)
    let cells = try Self.cells(simulation, known)
    let result = try integrate(cells, options: Self.options())
    let folder = try TemporaryFolder()
    let path = folder.path("model.h5")
    try Model(result, of: cells).write(to: path)
    let model = try Model(readingAt: path)
    guard case .termFrequency(let weights) = result.input else {
      Issue.record("the input is not of peaks")
      return
    }
    #expect(model.peakWeights == weights && model.featureKind == .peaks)
    let query = try Self.cells(simulation, new)
    let mapping = try model.map(query)
    #expect(mapping.record.peaks?.batchesOfReads == ["batch3"])
    var fragments = MappingOptions()
    fragments.peakCounts = .fragments
    let counted = try model.map(query.countingFragments(.reads).cells, options: fragments)
    #expect(counted.embedding == mapping.embedding)
    // The training's own cells come back to where the network puts them.
    var unaligned = MappingOptions()
    unaligned.aligns = false
    let again = try model.map(cells, options: unaligned)
    #expect(again.latent == result.latent)
    let genes = try Model(
      integrate(smallCells(), options: IntegrationTests.options(visits: 500)), of: smallCells())
    do {
      _ = try genes.map(smallCells(), options: fragments)
      Issue.record("no error")
    } catch {
      #expect("\(error)" == "`peakCounts` is for peaks, and the model is of genes; leave it out")
    }
  }
}
