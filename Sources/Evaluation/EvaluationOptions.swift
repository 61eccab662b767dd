/// Options for evaluating embeddings.
///
/// The metrics themselves have no options: they are the defaults of scib-metrics.
package struct EvaluationOptions: Equatable, Sendable {
  /// The maximum number of cells to evaluate.
  ///
  /// The default is 200,000. Of more cells a random sample of this size is used for all metrics,
  /// because time grows with the square of the number.
  package var maximumCells = 200_000

  /// The labels that mean a missing label.
  ///
  /// The default is `unknown`. Cells with these labels, or without a label, are left out.
  package var unlabelled: Set<String> = ["unknown"]

  /// The number of KMeans runs to average over.
  ///
  /// The default is 20. A single run can change the total by up to 0.03.
  package var clusterings = 20

  /// The seed of the sample.
  ///
  /// The default is 0. The KMeans runs always have the seeds 0, 1, …, ``clusterings`` − 1.
  package var seed: UInt64 = 0

  /// Makes the default options.
  package init() {}
}
