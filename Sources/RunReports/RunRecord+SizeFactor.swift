internal import Integration
internal import Report

extension RunRecord {
  /// The sizes of the cells, and the total counts that they stand for.
  var sizeFactorBlocks: [ReportBlock] {
    guard let sizeFactor else { return [] }
    return [
      .text(
        "Counts were divided by '\(sizeFactor.column)' instead of by their total, so that cells with more "
          + "counts than others of their size differ from them. In each batch, sizes were multiplied by "
          + "one number, so that the median size is the median total."),
      .table(
        ReportTable(
          caption: "The medians of '\(sizeFactor.column)' and of total counts.",
          columns: [.init("batch"), .init("median size"), .init("median counts")],
          rows: sizeFactor.batches.map {
            [.text($0.name), .number($0.medianSize), .number($0.medianCounts)]
          })),
    ]
  }
}
