internal import Foundation
package import Kernels

/// Draws the counts of whole cells, in time that grows with their counts, not with the genes.
///
/// A negative binomial count is a Poisson number of clusters, each of a logarithmic number
/// of reads (Quenouille 1949, <https://doi.org/10.2307/3001918>). With `mu` its mean and `phi`
/// its dispersion, there are `log(1 + phi * mu) / phi` clusters in the mean, of
/// `Logarithmic(phi * mu / (1 + phi * mu))` reads. Those are never more than `mu`, so the
/// clusters of all genes at once are drawn as `Poisson(sum of mu)` candidates, each put in a
/// gene in proportion to `mu` and kept with probability
///
///     log(1 + phi * mu) / (phi * mu)
///
/// This is exact: all counts are independent and negative binomial.
package struct CountSampler: Sendable {
  /// One field of an alias table (Walker 1977, <https://doi.org/10.1145/355744.355749>).
  private struct Field: Sendable {
    /// The field's own gene is meant below this, and the other one from here on; of 2³².
    var threshold: UInt32
    /// The other gene.
    var alias: Int32
    /// `phi` times the share of the field's own gene.
    var weight: Float
    /// `phi` times the share of the other gene.
    var aliasWeight: Float
  }

  private let fields: [Field]
  private let isPoisson: Bool

  /// Makes the table of a profile.
  ///
  /// - Parameters:
  ///   - profile: The share of each gene in the counts of a cell; adds to 1.
  ///   - dispersion: `phi`; 0 for Poisson counts.
  package init(profile: [Double], dispersion: Double) {
    let weights = profile.map { Float($0 * dispersion) }
    let count = profile.count
    var fields = weights.enumerated().map { gene, weight in
      Field(threshold: .max, alias: Int32(gene), weight: weight, aliasWeight: weight)
    }
    // Vose's way of filling: what a small gene leaves free of its field goes to a large one.
    var left = profile.map { $0 * Double(count) }
    var small = left.indices.filter { left[$0] < 1 }
    var large = left.indices.filter { left[$0] >= 1 }
    while let gene = small.popLast(), let other = large.last {
      fields[gene].threshold = UInt32(max(0, min(left[gene], 1)) * 0x1p32.nextDown)
      fields[gene].alias = Int32(other)
      fields[gene].aliasWeight = weights[other]
      left[other] -= 1 - left[gene]
      if left[other] < 1 {
        large.removeLast()
        small.append(other)
      }
    }
    self.fields = fields
    isPoisson = dispersion == 0
  }

  /// Draws one cell.
  ///
  /// - Parameters:
  ///   - total: The sum of the means of all genes.
  ///   - row: Where the reads are added.
  ///   - random: Where randomness comes from.
  package func draw(total: Double, into row: inout CountRow, using random: inout Xoshiro256) {
    var candidates = random.poisson(mean: total)
    while candidates > 0 {
      let count = min(candidates, CountRow.batch)
      place(count, into: &row, using: &random)
      keep(count, total: Float(total), in: &row, using: &random)
      candidates -= count
    }
  }

  /// Draws the genes of some candidates.
  ///
  /// Nothing here depends on what was read before, so the processor waits for many fields
  /// at once; with the second step in the same loop a candidate takes twice the time.
  private func place(_ count: Int, into row: inout CountRow, using random: inout Xoshiro256) {
    let fields = fields.span
    let fieldCount = UInt64(fields.count)
    var candidates = row.candidates.mutableSpan
    for candidate in 0..<count {
      let bits = random.next()
      let index = Int(truncatingIfNeeded: ((bits >> 32) &* fieldCount) >> 32)
      let field = fields[index]
      let isOwn = UInt32(truncatingIfNeeded: bits) <= field.threshold
      candidates[candidate] = CountRow.Candidate(
        gene: isOwn ? Int32(truncatingIfNeeded: index) : field.alias,
        weight: isOwn ? field.weight : field.aliasWeight)
    }
  }

  /// Keeps some of the candidates, and adds the reads of each.
  private func keep(
    _ count: Int, total: Float, in row: inout CountRow, using random: inout Xoshiro256
  ) {
    for candidate in 0..<count {
      let gene = Int(row.candidates[candidate].gene)
      guard !isPoisson else {
        row.add(1, to: gene)
        continue
      }
      let excess = row.candidates[candidate].weight * total  // phi * mu
      guard isKept(excess, random.uniformFloat()) else { continue }
      row.add(random.logarithmic(odds: Double(excess)), to: gene)
    }
  }
}

/// Whether `u` is below `log(1 + x) / x`.
///
/// That lies between `2 / (2 + x)` and `1 / sqrt(1 + x)`, which decide most cases.
@inline(__always)
private func isKept(_ x: Float, _ u: Float) -> Bool {
  if u * (2 + x) < 2 { return true }
  if u * u * (1 + x) >= 1 { return false }
  return Double(u) * Double(x) < log1p(Double(x))
}

/// The counts of one cell while they are drawn; used again for the next.
package struct CountRow {
  /// How many candidates are drawn at once.
  static let batch = 256

  /// A cluster of reads that may come to be.
  fileprivate struct Candidate {
    var gene: Int32
    /// `phi` times the share of the gene.
    var weight: Float
  }

  fileprivate var candidates = [Candidate](
    repeating: Candidate(gene: 0, weight: 0), count: batch)

  private var counts: [Int32]
  /// One bit for each gene that has a count, so that genes come out in order without sorting.
  private var isPresent: [UInt64]

  package init(genes: Int) {
    counts = [Int32](repeating: 0, count: genes)
    isPresent = [UInt64](repeating: 0, count: (genes + 63) / 64)
  }

  /// Adds reads to a gene.
  mutating func add(_ reads: Int, to gene: Int) {
    counts[gene] &+= Int32(truncatingIfNeeded: reads)
    isPresent[gene >> 6] |= 1 << UInt64(gene & 63)
  }

  /// Appends the counts that are not zero, genes ascending, and starts the next cell.
  package mutating func drain(genes: inout [Int32], values: inout [Int32]) {
    for word in isPresent.indices where isPresent[word] != 0 {
      var bits = isPresent[word]
      while bits != 0 {
        let gene = word << 6 + bits.trailingZeroBitCount
        genes.append(Int32(gene))
        values.append(counts[gene])
        counts[gene] = 0
        bits &= bits - 1
      }
      isPresent[word] = 0
    }
  }
}
