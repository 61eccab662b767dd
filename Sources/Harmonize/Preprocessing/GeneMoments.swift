internal import CellFiles

/// The sums over cells that gene selection needs, by source.
///
/// Sources under ``votingCells`` cells share one slot: they do not vote one by
/// one, and a thousand of them should not cost a thousand slots.
struct GeneMoments: Sendable {
  /// How many cells a source needs to have a say in the selection of genes.
  static let votingCells = 20

  /// What a stored value is turned into before it is summed.
  enum Scale: Sendable {
    /// `10⁴ x / t`, for counts.
    case perTenThousand

    /// `exp(x) − 1`, for log-normalized values.
    case undoLog

    /// `x`, for values on any other scale.
    case asIs
  }

  let geneCount: Int
  let scale: Scale

  /// The slot of each source; `(S)`.
  let slotOfSource: [Int]

  /// The number of cells in each slot.
  private(set) var cells: [Int]

  private var sums: [Double]  // (slots, f)
  private var squares: [Double]  // (slots, f)

  /// Makes empty sums for `sources` with so many cells each.
  init(geneCount: Int, cellsOfSource: [Int], scale: Scale) {
    self.geneCount = geneCount
    self.scale = scale
    var slots = 1  // slot 0 is for the small ones
    slotOfSource = cellsOfSource.map { count in
      guard count >= Self.votingCells else { return 0 }
      slots += 1
      return slots - 1
    }
    cells = [Int](repeating: 0, count: slots)
    sums = [Double](repeating: 0, count: slots * geneCount)
    squares = sums
  }

  /// Adds one row of a block, a cell of `source` with the given total.
  ///
  /// `genes` are the shared genes that the part's genes are, or −1.
  mutating func add(
    row: Int, of block: RowBlock<Float>, genes sharedGenes: [Int32], source: Int32, total: Double
  ) {
    let slot = slotOfSource[Int(source)]
    cells[slot] += 1
    let start = slot * geneCount
    let factor = total > 0 ? 1e4 / total : 0
    for k in block.starts[row]..<block.starts[row + 1] {
      let gene = Int(sharedGenes[Int(block.genes[k])])
      guard gene >= 0 else { continue }
      let x = Double(block.values[k])
      let value =
        switch scale {
        case .perTenThousand: x * factor
        case .undoLog: expMinusOne(x)
        case .asIs: x
        }
      sums[start + gene] += value
      squares[start + gene] += value * value
    }
  }

  /// The slots whose sources vote; all cells as one slot where no source is large enough.
  var votes: [Vote] {
    let voting = cells.indices.dropFirst().filter { cells[$0] >= Self.votingCells }
    return voting.isEmpty ? [vote(of: Array(cells.indices))] : voting.map { vote(of: [$0]) }
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
  }

  private func vote(of slots: [Int]) -> Vote {
    let count = slots.reduce(0) { $0 + cells[$1] }
    let n = Double(Swift.max(count, 1))
    var means = [Double](repeating: 0, count: geneCount)
    var variances = means
    for gene in 0..<geneCount {
      let sum = slots.reduce(0) { $0 + sums[$1 * geneCount + gene] }
      let square = slots.reduce(0) { $0 + squares[$1 * geneCount + gene] }
      means[gene] = sum / n
      variances[gene] = count > 1 ? Swift.max(0, square - sum * sum / n) / (n - 1) : 0
    }
    return Vote(cells: count, means: means, variances: variances)
  }
}
