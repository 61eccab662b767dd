internal import Neighbours

/// The pairwise mixing of batches: the mixing of two batches, independent of the others.
///
/// It is like ``BatchMixing`` of the two batches alone, but with the neighbours among all cells, so
/// the number for a pair is no mean of the batches' mixing. For a cell of batch `s` and population `p`,
/// only neighbours in `s` and `t` count. If they were drawn from the population's cells of both
/// batches, a share `e(s, t, p)` would belong to `t`. Let `c(s, t, p)` be the number of these
/// cells' neighbours in `t`, over all populations, and `f(s, t, p)` the number within population
/// `p`. Then
///
///     mixing(s, t) = sum over p of (f(s, t, p) + f(t, s, p))
///       / sum over p of ((c(s, s, p) + c(s, t, p)) e(s, t, p)
///                        + (c(t, t, p) + c(t, s, p)) e(t, s, p))
///
///     e(s, t, p) = N(t, p) / (N(s, p) + N(t, p) - 1)
///
/// The mixing is 0 if no cell of one batch has a neighbour in the other, and about 1 if they mix as
/// their sizes predict. It is symmetric. It exceeds 1 if cells of one prefer those of the other,
/// which occurs by chance with few cells. The number of neighbours of a cell is the number of its
/// batch's other cells in its population, up to 30 and at least one. A small separate batch
/// therefore has no neighbours in other batches.
package struct PairwiseMixing: Equatable, Sendable {
  /// The batches compared, by name; `[S]`.
  package let batches: [String]

  /// A flag that is true if further batches, with fewer cells, were left out.
  package let isPartial: Bool

  /// The mixing of each pair, row by row; `(S, S)`.
  ///
  /// It is NaN for a batch with itself, for two batches without a common population, and for two
  /// whose cells have neighbours only in other batches.
  package let values: [Double]

  /// The mixing of two batches, by their indices in ``batches``.
  package subscript(first: Int, second: Int) -> Double {
    values[first * batches.count + second]
  }
}

/// Compares each pair of the batches with the most cells; O(n + S² P) with `P` populations.
///
/// - Parameters:
///   - table: Each cell's neighbours without itself, the nearest first.
///   - batches: The batches of the cells.
///   - blocks: The cells of each batch in each population.
///   - limit: The maximum number of batches to compare.
/// - Returns: The mixing.
func pairwiseMixing(
  _ table: NeighbourTable, batches: CellGroups, blocks: PopulationBlocks, limit: Int
) -> PairwiseMixing {
  let largest = batches.sizes.indices
    .sorted { (batches.sizes[$1], $0) < (batches.sizes[$0], $1) }
    .prefix(limit).sorted()
  var numbers = [Int](repeating: -1, count: batches.count)
  for (number, batch) in largest.enumerated() { numbers[batch] = number }
  let count = largest.count

  // The cells of each batch in each population, and e(s, t, p).
  var cells = [[Int: Int]](repeating: [:], count: blocks.populationSizes.count)
  for block in 0..<blocks.count where numbers[blocks.batches[block]] >= 0 {
    cells[blocks.populations[block]][numbers[blocks.batches[block]]] = blocks.sizes[block]
  }
  func share(_ s: Int, _ t: Int, _ population: Int) -> Double {
    guard let own = cells[population][s], let other = cells[population][t] else { return 0 }
    return Double(other) / Double(own + other - 1)
  }

  var found = [Int](repeating: 0, count: count * count)  // f, over all populations
  var expected = [Double](repeating: 0, count: count * count)
  var own = [Int](repeating: 0, count: blocks.count)  // c(s, s, p)
  for query in 0..<table.count {
    let block = Int(blocks.ofCell[query])
    let s = numbers[blocks.batches[block]]
    guard s >= 0 else { continue }
    let population = blocks.populations[block]
    for neighbour in table.indices[table.range(ofQuery: query)].prefix(blocks.compared(block)) {
      let other = Int(blocks.ofCell[Int(neighbour)])
      let t = numbers[blocks.batches[other]]
      if t == s {
        own[block] += 1
      } else if t >= 0 {
        expected[s * count + t] += share(s, t, population)
        if blocks.populations[other] == population { found[s * count + t] += 1 }
      }
    }
  }
  for (population, members) in blocks.blocksOfPopulation.enumerated() {
    let compared = members.filter { numbers[blocks.batches[$0]] >= 0 }
    for block in compared {
      let s = numbers[blocks.batches[block]]
      for t in compared.map({ numbers[blocks.batches[$0]] }) where t != s {
        expected[s * count + t] += Double(own[block]) * share(s, t, population)
      }
    }
  }
  var values = [Double](repeating: .nan, count: count * count)
  for s in 0..<count {
    for t in 0..<s {
      let (across, back) = (s * count + t, t * count + s)
      let sum = expected[across] + expected[back]
      guard sum > 0 else { continue }
      values[across] = Double(found[across] + found[back]) / sum
      values[back] = values[across]
    }
  }
  return PairwiseMixing(
    batches: largest.map { batches.names[$0] }, isPartial: count < batches.count, values: values)
}
