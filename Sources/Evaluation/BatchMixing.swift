internal import Neighbours

/// The mixing of the batches in an embedding, within populations of cells.
///
/// This is the only number called *mixing*, in messages, records, reports and scores. A population is
/// a set of cells within which batches are expected to mix: clusters that the same batches hold,
/// found without labels. Where populations are unknown, all cells are one population. The same number
/// with each label as a population is called *within-label mixing*, and that of two batches alone
/// *pairwise mixing*. For a cell of batch `s` and population `p`, with `N` for numbers of cells,
///
///     expected = (N(p) - N(s, p)) / (N(p) - 1)
///
/// is the share of neighbours in other batches if all were drawn from its population. The number of
/// neighbours of a cell is the number of its batch's other cells in its population, up to 30 and at
/// least one. A small separate batch therefore has no neighbours in other batches.
///
///     mixing = sum over cells of the share of neighbours that are of another batch and the cell's
///              population / sum over cells of expected
///
/// A cell of a population that occurs in no other batch adds 0 to both sums.
public struct BatchMixing: Codable, Equatable, Sendable {
  /// The mixing of one batch.
  public struct Batch: Codable, Equatable, Sendable {
    /// The name of the batch.
    public let batch: String

    /// The number of its cells.
    public let cells: Int

    /// The mean share of its cells' neighbours in other batches within the cell's own population; 0
    /// to 1.
    package let foreign: Double

    /// The share that the populations' composition predicts; 0 if no other batch has a population
    /// of this batch.
    package let expectedForeign: Double

    /// The mean share of its cells' neighbours in other batches and other populations; it should be
    /// near 0.
    public let overlaid: Double

    /// The mixing, `foreign` / `expectedForeign`: 0 if the batch is separate, about 1 if it is
    /// mixed; `nil` if there is nothing to mix with.
    public var mixing: Double? { expectedForeign > 0 ? foreign / expectedForeign : nil }

    /// Makes a record from its parts.
    package init(
      batch: String, cells: Int, foreign: Double, expectedForeign: Double, overlaid: Double = 0
    ) {
      self.batch = batch
      self.cells = cells
      self.foreign = foreign
      self.expectedForeign = expectedForeign
      self.overlaid = overlaid
    }

    enum CodingKeys: String, CodingKey {
      case batch
      case cells
      case foreign
      case expectedForeign = "expected_foreign"
      case overlaid
    }
  }

  /// The mean share of all cells' neighbours in other batches within the cell's own population; 0
  /// to 1.
  package let foreign: Double

  /// The share that the populations' composition predicts; 0 if no population occurs in two
  /// batches.
  package let expectedForeign: Double

  /// The mean share of all cells' neighbours in other batches and other populations.
  ///
  /// It should be near 0, and is large if a correction merged different cells.
  public let overlaid: Double

  /// The batches, by name.
  public let batches: [Batch]

  /// The mixing of all cells, `foreign` / `expectedForeign`: 0 if the batches are separate, about 1
  /// if they are mixed; `nil` if there is nothing to mix.
  public var mixing: Double? { expectedForeign > 0 ? foreign / expectedForeign : nil }

  /// Makes a record from the batches; overall values are means over all cells.
  package init(batches: [Batch]) {
    let cells = Double(max(1, batches.reduce(0) { $0 + $1.cells }))
    func mean(_ share: KeyPath<Batch, Double>) -> Double {
      batches.reduce(0) { $0 + $1[keyPath: share] * Double($1.cells) } / cells
    }
    foreign = mean(\.foreign)
    expectedForeign = mean(\.expectedForeign)
    overlaid = mean(\.overlaid)
    self.batches = batches
  }

  enum CodingKeys: String, CodingKey {
    case foreign
    case expectedForeign = "expected_foreign"
    case overlaid
    case batches
  }
}

/// Returns the number of nearest neighbours to compare for a cell, given the number of cells of its
/// batch in its population.
func comparedNeighbours(ofBatchWith cells: Int) -> Int { min(mostCompared, max(1, cells - 1)) }

/// The largest number of nearest neighbours to compare for a cell.
let mostCompared = 30

/// Measures the mixing in each cell's neighbours; O(n · k).
///
/// - Parameters:
///   - table: Each cell's neighbours without itself, the nearest first.
///   - batches: The batches of the cells.
///   - blocks: The cells of each batch in each population.
/// - Returns: The mixing.
func batchMixing(
  _ table: NeighbourTable, batches: CellGroups, blocks: PopulationBlocks
) -> BatchMixing {
  var foreign = [Int](repeating: 0, count: blocks.count)
  var overlaid = foreign
  for cell in 0..<table.count {
    let block = Int(blocks.ofCell[cell])
    for neighbour in table.indices[table.range(ofQuery: cell)].prefix(blocks.compared(block)) {
      let other = Int(blocks.ofCell[Int(neighbour)])
      guard blocks.batches[other] != blocks.batches[block] else { continue }
      if blocks.populations[other] == blocks.populations[block] {
        foreign[block] += 1
      } else {
        overlaid[block] += 1
      }
    }
  }
  var sums = [(foreign: Double, expected: Double, overlaid: Double)](
    repeating: (0, 0, 0), count: batches.count)
  for block in 0..<blocks.count {
    let batch = blocks.batches[block]
    let compared = Double(max(1, min(table.k, blocks.compared(block))))
    sums[batch].foreign += Double(foreign[block]) / compared
    sums[batch].overlaid += Double(overlaid[block]) / compared
    sums[batch].expected += blocks.expectedForeign(block) * Double(blocks.sizes[block])
  }
  return BatchMixing(
    batches: (0..<batches.count).map { batch in
      let cells = Double(batches.sizes[batch])
      return BatchMixing.Batch(
        batch: batches.names[batch], cells: batches.sizes[batch],
        foreign: sums[batch].foreign / cells, expectedForeign: sums[batch].expected / cells,
        overlaid: sums[batch].overlaid / cells)
    })
}
