internal import CellFiles
internal import Integration
internal import Report
internal import Support

extension RunRecord {
  /// The labels of the training, how they agree with expression, and which were not used.
  var trainingLabelBlocks: [ReportBlock] {
    guard let found = trainingLabels else { return [] }
    let placeholders = found.placeholders.map { "'\($0.text)'" }
    return [
      .text(
        (found.areUsed
          ? "Batches were compared within the labels in '\(found.column)', and cells without one by "
            + "\(noun.signal). "
          : "The labels in '\(found.column)' were not used, because they agree with \(noun.signal) hardly better "
            + "than by chance. ")
          + "\(grouped(found.unlabelled)) of \(grouped(cells)) cells have no label"
          + (placeholders.isEmpty ? ". " : "; \(listed(placeholders)) counted as none. ")
          + "Labels that are rare among those of cells with similar \(noun.signal) were not used. The "
          + "agreement of labels with clusters of \(noun.signal) is \(hundredths(found.agreement)), from about 0 "
          + "by chance to 1. Scores of this embedding by these labels are not independent of them."),
      .table(
        ReportTable(
          caption: "The labels in '\(found.column)'.",
          columns: [.init("label"), .init("cells"), .init("batches"), .init("not used")],
          rows: found.labels.map {
            [
              .text($0.name), .number(Double($0.cells)), .number(Double($0.batches)),
              .number(Double($0.doubted)),
            ]
          })),
    ]
  }

  /// The sentence of the methods paragraph on the labels; `nil` without labels that were used.
  var trainingLabelSentence: String? {
    guard let found = trainingLabels, found.areUsed else { return nil }
    let labelled = cells - found.unlabelled
    return
      "Batches were compared within the \(grouped(found.labels.count)) labels in '\(found.column)', "
      + "which \(grouped(labelled)) cells had"
      + (options.alignment == nil ? "" : ", also by the alignment")
      + (found.doubted == 0
        ? "."
        : "; \(grouped(found.doubted)) labels that were rare among those of cells with similar "
          + "\(noun.signal) were not used.")
  }
}
