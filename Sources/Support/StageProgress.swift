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

  /// The computation of the metrics of embeddings.
  case evaluating

  /// The computation of the UMAP.
  case umap

  /// The writing of the output.
  case writing

  /// The decoding and writing of corrected expression.
  case correcting

  /// The layouts and comparisons of a report.
  case reporting
}

/// The progress of a call that takes long.
///
///     let result = try integrate(cells) { progress in
///       print(progress.stage, Int(100 * progress.overall), "%")
///     }
public struct StageProgress: Equatable, Sendable {
  /// The current stage.
  public var stage: Stage

  /// The finished share of the stage, 0 to 1.
  public var fraction: Double

  /// The finished share of the call that the handler was given to, 0 to 1.
  ///
  /// It never decreases, and is 1 only at the end. Stages are weighted by their expected durations,
  /// which depend on the numbers of cells, genes and training steps, and on the options.
  public var overall: Double

  /// The estimated seconds until the end of the call; `nil` while unknown, in the first seconds.
  public var secondsLeft: Double?

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - stage: The current stage.
  ///   - fraction: The finished share of it.
  ///   - overall: The finished share of the call.
  ///   - secondsLeft: The estimated seconds left. The default is `nil`, for unknown.
  package init(stage: Stage, fraction: Double, overall: Double, secondsLeft: Double? = nil) {
    self.stage = stage
    self.fraction = fraction
    self.overall = overall
    self.secondsLeft = secondsLeft
  }
}

/// A handler that receives the progress of a run; throwing stops the run.
public typealias ProgressHandler = (StageProgress) throws -> Void
