internal import Neighbours

/// The mixing of each two batches, whatever the other batches do.
///
/// It is ``SourceMixing`` of the two alone. Of the neighbours of a cell of batch `s` and population
/// `p`, only those of `s` and `t` count, and a share `e(s, t, p)` of these would be of `t` if all
/// were drawn from the population's cells of both. With `c(s, t, p)` for the number of neighbours of
/// `t` that these cells have in all populations, and `f(s, t, p)` for those in population `p` itself,
///
///     mixing(s, t) = sum over p of (f(s, t, p) + f(t, s, p))
///       / sum over p of ((c(s, s, p) + c(s, t, p)) e(s, t, p)
///                        + (c(t, t, p) + c(t, s, p)) e(t, s, p))
///
///     e(s, t, p) = N(t, p) / (N(s, p) + N(t, p) - 1)
///
/// So it is 0 where no cell of one has a neighbour of the other, about 1 where they mix as their
/// sizes predict, and the same in both directions. It is above 1 where cells of one prefer those of
/// the other, which chance does with few cells. Each cell has as many neighbours as its batch has
/// other cells in its population, up to 30 and at least one: so a small batch that is separate has
/// none of another.
public struct PairwiseMixing: Equatable, Sendable {
  /// The batches that are compared, by name; `[S]`.
  public let sources: [String]

  /// Whether there are more batches, with fewer cells.
  public let isPartial: Bool

  /// The mixing of each two, row by row; `(S, S)`.
  ///
  /// NaN for a batch with itself, for two that share no population, and for two whose cells have
  /// neighbours of third batches only.
  public let values: [Double]

  /// The mixing of two batches, by their numbers in ``sources``.
  public subscript(first: Int, second: Int) -> Double {
    values[first * sources.count + second]
  }
}

/// Compares each two of the batches with the most cells; O(n + S² P) with `P` populations.
///
/// - Parameters:
///   - table: Each cell's neighbours, itself left out, the nearest first.
///   - sources: The batches of the cells.
///   - blocks: The cells of each batch in each population.
///   - limit: The largest number of batches that are compared.
/// - Returns: The mixing.
func pairwiseMixing(
  _ table: NeighbourTable, sources: CellGroups, blocks: PopulationBlocks, limit: Int
) -> PairwiseMixing {
  let largest = sources.sizes.indices
    .sorted { (sources.sizes[$1], $0) < (sources.sizes[$0], $1) }
    .prefix(limit).sorted()
  var numbers = [Int](repeating: -1, count: sources.count)
  for (number, source) in largest.enumerated() { numbers[source] = number }
  let count = largest.count

  // The cells of each batch in each population, and e(s, t, p).
  var cells = [[Int: Int]](repeating: [:], count: blocks.populationSizes.count)
  for block in 0..<blocks.count where numbers[blocks.sources[block]] >= 0 {
    cells[blocks.populations[block]][numbers[blocks.sources[block]]] = blocks.sizes[block]
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
    let s = numbers[blocks.sources[block]]
    guard s >= 0 else { continue }
    let population = blocks.populations[block]
    for neighbour in table.indices[table.range(ofQuery: query)].prefix(blocks.compared(block)) {
      let other = Int(blocks.ofCell[Int(neighbour)])
      let t = numbers[blocks.sources[other]]
      if t == s {
        own[block] += 1
      } else if t >= 0 {
        expected[s * count + t] += share(s, t, population)
        if blocks.populations[other] == population { found[s * count + t] += 1 }
      }
    }
  }
  for (population, members) in blocks.blocksOfPopulation.enumerated() {
    let compared = members.filter { numbers[blocks.sources[$0]] >= 0 }
    for block in compared {
      let s = numbers[blocks.sources[block]]
      for t in compared.map({ numbers[blocks.sources[$0]] }) where t != s {
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
    sources: largest.map { sources.names[$0] }, isPartial: count < sources.count, values: values)
}
