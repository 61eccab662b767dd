internal import Numerics

/// Factors of batches in the counts of genes, estimated at matched composition.
///
/// The counts of a gene `g` in cell `i` of batch `s` and cluster `k`, with `t` counts in total, are
/// modelled as Poisson with the mean
///
///     E x_ig = t_i a_kg r_sg
///
/// where `a` is the expression of the cluster and `r` the factor of the batch, the same in all
/// clusters. With size factors, that of the cell takes the place of `t`, as in the network. Clusters
/// are of the aligned embedding, so a difference between types of two batches is part of `a`. The
/// maximum of the likelihood, with a prior worth ``priorCounts`` typical counts of the batch for `r = 1`,
/// is found by updating both in turn:
///
///     a_kg = Σ_s x_ksg / Σ_s t_ks r_sg
///     r_sg = (Σ_k x_ksg + c m_s) / (Σ_k t_ks a_kg + c m_s)
///
/// with `m` the median of the batch's counts above zero, ``ClusterSums/typicalCounts``: reads, of which
/// one molecule has many, vary more than Poisson counts, so as many of them tell less. The sums are
/// `x_ksg` of counts and `t_ks` of totals. A cluster with cells of one batch alone says nothing about
/// factors and is left out. Corrected counts are
///
///     x'_ig = x_ig f_g / r_sg         f_g = Σ_i x_ig / Σ_i (x_ig / r_sg)
///
/// so a gene keeps its sum over all cells, and its ratios between cells of one batch are unchanged.
struct GeneFactors: Sendable {
  /// The weight of the prior that a batch has no effect on a gene, in typical counts: 20.
  static let priorCounts = 20.0

  /// The counts expected in other batches above which their absence is meaningful.
  static let expectedCounts = 10.0

  private static let rounds = 50
  private static let tolerance = 1e-4

  /// `f_g / r_sg`; `(genes, batches)`.
  let factors: [Float]

  /// The only batch that expresses each gene, or −1; `[genes]`.
  ///
  /// Clusters that such a batch shares with others predict at least ten counts in these.
  let onlyBatch: [Int]

  /// The number of genes without a count.
  let absent: Int

  private let batches: Int

  /// Returns the factor of a gene in a batch.
  func factor(ofGene gene: Int, batch: Int) -> Float { factors[gene * batches + batch] }

  /// Estimates factors.
  ///
  /// - Parameters:
  ///   - sums: The sums of counts and totals.
  ///   - pool: The threads to use; the result does not depend on their number.
  init(_ sums: ClusterSums, pool: ThreadPool) {
    let batches = sums.batches
    self.batches = batches
    let shards = fixedShards(of: sums.genes, size: 64)
    let found = pool.map(shards.count) { shard in shards[shard].map { Self.estimate($0, of: sums) }
    }
    .flatMap(\.self)
    factors = found.flatMap(\.factors)
    onlyBatch = found.map(\.onlyBatch)
    absent = found.count { $0.isAbsent }
  }

  /// Joins the factors of several blocks of genes.
  init(joining parts: [GeneFactors]) {
    batches = parts.first?.batches ?? 0
    factors = parts.flatMap(\.factors)
    onlyBatch = parts.flatMap(\.onlyBatch)
    absent = parts.reduce(0) { $0 + $1.absent }
  }

  private struct Gene: Sendable {
    var factors: [Float]
    var onlyBatch = -1
    var isAbsent = false
  }

  /// Estimates the factors of one gene.
  private static func estimate(_ gene: Int, of sums: ClusterSums) -> Gene {
    let (clusters, batches) = (sums.clusters, sums.batches)
    let isMeasured = (0..<batches).map { sums.isMeasured(gene, inBatch: $0) }
    var ofBatch = [Double](repeating: 0, count: batches)
    for k in 0..<clusters {
      for s in 0..<batches { ofBatch[s] += sums.count(gene, k, s) }
    }
    let all = ofBatch.reduce(0, +)
    guard all > 0 else {
      return Gene(factors: [Float](repeating: 1, count: batches), isAbsent: true)
    }
    let shared = (0..<clusters).filter { k in
      (0..<batches).count { isMeasured[$0] && sums.total(k, $0) > 0 } > 1
    }
    var r = [Double](repeating: 1, count: batches)
    for _ in 0..<rounds {
      var expected = [Double](repeating: 0, count: batches)
      var observed = expected
      for k in shared {
        var (counts, totals) = (0.0, 0.0)
        for s in 0..<batches where isMeasured[s] {
          counts += sums.count(gene, k, s)
          totals += sums.total(k, s) * r[s]
        }
        guard totals > 0 else { continue }
        for s in 0..<batches where isMeasured[s] {
          expected[s] += sums.total(k, s) * counts / totals
          observed[s] += sums.count(gene, k, s)
        }
      }
      var change = 0.0
      for s in 0..<batches {
        let prior = priorCounts * sums.typicalCounts[s]
        let next = (observed[s] + prior) / (expected[s] + prior)
        change = max(change, abs(next - r[s]) / r[s])
        r[s] = next
      }
      if change < tolerance { break }
    }
    let scaled = zip(ofBatch, r).reduce(0) { $0 + $1.0 / $1.1 }
    return Gene(
      factors: r.map { Float(all / scaled / $0) },
      onlyBatch: onlyBatch(gene, ofBatch, isMeasured, shared, sums))
  }

  /// Returns the only batch that expresses a gene although others should; −1 if there is none.
  private static func onlyBatch(
    _ gene: Int, _ ofBatch: [Double], _ isMeasured: [Bool], _ shared: [Int], _ sums: ClusterSums
  ) -> Int {
    let holders = ofBatch.indices.filter { ofBatch[$0] > 0 }
    guard holders.count == 1, let only = holders.first else { return -1 }
    var expected = 0.0
    for k in shared where sums.total(k, only) > 0 {
      let rate = sums.count(gene, k, only) / sums.total(k, only)
      for s in ofBatch.indices where s != only && isMeasured[s] {
        expected += rate * sums.total(k, s)
      }
    }
    return expected >= expectedCounts ? only : -1
  }
}
