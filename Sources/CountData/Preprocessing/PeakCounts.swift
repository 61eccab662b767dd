internal import CellFiles
internal import HDF5
internal import Numerics
internal import Support

/// The counts that a matrix of peaks holds.
public enum PeakCounts: String, Sendable, Codable, CaseIterable {
  /// Reads or cut sites, of which a fragment has two: `⌈x / 2⌉` of them are fragments.
  case reads

  /// Fragments, or 1 for each accessible peak; they are used unchanged.
  case fragments
}

/// The numbers of small counts of some cells, which tell reads from fragments.
///
/// A fragment has two ends. If both are counted, most counts are even; counts of fragments, and of
/// 1 for each accessible peak, become rarer with their size (Martens et al. 2023,
/// <https://doi.org/10.1038/s41592-023-02112-6>).
struct SmallCounts: Sendable {
  /// The number of values of 0 (unused), 1, 2, 3, 4 and 5.
  private(set) var ofValue = [Int](repeating: 0, count: 6)

  /// The number of small counts below which the other cells of a file decide.
  static let fewest = 1000

  /// The number of small counts.
  var total: Int { ofValue.reduce(0, +) }

  mutating func add(_ value: Float) {
    guard value >= 1, value <= 5, value == value.rounded() else { return }
    ofValue[Int(value)] += 1
  }

  mutating func add(_ other: SmallCounts) {
    for value in ofValue.indices { ofValue[value] += other.ofValue[value] }
  }

  /// A flag that is true if there are at least twice as many counts of 2 and 4 as the odd counts beside
  /// them let expect.
  ///
  /// Between odd neighbours, `n₂ + n₄` is about `(n₁ + n₃) / 2 + (n₃ + n₅) / 2`. Poisson counts have at most
  /// 1.13 times as many, whatever their mean.
  var areReads: Bool {
    let (even, odd) = (ofValue[2] + ofValue[4], ofValue[1] + 2 * ofValue[3] + ofValue[5])
    return even > 0 && even >= odd
  }

  /// The share of even numbers among counts up to 5; 0 without counts.
  var evenShare: Double { Double(ofValue[2] + ofValue[4]) / Double(max(1, total)) }
}

/// The findings about the counts of peaks.
package struct PeakFindings: Sendable {
  /// The batches whose counts are reads, ascending.
  package var batchesOfReads: [Int] = []

  /// The share of even numbers among counts up to 5 in these batches, and in the others; 0 to 1.
  package var (evenShareOfReads, evenShareOfOthers) = (0.0, 0.0)

  /// A flag that is true if the option tells what the counts are.
  package var isGiven = false
}

extension CellDataset {
  /// The name of the column with the logarithm of each cell's number of fragments.
  package static let depthColumn = "log_fragments"

  /// Counts fragments where the counts of peaks are reads, and checks that they are whole numbers.
  ///
  /// Each batch of each file is judged on its own, or, if it has fewer than 1,000 small counts, by all
  /// cells of the file. The cells are read once. They get the column ``depthColumn``, `log(1 + t)` for `t`
  /// fragments in all peaks of the file.
  ///
  /// - Parameters:
  ///   - given: What the counts are; `nil` to find out.
  ///   - progress: Called after each block; throws to stop.
  /// - Returns: The cells with counts of fragments, and what was found.
  /// - Throws: ``CountDataError/fractionsOfPeaks(part:matrix:value:cell:peak:counts:)``; errors of reading
  ///   and of `progress`.
  package func countingFragments(
    _ given: PeakCounts?, progress: () throws -> Void = {}
  ) throws -> (cells: CellDataset, findings: PeakFindings) {
    var findings = PeakFindings()
    findings.isGiven = given != nil
    var (reads, others, batchesOfReads) = (SmallCounts(), SmallCounts(), Set<Int32>())
    var (parts, firstCell) = (parts, 0)
    var depths: [Double] = []
    depths.reserveCapacity(count)
    for number in parts.indices {
      let part = parts[number]
      let ofCell = batches.batchOfCell[firstCell..<firstCell + part.matrix.cellCount]
      var totals: [BlockCounts.Total] = []
      totals.reserveCapacity(ofCell.count)
      let counts = try smallCounts(
        of: part, batches: ofCell, firstCell: firstCell, totals: &totals, progress)
      var all = SmallCounts()
      for count in counts.values { all.add(count) }
      let areReads = counts.mapValues { own in
        given.map { $0 == .reads } ?? (own.total < SmallCounts.fewest ? all : own).areReads
      }
      for (batch, own) in counts {
        if areReads[batch] == true {
          reads.add(own)
          batchesOfReads.insert(batch)
        } else {
          others.add(own)
        }
      }
      let isOfReads = ofCell.map { areReads[$0] ?? (given == .reads) }
      depths += zip(totals, isOfReads).map { logOnePlus(max(0, $1 ? $0.halved : $0.all)) }
      if isOfReads.contains(true) {
        parts[number] = part.replacing(
          FragmentMatrix(counts: part.matrix, isOfReads: isOfReads))
      }
      firstCell += part.matrix.cellCount
    }
    findings.batchesOfReads = batchesOfReads.sorted().map(Int.init)
    (findings.evenShareOfReads, findings.evenShareOfOthers) = (reads.evenShare, others.evenShare)
    var cells = with(parts)
    cells.setColumn(Self.depthColumn, to: depths)
    return (cells, findings)
  }

  /// Counts the small counts of each batch of a part.
  private func smallCounts(
    of part: Part, batches: ArraySlice<Int32>, firstCell: Int,
    totals: inout [BlockCounts.Total], _ progress: () throws -> Void
  ) throws -> [Int32: SmallCounts] {
    var counts: [Int32: SmallCounts] = [:]
    try part.matrix.forEachRowBlock(
      as: Float.self, map: { BlockCounts(of: $0, batches: batches) }
    ) { block in
      if let fraction = block.firstFraction {
        throw CountDataError.fractionsOfPeaks(
          part: part.name, matrix: part.matrixName, value: fraction.value,
          cell: cellNames[firstCell + fraction.row], peak: part.geneNames[fraction.feature],
          counts: part.otherCounts)
      }
      for (batch, own) in block.counts { counts[batch, default: SmallCounts()].add(own) }
      totals += block.totals
      try progress()
    }
    return counts
  }

  /// Returns the same cells with other matrices.
  private func with(_ parts: [Part]) -> CellDataset {
    var cells = CellDataset(parts: parts, cellNames: cellNames, genes: genes, batches: batches)
    (cells.batchKeys, cells.columns, cells.joined) = (batchKeys, columns, joined)
    (cells.notices, cells.warnings, cells.batchKey) = (notices, warnings, batchKey)
    (cells.coordinates, cells.featureKind) = (coordinates, featureKind)
    cells.fixedColumns = fixedColumns
    return cells
  }
}

extension CellDataset.Part {
  /// Returns the same part with another matrix of the same shape.
  fileprivate func replacing(_ matrix: any ExpressionMatrix) -> CellDataset.Part {
    CellDataset.Part(
      name: name, matrixName: matrixName, matrix: matrix, geneNames: geneNames,
      sharedGenes: sharedGenes, otherCounts: otherCounts)
  }
}

/// The small counts of one block, and the totals of its cells.
private struct BlockCounts: Sendable {
  /// The sum of a cell's counts, and of its halved counts.
  struct Total: Sendable {
    var all = 0.0
    var halved = 0.0
  }

  var counts: [Int32: SmallCounts] = [:]
  var totals: [Total] = []
  var firstFraction: (value: Float, row: Int, feature: Int)?

  init(of block: RowBlock<Float>, batches: ArraySlice<Int32>) {
    for row in 0..<block.rowCount {
      var (own, total) = (SmallCounts(), Total())
      for k in block.starts[row]..<block.starts[row + 1] {
        let value = block.values[k]
        own.add(value)
        total.all += Double(value)
        total.halved += Double((value / 2).rounded(.up))
        // Negative and infinite values are refused by the check of all values.
        if value != value.rounded(), value > 0, firstFraction == nil {
          firstFraction = (value, block.firstRow + row, Int(block.genes[k]))
        }
      }
      totals.append(total)
      counts[batches[batches.startIndex + block.firstRow + row], default: SmallCounts()].add(own)
    }
  }
}

/// The counts of fragments, `⌈x / 2⌉`, of cells with counts of reads.
private struct FragmentMatrix: ExpressionMatrix {
  let counts: any ExpressionMatrix

  /// A flag for each cell that is true if its counts are of reads.
  let isOfReads: [Bool]

  var cellCount: Int { counts.cellCount }
  var geneCount: Int { counts.geneCount }

  func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    try counts.forEachRowBlock(as: type, map: halved, body)
  }

  func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, map: @Sendable (RowBlock<Value>) throws -> Result,
    _ body: (Result) throws -> Void
  ) throws {
    try counts.forEachRowBlock(as: type, map: { try map(halved($0)) }, body)
  }

  @Sendable
  private func halved<Value>(_ block: RowBlock<Value>) -> RowBlock<Value> {
    guard var floats = block as? RowBlock<Float> else {
      preconditionFailure("counts of fragments are read as \(Value.self)")
    }
    for row in 0..<floats.rowCount where isOfReads[floats.firstRow + row] {
      for k in floats.starts[row]..<floats.starts[row + 1] {
        floats.values[k] = (floats.values[k] / 2).rounded(.up)
      }
    }
    guard let halved = floats as? RowBlock<Value> else { return block }
    return halved
  }
}
