import CellFiles
import Foundation
import Harmonize
import HDF5
import Testing
import TestSupport

@Suite struct `Simulation: cells` {
  func options(_ change: (inout SimulationOptions) -> Void = { _ in }) -> SimulationOptions {
    var options = SimulationOptions()
    options.cells = 600
    options.genes = 300
    change(&options)
    return options
  }

  /// All counts, a list of (gene, count) for each cell.
  func counts(_ matrix: some ExpressionMatrix) throws -> [[Int32: Int32]] {
    var cells: [[Int32: Int32]] = []
    try matrix.forEachRowBlock(as: Int32.self) { block in
      #expect(block.firstRow == cells.count)
      for row in 0..<block.rowCount {
        let range = block.starts[row]..<block.starts[row + 1]
        cells.append(
          Dictionary(uniqueKeysWithValues: zip(block.genes[range], block.values[range])))
      }
    }
    #expect(cells.count == matrix.cellCount)
    return cells
  }

  /// The share of each gene in all counts of some cells.
  func profile(
    _ counts: [[Int32: Int32]], genes: Int, where isTaken: (Int) -> Bool
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: genes)
    for (cell, counts) in counts.enumerated() where isTaken(cell) {
      for (gene, count) in counts { sums[Int(gene)] += Double(count) }
    }
    let total = sums.reduce(0, +)
    return sums.map { $0 / total }
  }

  func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
  }

  @Test func `one seed gives one set of counts, in blocks of any size`() throws {
    var simulation = try Simulation(options())
    let first = try counts(simulation)
    #expect(try counts(simulation) == first)
    for size in [1, 7, 599, 100_000] {
      simulation.blockCells = size
      #expect(try counts(simulation) == first)
    }
    let other = try Simulation(options { $0.seed = 1 })
    #expect(try counts(other) != first)
    #expect(other.cellTypes != simulation.cellTypes)
  }

  @Test func `every type of numbers gets the same counts`() throws {
    let simulation = try Simulation(options())
    var whole: [Int32] = []
    try simulation.forEachRowBlock(as: Int32.self) { whole += $0.values }
    var floats: [Float] = []
    try simulation.forEachRowBlock(as: Float.self) { floats += $0.values }
    var bytes: [UInt8] = []
    try simulation.forEachRowBlock(as: UInt8.self) { bytes += $0.values }
    #expect(floats == whole.map { Float($0) })
    #expect(bytes == whole.map { UInt8(clamping: $0) })
  }

  @Test func `about 88% of the default's values are zero`() throws {
    let simulation = try Simulation(SimulationOptions())
    var stored = 0
    try simulation.forEachRowBlock(as: Int32.self) { stored += $0.values.count }
    let share = Double(stored) / Double(simulation.cellCount * simulation.geneCount)
    #expect(share > 0.10 && share < 0.14, "\(share)")
  }

  @Test func `cells have the counts that were asked for`() throws {
    let simulation = try Simulation(
      options {
        $0.medianCounts = 500
        $0.batchStrength = 0
        $0.dispersion = 0
      })
    let totals = try counts(simulation).map { $0.values.reduce(0, +) }.sorted()
    #expect(abs(Double(totals[300]) - 500) < 50)
  }

  @Test func `a larger dispersion varies the counts more`() throws {
    func variance(_ dispersion: Double) throws -> Double {
      let cells = try counts(
        Simulation(
          options {
            $0.batches = 1
            $0.cellTypes = 1
            $0.dispersion = dispersion
          }))
      // The gene with most counts, relative to its mean.
      let shares = profile(cells, genes: 300) { _ in true }
      let gene = Int32(shares.indices.max { shares[$0] < shares[$1] } ?? 0)
      let values = cells.map { Double($0[gene] ?? 0) }
      let mean = values.reduce(0, +) / 600
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 600 / (mean * mean)
    }
    #expect(try variance(0) < 0.5 * variance(1))
  }

  @Test func `batches differ as much as the batch strength says`() throws {
    func distance(_ strength: Double) throws -> Double {
      let simulation = try Simulation(
        options {
          $0.cells = 1_500
          $0.cellTypes = 1
          $0.batchStrength = strength
        })
      let cells = try counts(simulation)
      let profiles = (0..<2).map { batch in
        profile(cells, genes: 300) { simulation.batches.batchOfCell[$0] == Int32(batch) }
      }
      return self.distance(profiles[0], profiles[1])
    }
    let (none, one, three) = (try distance(0), try distance(1), try distance(3))
    #expect(none < 0.05)
    #expect(one > 3 * none)
    #expect(three > 1.5 * one)
  }

  @Test func `types of one lineage are closer than others, and none differ without programs`()
    throws
  {
    func profiles(_ strength: Double) throws -> [[Double]] {
      let simulation = try Simulation(
        options {
          $0.cells = 3_000
          $0.batches = 1
          $0.cellTypes = 4
          $0.programStrength = strength
          $0.compositionDifference = 0
        })
      let cells = try counts(simulation)
      return (0..<4).map { type in
        profile(cells, genes: 300) { simulation.cellTypes[$0] == Int32(type) }
      }
    }
    // Where one frequent gene is raised all others have smaller shares, so the median is taken off.
    func logDistance(_ a: [Double], _ b: [Double]) -> Double {
      let ratios = zip(a, b).map { log(($0 + 1e-4) / ($1 + 1e-4)) }
      let median = ratios.sorted()[ratios.count / 2]
      return ratios.reduce(0) { $0 + abs($1 - median) } / Double(ratios.count)
    }
    let types = try profiles(1)
    #expect(logDistance(types[0], types[1]) < logDistance(types[0], types[2]))
    #expect(logDistance(types[2], types[3]) < logDistance(types[1], types[3]))
    let same = try profiles(0)
    #expect(logDistance(same[0], same[3]) < 0.5 * logDistance(types[0], types[3]))
  }

  @Test func `compositions differ as much as was asked for`() throws {
    func shares(_ difference: Double) throws -> [[Double]] {
      let simulation = try Simulation(
        options {
          $0.cells = 60_000
          $0.genes = 2
          $0.compositionDifference = difference
        })
      return (0..<3).map { batch in
        let cells = simulation.cells(ofBatch: batch)
        return (0..<6).map { type in
          Double(cells.count { simulation.cellTypes[$0] == Int32(type) }) / Double(cells.count)
        }
      }
    }
    let (alike, different) = (try shares(0), try shares(1))
    #expect(distance(alike[0], alike[1]) < 0.02)
    #expect(distance(alike[1], alike[2]) < 0.02)
    // The shares of types without a difference: t^-0.7.
    let expected = (1...6).map { pow(Double($0), -0.7) }
    let sum = expected.reduce(0, +)
    #expect(distance(alike[0], expected.map { $0 / sum }) < 0.02)
    #expect(distance(different[0], different[1]) > 0.2)
  }

  @Test func `batches have as many cells each, names differ, and labels are there`() throws {
    let simulation = try Simulation(options { $0.cells = 601 })
    #expect(simulation.batches.names == ["batch1", "batch2", "batch3"])
    #expect(simulation.batches.cellCounts == [200, 200, 201])
    #expect(simulation.cells(ofBatch: 2) == 400..<601)
    #expect(simulation.cellTypeNames.count == 6)
    #expect(Set(simulation.cellTypes) == Set(0..<6))
    #expect(Set(simulation.cellNames).count == 601)
    #expect(simulation.cellNames.allSatisfy { $0.utf8.count == 18 })
    #expect(Set(simulation.genes.compactMap(\.id)).count == 300)
  }

  @Test func `what cannot be simulated is refused, and says what would do`() {
    let cases: [((inout SimulationOptions) -> Void, String)] = [
      ({ $0.batches = 0 }, "cannot simulate with `batches` 0: it has to be at least 1"),
      (
        { $0.cells = 2 },
        "cannot simulate with `cells` 2: it has to be at least one for each batch, 3"
      ),
      ({ $0.genes = 1 }, "cannot simulate with `genes` 1: it has to be at least 2"),
      ({ $0.cellTypes = -1 }, "cannot simulate with `cellTypes` -1: it has to be at least 1"),
      (
        { $0.batchStrength = .nan },
        "cannot simulate with `batchStrength` nan: it has to be from 0 to 10"
      ),
      (
        { $0.compositionDifference = 1.5 },
        "cannot simulate with `compositionDifference` 1.5: it has to be from 0 to 1"
      ),
      (
        { $0.dispersion = .infinity },
        "cannot simulate with `dispersion` inf: it has to be from 0 to 100"
      ),
      (
        { $0.cellTypes = 1_000_000 },
        "cannot simulate with cellTypes × genes 1000000 × 300: it has to be at most 268435456, "
          + "which take 4 GB"
      ),
    ]
    for (change, message) in cases {
      let error = #expect(throws: SimulationError.self) { try Simulation(options(change)) }
      #expect(error?.description == message)
    }
  }

  @Test func `the AnnData file holds the counts and the truth`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("simulated.h5ad")
    let simulation = try Simulation(options())
    try simulation.writeAnnData(to: path)
    let file = try CellFile(readingAt: path)
    #expect(try counts(file) == counts(simulation))
    #expect(file.storage.element == .float(bytes: 4))
    #expect(Array(file.cellNames) == simulation.cellNames)
    #expect(file.genes.map(\.name) == simulation.genes.map(\.name))
    #expect(
      try file.column("batch")
        == .categorical(
          codes: simulation.batches.batchOfCell, categories: simulation.batches.names,
          ordered: false))
    #expect(
      try file.column("cell_type")
        == .categorical(
          codes: simulation.cellTypes, categories: simulation.cellTypeNames, ordered: false))
    #expect(try File(readingAt: path).read("uns/simulation/seed", as: Int64.self) == [0])
  }

  @Test func `the 10x files hold the same counts, each those of one batch`() throws {
    let folder = try TemporaryFolder()
    let simulation = try Simulation(options())
    let paths = simulation.batches.names.map { folder.path("\($0).h5") }
    try simulation.writeTenX(to: paths)
    let files = try paths.map { try CellFile(readingAt: $0) }
    let joined = try JoinedCells(files, batchKey: nil)
    #expect(joined.batches == simulation.batches)
    #expect(joined.cellNames.map { $0.prefix(16) } == simulation.cellNames.map { $0.prefix(16) })
    #expect(joined.genes == simulation.genes)
    #expect(try counts(joined) == counts(simulation))
  }
}
