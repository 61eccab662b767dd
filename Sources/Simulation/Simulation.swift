package import CellFiles
internal import Foundation
package import HDF5
internal import Numerics
package import Support

/// Simulated counts of cells of several types from several batches, with known truth.
///
/// In the model, `b` is the batch strength, and each `e` is an independent standard normal number:
///
/// - Every gene has a base expression `exp(2 e)`.
/// - Types belong to lineages of two types each. With the program strength `p`, a lineage raises
///   10% of the genes by a factor `exp(1.5 p (1 + e / 2))`. A type raises a further 5% by `exp(p (1
///   + e / 2))`.
/// - A batch multiplies each gene by `exp(0.4 b e)`: its *scaling*.
/// - Base, programs and scaling, normalized to sum 1, are the type's profile in the batch. A share
///   `r / (1 + r)`, `r = 0.1 b u` with `u` uniform, is replaced by the mixture of all cells of the
///   batch, its ambient RNA: the *shift*.
/// - A batch multiplies all counts by `exp(0.3 b e)`: its *depth*.
/// - A cell of a batch has type `t` (from 1) with a probability of `1 - c` times `t^-0.7`,
///   normalized to sum 1, plus `c` times shares of the batch (Dirichlet with 1/2). Here `c` is the
///   composition difference.
/// - A cell has a mean of `medianCounts * exp(0.4 e)` counts, times its batch's depth, distributed
///   over the genes by its profile. Each count is drawn from the negative binomial distribution
///   with that mean and the dispersion.
///
/// Every cell has its own random numbers, derived from the seed and its index, so the counts do not
/// depend on the order of requests.
///
///     let simulation = try Simulation(SimulationOptions())
///     try simulation.writeAnnData(to: "simulated.h5ad")
package struct Simulation: ExpressionMatrix {
  /// The options of the simulation.
  package let options: SimulationOptions

  /// The batch of each cell; the cells of a batch are consecutive.
  package let batches: BatchAssignment

  /// The index of each cell's type in ``cellTypeNames``; `[cells]`.
  package let cellTypes: [Int32]

  /// The maximum number of cells in a block of rows.
  ///
  /// The default is 4,096. Larger blocks take more memory and are hardly faster.
  package var blockCells = 4_096

  let model: SimulationModel
  private let cellSeed: UInt64

  /// The stream of random numbers that cells are drawn from.
  private static let cellPurpose: UInt64 = 4

  /// Draws the genes, types and batches, and the type of each cell.
  ///
  /// - Parameter options: The options of the simulation.
  /// - Throws: ``SimulationError`` if an option has an invalid value.
  package init(_ options: SimulationOptions) throws(SimulationError) {
    try options.validate()
    self.options = options
    let model = SimulationModel(options)
    self.model = model
    let seed = streamSeed(options.seed, Self.cellPurpose)
    cellSeed = seed
    var ofCell: [Int32] = []
    for batch in 0..<options.batches {
      ofCell += [Int32](
        repeating: Int32(batch), count: Self.cells(ofBatch: batch, options).count)
    }
    batches = BatchAssignment(
      names: (1...options.batches).map { "batch\($0)" }, batchOfCell: ofCell)
    cellTypes = ofCell.enumerated().map { cell, batch in
      var random = Xoshiro256(seed: streamSeed(seed, UInt64(cell)))
      return Self.type(model.composition[Int(batch)], using: &random)
    }
  }

  /// The number of cells.
  package var cellCount: Int { options.cells }

  /// The number of genes.
  package var geneCount: Int { options.genes }

  /// The names of the types.
  package var cellTypeNames: [String] { (1...options.cellTypes).map { "type\($0)" } }

  /// The genes: `Gene1`, `Gene2`, … with identifiers; or peaks.
  package var genes: [Gene] {
    guard !options.peaks else { return peaks }
    return (1...options.genes).map { number in
      let digits = String(number)
      let zeros = String(repeating: "0", count: max(0, 11 - digits.count))
      return Gene(name: "Gene\(number)", id: "SIMG" + zeros + digits)
    }
  }

  /// The cells' names: unique barcodes of 16 bases, followed by the number of the batch.
  package var cellNames: [String] {
    batches.batchOfCell.enumerated().map { "\(barcode(of: $0))-\($1 + 1)" }
  }

  /// Returns the range of cells of one batch.
  package func cells(ofBatch batch: Int) -> Range<Int> {
    Self.cells(ofBatch: batch, options)
  }

  private static func cells(ofBatch batch: Int, _ options: SimulationOptions) -> Range<Int> {
    options.cells * batch / options.batches..<options.cells * (batch + 1) / options.batches
  }

  /// Draws the type of a cell with the first of its random numbers.
  private static func type(_ shares: [Double], using random: inout Xoshiro256) -> Int32 {
    var rest = random.uniformDouble()
    for (type, share) in shares.enumerated() {
      rest -= share
      if rest < 0 { return Int32(type) }
    }
    return Int32(shares.count - 1)
  }

  /// Draws all cells, block after block, with the same result every time.
  ///
  /// - Parameters:
  ///   - type: The number type the counts are converted to; a count out of range becomes the
  ///     largest value of the type.
  ///   - body: The closure that receives each block.
  /// - Throws: Rethrows errors of `body`.
  package func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    try forEachRowBlock(of: 0..<cellCount, as: type, body)
  }

  /// Draws some cells, block after block, with row numbers from 0.
  func forEachRowBlock<Value: StoredNumber>(
    of cells: Range<Int>, as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    var row = CountRow(genes: geneCount)
    let step = max(1, blockCells)
    var ofBatch: (batch: Int, samplers: [CountSampler]) = (-1, [])
    for first in stride(from: cells.lowerBound, to: cells.upperBound, by: step) {
      var (starts, genes, counts) = ([0], [Int32](), [Int32]())
      for cell in first..<min(first + step, cells.upperBound) {
        // The cells of a batch are consecutive, so one batch at a time is in memory.
        let batch = Int(batches.batchOfCell[cell])
        if batch != ofBatch.batch { ofBatch = (batch, samplers(ofBatch: batch)) }
        var random = draw(cell, ofBatch.samplers, into: &row)
        row.drain(genes: &genes, values: &counts)
        if options.peaks {
          addCutSites(of: &counts, from: starts[starts.count - 1], using: &random)
        }
        starts.append(counts.count)
      }
      try body(
        RowBlock(
          firstRow: first - cells.lowerBound, starts: starts, genes: genes,
          values: converted(counts)))
    }
  }

  /// Returns the samplers of the types of a batch.
  private func samplers(ofBatch batch: Int) -> [CountSampler] {
    model.profiles(ofBatch: batch).map {
      CountSampler(profile: $0, dispersion: options.dispersion)
    }
  }

  /// Draws a cell, and returns the generator of its further random numbers.
  private func draw(
    _ cell: Int, _ samplers: [CountSampler], into row: inout CountRow
  ) -> Xoshiro256 {
    let batch = Int(batches.batchOfCell[cell])
    var random = Xoshiro256(seed: streamSeed(cellSeed, UInt64(cell)))
    let type = Int(Self.type(model.composition[batch], using: &random))
    let total =
      options.medianCounts * model.depth[batch] * exp(0.4 * random.standardNormal())
    samplers[type].draw(total: total, into: &row, using: &random)
    return random
  }
}

/// Returns sixteen bases, different for every number below 2³².
private func barcode(of cell: Int) -> String {
  // Multiplication by an odd factor permutes all 32-bit numbers.
  var number = UInt32(truncatingIfNeeded: cell) &* 0x9E37_79B1 ^ 0x5BD1_E995
  let bases = Array("ACGT".utf8)
  return String(
    decoding: (0..<16).map { _ in
      defer { number >>= 2 }
      return bases[Int(number & 3)]
    }, as: UTF8.self)
}

/// Converts counts to another type; a count out of range becomes the type's largest value.
private func converted<Value: StoredNumber>(_ counts: [Int32]) -> [Value] {
  // Common types have separate loops.
  if Value.self == Int32.self { return unsafe unsafeBitCast(counts, to: [Value].self) }
  if Value.self == Float.self {
    return unsafe unsafeBitCast(counts.map(Float.init), to: [Value].self)
  }
  let largest = [65_535, 32_767, 255, 127].lazy.compactMap { Value(exactly: $0) }.first ?? 0
  return counts.map { Value(exactly: $0) ?? largest }
}
