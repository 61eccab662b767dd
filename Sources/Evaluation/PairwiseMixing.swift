internal import Neighbours

/// How well each two sources mix, whatever the other sources do.
///
/// Of the neighbours of a cell of `s`, only those of `s` and `t` count, and of these a share
/// `e(s, t)` would be of `t` if all were drawn from the cells of both. With `c(s, t)` for how many
/// neighbours of `t` the cells of `s` have,
///
///     mixing(s, t) = (c(s, t) + c(t, s))
///       / ((c(s, s) + c(s, t)) e(s, t) + (c(t, t) + c(t, s)) e(t, s))
///
///     e(s, t) = n(t) / (n(s) + n(t) - 1)
///
/// So it is 0 where no cell of one has a neighbour of the other, about 1 where they mix as their
/// sizes predict, and the same in both directions. It is above 1 where cells of one prefer those of
/// the other, which chance does with few cells. Sources of different types of cells cannot reach 1,
/// and need not. Each cell has as many neighbours as its source has other cells, up to 30 and at
/// least one: so a small source that lies apart has none of another.
public struct PairwiseMixing: Equatable, Sendable {
  /// The sources that are compared, by name; `[S]`.
  public let sources: [String]

  /// Whether there are more sources, with fewer cells.
  public let isPartial: Bool

  /// The mixing of each two, row by row; NaN for a source with itself, and for two whose cells have
  /// neighbours of third sources alone; `(S, S)`.
  public let values: [Double]

  /// The mixing of two sources, by their numbers in ``sources``.
  public subscript(first: Int, second: Int) -> Double {
    values[first * sources.count + second]
  }
}

/// Compares each two of the sources with the most cells; O(n + S²) and the memory of it.
///
/// - Parameters:
///   - table: Each cell's neighbours, itself left out, the nearest first.
///   - sources: The sources of the cells.
///   - limit: How many sources are compared at most.
/// - Returns: The mixing.
func pairwiseMixing(
  _ table: NeighbourTable, sources: CellGroups, limit: Int
) -> PairwiseMixing {
  let largest = sources.sizes.indices
    .sorted { (sources.sizes[$1], $0) < (sources.sizes[$0], $1) }
    .prefix(limit).sorted()
  var numbers = [Int](repeating: -1, count: sources.count)
  for (number, source) in largest.enumerated() { numbers[source] = number }

  let count = largest.count
  var found = [Int](repeating: 0, count: count * count)
  for query in 0..<table.count {
    let source = Int(sources.codes[query])
    guard numbers[source] >= 0 else { continue }
    let width = comparedNeighbours(ofSourceWith: sources.sizes[source])
    for neighbour in table.indices[table.range(ofQuery: query)].prefix(width) {
      let other = numbers[Int(sources.codes[Int(neighbour)])]
      if other >= 0 { found[numbers[source] * count + other] += 1 }
    }
  }
  var values = [Double](repeating: .nan, count: count * count)
  for s in 0..<count {
    for t in 0..<s {
      let (a, b) = (Double(sources.sizes[largest[s]]), Double(sources.sizes[largest[t]]))
      let (across, back) = (found[s * count + t], found[t * count + s])
      let expected =
        (Double(found[s * count + s] + across) * b + Double(found[t * count + t] + back) * a)
        / (a + b - 1)
      guard expected > 0 else { continue }
      values[s * count + t] = Double(across + back) / expected
      values[t * count + s] = values[s * count + t]
    }
  }
  return PairwiseMixing(
    sources: largest.map { sources.names[$0] }, isPartial: count < sources.count, values: values)
}
