/// The stages of a run, in their order.
public enum Stage: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  /// The streaming pass that checks every value and gathers totals and moments.
  case reading

  /// The pass that gathers the counts of the selected genes.
  case gathering

  /// The search for what populations the batches share.
  case comparing

  /// The training of the model.
  case training

  /// The computing of the embedding.
  case embedding

  /// The alignment of clusters.
  case alignment

  /// The comparison of the result with what it was made of.
  case checking

  /// The layout of the cells in a plane.
  case umap

  /// The writing of the output.
  case writing

  /// The decoding and writing of corrected expression.
  case correcting

  /// The layouts and comparisons of a report.
  case reporting
}

/// How far a run has come.
public struct StageProgress: Equatable, Sendable {
  /// The stage that the run is in.
  public var stage: Stage

  /// The share of the stage that is done, 0 to 1.
  public var fraction: Double

  /// Makes a report.
  public init(stage: Stage, fraction: Double) {
    self.stage = stage
    self.fraction = fraction
  }
}

/// Is told how far a run has come; by throwing it stops the run.
public typealias ProgressHandler = (StageProgress) throws -> Void
