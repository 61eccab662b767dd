internal import Numerics

extension FrameSearch {
  /// Matches pairs of batches and joins strong matches.
  mutating func joinPairs() {
    let compared = pairsToCompare()
    let (profiles, options) = (profiles, options)
    let matches = threads.map(compared.count) { i in
      bestMatch(profiles[compared[i].0], profiles[compared[i].1], options: options)
    }
    var edges: [OffsetEdge] = []
    for ((first, second), match) in zip(compared, matches) {
      pairs.append(
        PairVerdict(first: first, second: second, kind: match.kind, figures: match.figures))
      guard isRich[first], isRich[second], isConvincing(match, [first], [second]) else { continue }
      let (n, m) = (Double(cells[first]), Double(cells[second]))
      edges.append(
        OffsetEdge(
          first: first, second: second, match: match,
          weight: match.score * (n * m / (n + m)).squareRoot()))
    }
    for edge in frames.join(edges, profiles: profiles) {
      for link in edge.match.links {
        isMatched[edge.first][link.first] = true
        isMatched[edge.second][link.second] = true
      }
    }
  }

  /// Returns whether a strong match of two sets of batches is enough to join them.
  ///
  /// More cells are needed if types are hardly separate. A few cells may agree only along an axis
  /// that all cells have, such as the cell cycle.
  func isConvincing(_ match: OffsetMatch, _ first: [Int], _ second: [Int]) -> Bool {
    guard match.kind == .strong else { return false }
    if isClear(first), isClear(second) { return true }
    let covered = match.figures.covered
    return min(covered[0] * sampledCells(first), covered[1] * sampledCells(second))
      >= options.matchedCells
  }

  private func sampledCells(_ batches: [Int]) -> Double {
    batches.reduce(0) { $0 + profiles[$1].sizes.reduce(0, +) }
  }

  /// Returns whether one of the given batches separates types clearly by itself.
  func isClear(_ batches: [Int]) -> Bool {
    batches.contains { clarity[$0] >= options.clearStructure }
  }

  /// Returns all pairs of batches of at least 12 cells; with many batches, pairs of rich batches
  /// and references.
  private func pairsToCompare() -> [(Int, Int)] {
    let large = profiles.indices.filter { profiles[$0].sizes.reduce(0, +) >= 12 }
    if large.count <= options.allPairs {
      return large.enumerated().flatMap { i, first in large[(i + 1)...].map { (first, $0) } }
    }
    let rich = large.filter { isRich[$0] }
    let references = rich.sorted {
      let (left, right) = (referenceWorth($0), referenceWorth($1))
      return (right, $0) < (left, $1)
    }.prefix(options.references)
    var compared: [(Int, Int)] = []
    for (i, first) in rich.enumerated() {
      for second in rich[(i + 1)...]
      where references.contains(first) || references.contains(second) {
        compared.append((first, second))
      }
    }
    return compared
  }

  /// Returns the value of a batch as a reference, from its structure and its number of sampled
  /// cells.
  private func referenceWorth(_ batch: Int) -> Double {
    structure[batch] * profiles[batch].sizes.reduce(0, +).squareRoot()
  }
}
