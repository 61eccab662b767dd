internal import CellFiles
internal import Numerics

extension Simulation {
  /// The probability that both cut sites of a fragment are in its peak; else one is.
  private static let bothSites = 0.85

  /// The number of chromosomes with peaks.
  private static let chromosomes = 20

  /// The distance of the starts of two peaks, and the length of a peak, in bases.
  private static let (distance, length) = (10_000, 500)

  /// The peaks: consecutive intervals of twenty chromosomes, of equal numbers as far as possible.
  var peaks: [Gene] {
    let each = (options.genes + Self.chromosomes - 1) / Self.chromosomes
    return (0..<options.genes).map { number in
      let start = (number % each + 1) * Self.distance
      let name = "chr\(number / each + 1):\(start)-\(start + Self.length)"
      return Gene(name: name, id: name)
    }
  }

  /// Turns the fragments of a cell into cut sites: two of a fragment, or one with the other outside of
  /// the peak.
  func addCutSites(of counts: inout [Int32], from first: Int, using random: inout Xoshiro256) {
    for k in first..<counts.count {
      for _ in 0..<counts[k] where random.uniformDouble() < Self.bothSites { counts[k] += 1 }
    }
  }
}
