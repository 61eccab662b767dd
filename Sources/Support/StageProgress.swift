/// The stages of a run, in order.
public enum Stage: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  /// The streaming pass that checks every value and computes totals and moments.
  case reading

  /// The pass that gathers the counts of the selected genes.
  case gathering

  /// The search for populations that the batches share.
  case comparing

  /// The training of the model.
  case training

  /// The computation of the embedding.
  case embedding

  /// The alignment of clusters.
  case alignment

  /// The comparison of the result with the uncorrected expression.
  case checking

  /// The computation of the UMAP.
  case umap

  /// The writing of the output.
  case writing

  /// The decoding and writing of corrected expression.
  case correcting

  /// The layouts and comparisons of a report.
  case reporting
}

/// The progress of a run.
public struct StageProgress: Equatable, Sendable {
  /// The current stage of the run.
  public var stage: Stage

  /// The finished share of the stage, 0 to 1.
  public var fraction: Double

  /// Makes a report.
  package init(stage: Stage, fraction: Double) {
    self.stage = stage
    self.fraction = fraction
  }
}

/// A handler that receives the progress of a run; throwing stops the run.
public typealias ProgressHandler = (StageProgress) throws -> Void
