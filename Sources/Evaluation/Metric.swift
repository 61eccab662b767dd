internal import Numerics
internal import Neighbours

/// A metric of an embedding: one number, of which larger is better, and 1 is the best.
///
/// A metric is one value beside its computation, listed in ``scib`` or ``further``.
package struct Metric: Sendable {
  /// The side of a correction that a metric judges.
  package enum Side: Sendable {
    /// The conservation of biological differences.
    case biology

    /// The removal of differences between batches.
    case batch
  }

  /// The name in files, such as `pcr_comparison`.
  package let key: String

  /// The title of a column, such as `PCR comparison`.
  package let title: String

  /// The side that the metric judges; the side's aggregate is the mean of its metrics in ``scib``.
  package let side: Side

  /// A flag that is true if the metric is undefined without labels.
  package let needsLabels: Bool

  /// Computes the metric; `nil` if it is undefined for the cells.
  let score: @Sendable (JudgedEmbedding) -> Double?

  /// The default metrics of scib-metrics, which its aggregates are means of, in the order of
  /// reports.
  package static let scib: [Metric] = [
    .isolatedLabels, .kmeansNMI, .kmeansARI, .silhouetteLabel, .clisi, .bras, .ilisi, .kbet,
    .graphConnectivity, .pcrComparison,
  ]

  /// Metrics beside the aggregates, which tell overcorrection, in the order of reports.
  package static let further: [Metric] = [
    .ksim, .scgraph, .withinLabelStructure, .subtypes, .cilisi, .sbee,
  ]

  /// All metrics.
  package static let all = scib + further

  /// Makes a metric that needs no labels.
  init(
    _ key: String, title: String, _ side: Side,
    score: @escaping @Sendable (JudgedEmbedding) -> Double?
  ) {
    (self.key, self.title, self.side, needsLabels) = (key, title, side, false)
    self.score = score
  }

  /// Makes a metric that needs labels, which it is given.
  init(
    _ key: String, title: String, _ side: Side,
    scoreByLabels: @escaping @Sendable (JudgedEmbedding, CellGroups) -> Double?
  ) {
    (self.key, self.title, self.side, needsLabels) = (key, title, side, true)
    score = { cells in cells.labels.flatMap { scoreByLabels(cells, $0) } }
  }
}

/// An embedding with what metrics need of it; what several need is computed once, and on demand.
final class JudgedEmbedding {
  /// The embedding; `(n, d)`.
  let x: Matrix

  /// The embedding before correction, `(n, d)`; `nil` without.
  let uncorrected: Matrix?

  let batches: CellGroups
  let labels: CellGroups?

  /// Each cell's nearest neighbours in the embedding, as many as any metric takes.
  let neighbours: NeighbourTable

  let options: EvaluationOptions
  let pool: ThreadPool

  /// The silhouette width of each cell by labels; empty without labels.
  private(set) lazy var silhouettes =
    labels.map { Evaluation.silhouettes(of: x, groups: $0, pool: pool) } ?? []

  /// The agreement of labels and KMeans clusters; 0 without labels.
  private(set) lazy var agreement =
    labels.map { kmeansScores(of: x, labels: $0, runs: options.clusterings, pool: pool) }
    ?? (nmi: 0, ari: 0)

  init(
    _ x: Matrix, uncorrected: Matrix?, batches: CellGroups, labels: CellGroups?,
    neighbours: NeighbourTable, options: EvaluationOptions, pool: ThreadPool
  ) {
    (self.x, self.uncorrected, self.batches, self.labels) = (x, uncorrected, batches, labels)
    (self.neighbours, self.options, self.pool) = (neighbours, options, pool)
  }
}
