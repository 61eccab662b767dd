internal import CellFiles
internal import Integration
internal import Report
internal import Support

extension RunRecord {
  /// The covariates and the variance that they explain before and after the correction.
  var covariateBlocks: [ReportBlock] {
    guard let covariates else { return [] }
    let hasLabels = covariates.contains { $0.labelAssociation != nil }
    return [
      .text(
        "The effects of these covariates were removed as those of batches are: the decoder received "
          + "their values, and "
          + (options.alignment == nil
            ? "cells were decoded at their means. "
            : "the alignment removed what was left of their effects in each cluster. ")
          + "Differences between cell types that go with a covariate are removed as well, so a strong "
          + "association is a reason to check the types."),
      .table(
        ReportTable(
          caption: "For each covariate, its association with the batches"
            + (hasLabels ? " and with the labels" : "")
            + " (Cramér's V of levels, the correlation ratio of numbers; 0 independent, 1 determined), "
            + "and the share of the variance within batches that it explains in the uncorrected "
            + "\(noun.signal) and in the embedding.",
          columns: [
            .init("covariate"), .init("values"), .init("with batches", bars: 0...1, decimals: 2),
          ] + (hasLabels ? [.init("with labels", bars: 0...1, decimals: 2)] : []) + [
            .init("explained before", decimals: 3), .init("explained after", decimals: 3),
          ],
          rows: covariates.map { covariate in
            [.text(covariate.name), .text(covariate.values), .number(covariate.batchAssociation)]
              + (hasLabels ? [covariate.labelAssociation.map { .number($0) } ?? .missing] : [])
              + [covariate.explainedBefore, covariate.explainedAfter].map {
                $0.map { .number($0) } ?? .missing
              }
          })),
    ]
  }

  /// The sentence of the methods paragraph on covariates; `nil` without them.
  var covariateSentence: String? {
    guard let covariates else { return nil }
    let kinds = Set(covariates.map(\.kind))
    let columns =
      kinds.count > 1
      ? "numbers standardized and levels as centred indicators"
      : kinds == [.continuous] ? "standardized" : "as centred indicators"
    let names = covariates.map { "'\($0.name)' (\($0.kind.rawValue))" }
    return
      "The effect\(names.count == 1 ? "" : "s") of the covariate\(names.count == 1 ? "" : "s") "
      + "\(listed(names)) \(names.count == 1 ? "was" : "were") removed: the decoder received "
      + "\(names.count == 1 ? "it" : "them"), \(columns), beside the latent position, and cells were "
      + "decoded at the mean\(names.count == 1 ? "" : "s") of their batch"
      + (options.alignment == nil
        ? "."
        : "; in each cluster of the alignment, a ridge regression on batches and covariates removed "
          + "the rest.")
  }
}

extension CovariateRecord {
  /// The values in a few words.
  fileprivate var values: String {
    if let mean, let deviation {
      return "mean \(shortened(mean)), standard deviation \(shortened(deviation))"
    }
    let levels = levels ?? []
    return levels.prefix(6).map { "\($0.name) (\(grouped($0.cells)))" }.joined(separator: ", ")
      + (levels.count > 6 ? ", and \(levels.count - 6) more" : "")
  }
}
