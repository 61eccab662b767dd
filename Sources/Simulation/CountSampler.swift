internal import Foundation
package import Numerics

/// A sampler of the counts of whole cells, in time proportional to their counts, not to the number
/// of genes.
///
/// A negative binomial count is a Poisson number of clusters, each of a logarithmic number of reads
/// (Quenouille 1949, <https://doi.org/10.2307/3001918>). With mean `mu` and dispersion `phi`, the
/// mean number of clusters is `log(1 + phi * mu) / phi`, each of `Logarithmic(phi * mu / (1 + phi *
/// mu))` reads. This mean is at most `mu`. The clusters of all genes are therefore drawn as
/// `Poisson(sum of mu)` candidates. Each is assigned to a gene in proportion to `mu`, and kept with
/// probability
///
///     log(1 + phi * mu) / (phi * mu)
///
/// This is exact: all counts are independent and negative binomial.
package struct CountSampler: Sendable {
  /// One field of an alias table (Walker 1977, <https://doi.org/10.1145/355744.355749>).
  private struct Field: Sendable {
    /// The threshold of 2³² below which the field's own gene is drawn, and from which on the other.
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
  ///   - profile: The share of each gene in the counts of a cell, with sum 1.
  ///   - dispersion: `phi`; 0 for Poisson counts.
  package init(profile: [Double], dispersion: Double) {
    let weights = profile.map { Float($0 * dispersion) }
    let count = profile.count
    var fields = weights.enumerated().map { gene, weight in
      Field(threshold: .max, alias: Int32(gene), weight: weight, aliasWeight: weight)
    }
    // Vose's method: the unused part of a small gene's field is given to a large gene.
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
  ///   - row: The counts to which the reads are added.
  ///   - random: The random number generator.
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
  /// No step depends on earlier reads, so the processor can wait for many fields at once. With the
  /// second step in the same loop, a candidate takes twice the time.
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

  /// Keeps a random part of the candidates, and adds the reads of each.
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

/// Returns whether `u` is below `log(1 + x) / x`.
///
/// The bounds `2 / (2 + x)` and `1 / sqrt(1 + x)` decide most cases.
@inline(__always)
private func isKept(_ x: Float, _ u: Float) -> Bool {
  if u * (2 + x) < 2 { return true }
  if u * u * (1 + x) >= 1 { return false }
  return Double(u) * Double(x) < log1p(Double(x))
}

/// The counts of one cell during drawing, reused for the next cell.
package struct CountRow {
  /// The number of candidates drawn at once.
  static let batch = 256

  /// A candidate cluster of reads.
  fileprivate struct Candidate {
    var gene: Int32
    /// `phi` times the share of the gene.
    var weight: Float
  }

  fileprivate var candidates = [Candidate](
    repeating: Candidate(gene: 0, weight: 0), count: batch)

  private var counts: [Int32]
  /// One bit for each gene with a count, so that genes are in order without sorting.
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

  /// Appends the nonzero counts, genes ascending, and resets the counts for the next cell.
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
