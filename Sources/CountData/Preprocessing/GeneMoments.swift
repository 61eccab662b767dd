internal import CellFiles
internal import Numerics
internal import Support

/// The sums over cells that gene selection needs, by batch.
///
/// Batches of fewer than ``votingCells`` cells share one slot: they have no vote of their own, and
/// a thousand of them should not need a thousand slots.
///
/// The sums of counts are exact: each number is rounded to a coarse grid and its rest to a fine one,
/// and sums of numbers on a grid have no rounding. So they depend neither on the order of the cells
/// nor on how they are divided among files, and sums of parts can be added.
package struct GeneMoments: Sendable {
  /// The minimum number of cells of a batch for a vote in the selection of genes.
  package static let votingCells = 20

  /// The largest number of batches with a slot of their own, those of most cells.
  static let mostSlots = 512

  /// The transformation of a stored value before it is summed.
  package enum Scale: Sendable {
    /// `10⁴ x / t`, for counts, with the cell's total or size factor `t`.
    case perTenThousand

    /// `exp(x) − 1`, for log-normalized values.
    case undoLog

    /// `x`, for values on any other scale.
    case asIs

    /// 1 for each value that is stored, for peaks: only cells are counted, in an eighth of the memory.
    case accessibility
  }

  let geneCount: Int
  private(set) var scale: Scale

  /// The slot of each batch; `(S)`.
  package let slotOfBatch: [Int]

  /// The number of cells in each slot.
  package private(set) var cells: [Int]

  /// The sum and the sum of squares of each gene on the coarse grid, and those of the rests on the
  /// fine one, adjacent for the processor's cache; `(slots, f)`.
  package private(set) var sums: [SIMD4<Double>]

  /// The number of cells of each slot in which each peak is accessible, instead of ``sums``;
  /// `(slots, f)`, and empty for other scales.
  private var accessible: [Int32] = []

  /// Makes empty sums for batches with the given numbers of cells.
  package init(geneCount: Int, cellsOfBatch: [Int], scale: Scale) {
    self.geneCount = geneCount
    self.scale = scale
    slotOfBatch = Self.slots(cellsOfBatch)
    let slots = Self.slotCount(slotOfBatch)
    cells = [Int](repeating: 0, count: slots)
    if scale == .accessibility {
      sums = []
      accessible = [Int32](repeating: 0, count: slots * geneCount)
    } else {
      sums = [SIMD4<Double>](repeating: .zero, count: slots * geneCount)
    }
  }

  /// Makes empty sums of counts with a slot for each batch, to be added to those of other cells.
  package init(geneCount: Int, batches: Int) {
    self.geneCount = geneCount
    scale = .perTenThousand
    slotOfBatch = Array(0..<batches)
    cells = [Int](repeating: 0, count: batches)
    sums = [SIMD4<Double>](repeating: .zero, count: batches * geneCount)
  }

  /// Takes the sums of ``init(geneCount:batches:)`` from where they were kept.
  package init(geneCount: Int, cells: [Int], sums: [SIMD4<Double>]) {
    self.init(geneCount: geneCount, batches: cells.count)
    precondition(sums.count == cells.count * geneCount, "\(sums.count) sums of \(geneCount) genes")
    (self.cells, self.sums) = (cells, sums)
  }

  /// Adds the sums of other cells of the same scale.
  ///
  /// - Parameters:
  ///   - other: The sums.
  ///   - genes: The gene here of each of the other's genes, or −1.
  ///   - batches: The batch here of each of the other's batches.
  package mutating func add(_ other: GeneMoments, genes: [Int32], batches: [Int32]) {
    precondition(
      genes.count == other.geneCount && batches.count == other.slotOfBatch.count,
      "\(genes.count) genes, \(batches.count) batches")
    for (batch, number) in batches.enumerated() {
      let (slot, from) = (slotOfBatch[Int(number)], other.slotOfBatch[batch])
      cells[slot] += other.cells[from]
      for (gene, place) in genes.enumerated() where place >= 0 {
        sums[slot * geneCount + Int(place)] += other.sums[from * other.geneCount + gene]
      }
    }
  }

  /// The slot of each batch: 0 for the small ones and for those beyond the most.
  private static func slots(_ cellsOfBatch: [Int]) -> [Int] {
    let own = cellsOfBatch.indices.filter { cellsOfBatch[$0] >= votingCells }
      .sorted { (cellsOfBatch[$1], $0) < (cellsOfBatch[$0], $1) }
      .prefix(mostSlots).sorted()
    var slots = [Int](repeating: 0, count: cellsOfBatch.count)
    for (place, batch) in own.enumerated() { slots[batch] = place + 1 }
    return slots
  }

  private static func slotCount(_ slotOfBatch: [Int]) -> Int { (slotOfBatch.max() ?? 0) + 1 }

  /// The bytes of the sums of so many genes, over batches with so many cells each.
  package static func byteCount(
    genes: Int, cellsOfBatch: [Int], scale: Scale = .perTenThousand
  ) -> Int {
    slotCount(slots(cellsOfBatch)) * genes
      * (scale == .accessibility
        ? MemoryLayout<Int32>.stride : MemoryLayout<SIMD4<Double>>.stride)
  }

  /// The bytes of the sums.
  package var byteCount: Int {
    sums.count * MemoryLayout<SIMD4<Double>>.stride
      + accessible.count * MemoryLayout<Int32>.stride
  }

  /// Starts anew, on another scale, in the same memory.
  mutating func reset(to scale: Scale) {
    self.scale = scale
    for slot in cells.indices { cells[slot] = 0 }
    for place in sums.indices { sums[place] = .zero }
  }
  /// Adds one row of a block: a cell of batch `batch` with the given total.
  ///
  /// `genes` are the indices of the part's genes in the shared genes, or −1.
  mutating func add(
    row: Int, of block: RowBlock<Float>, genes sharedGenes: [Int32], batch: Int32, total: Double
  ) {
    let slot = slotOfBatch[Int(batch)]
    cells[slot] += 1
    let factor = total > 0 ? 1e4 / total : 0
    let range = block.starts[row]..<block.starts[row + 1]
    let genes = block.genes.span.extracting(range)
    let values = block.values.span.extracting(range)
    switch scale {
    case .perTenThousand: add(genes, values, sharedGenes, slot, Self.onGrids) { $0 * factor }
    case .undoLog: add(genes, values, sharedGenes, slot, Self.asOne) { expMinusOne($0) }
    case .asIs: add(genes, values, sharedGenes, slot, Self.asOne) { $0 }
    case .accessibility:
      for k in genes.indices {
        let gene = Int(sharedGenes[Int(genes[k])])
        if gene >= 0 { accessible[slot * geneCount + gene] += 1 }
      }
    }
  }

  /// Adding and subtracting 1.5 · 2⁵² of a grid's steps rounds to the grid.
  ///
  /// Numbers are at most 10⁴ and their squares 10⁸. With these steps, 2⁻¹² and 2, sums over 2²⁷
  /// cells stay below 2⁵³ steps, and so do the sums of the rests with steps of 2⁻³⁹ and 2⁻²⁶.
  ///
  /// They are computed, because a stored constant would be looked up, and checked, for each value.
  private static var coarse: SIMD2<Double> { SIMD2(0x1.8p40, 0x1.8p53) }
  private static var fine: SIMD2<Double> { SIMD2(0x1.8p13, 0x1.8p26) }

  @inline(__always)
  private static func onGrids(_ both: SIMD2<Double>) -> SIMD4<Double> {
    let high = (both + coarse) - coarse
    return SIMD4(lowHalf: high, highHalf: ((both - high) + fine) - fine)
  }

  @inline(__always)
  private static func asOne(_ both: SIMD2<Double>) -> SIMD4<Double> {
    SIMD4(lowHalf: both, highHalf: .zero)
  }

  @inline(__always)
  private mutating func add(
    _ genes: Span<Int32>, _ values: Span<Float>, _ sharedGenes: [Int32], _ slot: Int,
    _ parts: (SIMD2<Double>) -> SIMD4<Double>, scaled: (Double) -> Double
  ) {
    let sharedGenes = sharedGenes.span
    let first = slot * geneCount
    var sums = self.sums.mutableSpan
    for k in values.indices {
      let gene = Int(sharedGenes[Int(genes[k])])
      guard gene >= 0 else { continue }
      let value = scaled(Double(values[k]))
      sums[first + gene] += parts(SIMD2(value, value * value))
    }
  }

  /// Finds the only batch that expresses a gene, among those with their own slot and all small ones
  /// together.
  ///
  /// - Parameter gene: The gene.
  /// - Returns: The batch and the gene's mean in it; `nil` if several batches express it, or none,
  ///   or only small ones.
  func onlyBatch(of gene: Int) -> (batch: Int, mean: Double)? {
    let slots = cells.indices.filter { sum(of: gene, in: [$0])[0] != 0 }
    guard slots.count == 1, slots[0] > 0, let batch = slotOfBatch.firstIndex(of: slots[0]) else {
      return nil
    }
    return (batch, sum(of: gene, in: slots)[0] / Double(Swift.max(cells[slots[0]], 1)))
  }

  /// Returns the sum and the sum of squares of a gene over some slots.
  private func sum(of gene: Int, in slots: [Int]) -> SIMD2<Double> {
    guard scale != .accessibility else {
      return SIMD2(
        repeating: slots.reduce(0) { $0 + Double(accessible[$1 * geneCount + gene]) })
    }
    let parts = slots.reduce(SIMD4<Double>.zero) { $0 + sums[$1 * geneCount + gene] }
    return parts.lowHalf + parts.highHalf
  }

  /// Returns the number of cells in which a peak is accessible, over all batches.
  func cellCount(withGene gene: Int) -> Int { Int(sum(of: gene, in: Array(cells.indices))[0]) }

  /// The votes of the slots; all cells form one slot if no batch is large enough.
  var votes: some Collection<Vote> { votes(measured: nil) }

  /// Returns the votes of the slots, each on the genes that its batch measured.
  ///
  /// - Parameter measured: The genes that each batch measured; `(S)(f)`, or `nil` for all.
  /// - Returns: A vote for each slot of one batch with enough cells.
  func votes(measured: [[Bool]]?) -> some Collection<Vote> {
    let voting = slotOfBatch.indices.filter {
      slotOfBatch[$0] > 0 && cells[slotOfBatch[$0]] >= Self.votingCells
    }
    let voters: [Int?] = voting.isEmpty ? [nil] : voting
    return voters.lazy.map { batch in
      guard let batch else { return vote(of: Array(cells.indices)) }
      var vote = vote(of: [slotOfBatch[batch]])
      vote.measured = measured?[batch]
      return vote
    }
  }

  /// The mean and variance of every gene over all cells; both `(f)`.
  var pooled: Vote { vote(of: Array(cells.indices)) }

  /// The moments of every gene over some cells.
  struct Vote: Sendable {
    /// The number of cells.
    var cells: Int

    /// The mean of each gene; `(f)`.
    var means: [Double]

    /// The unbiased variance of each gene; `(f)`.
    var variances: [Double]

    /// A flag for each gene that is true if the cells' batch measured it; `(f)`, or `nil` for all.
    var measured: [Bool]?
  }

  private func vote(of slots: [Int]) -> Vote {
    let count = slots.reduce(0) { $0 + cells[$1] }
    let n = Double(Swift.max(count, 1))
    var means = [Double](repeating: 0, count: geneCount)
    var variances = means
    for gene in 0..<geneCount {
      let both = sum(of: gene, in: slots)
      let (sum, square) = (both[0], both[1])
      means[gene] = sum / n
      variances[gene] = count > 1 ? Swift.max(0, square - sum * sum / n) / (n - 1) : 0
    }
    return Vote(cells: count, means: means, variances: variances)
  }
}
