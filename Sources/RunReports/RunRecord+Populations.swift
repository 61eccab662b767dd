internal import CellFiles
internal import Integration
internal import Support
internal import Report

extension CompositionRecord {
  /// Returns a table of the populations that each batch shares with the others.
  ///
  /// - Parameters:
  ///   - colouring: The name of the colouring by batch.
  ///   - handling: The option for handling batches that differ, for a column about it. The default
  ///     is `nil`, without this column.
  /// - Returns: The table.
  func table(colouring: String, handling: BatchComposition? = nil) -> ReportTable {
    ReportTable(
      caption: "For each batch, the share of its own cells without a counterpart in any other "
        + "batch, and the share of the other batches' cells without a counterpart in it; – if no "
        + "other batch is comparable.",
      columns: [
        .init("batch"), .init("own without counterpart", bars: 0...1, decimals: 2),
        .init("others' without counterpart", bars: 0...1, decimals: 2), .init("verdict"),
      ] + (handling == nil ? [] : [.init("handling")]),
      rows: filled.map { batch in
        [
          .level(batch.batch, colouring: colouring), .number(batch.alone),
          lacking(of: batch).map { .number($0) } ?? .missing, .text(verdict(on: batch)),
        ] + (handling.map { [.text(partners(of: batch, $0))] } ?? [])
      })
  }
}

extension RunRecord {
  /// The batches that seem to have other cell types than the others, in one line; `nil` if the
  /// batches were not compared.
  var populationFact: Fact? {
    guard let composition else { return nil }
    let different = composition.different
    let handled =
      options.composition == .matched
      ? "mixed within shared populations only" : "mixed completely, as set by `composition = equal`"
    return Fact(
      "batches that seem to hold other cell types",
      different.isEmpty
        ? "none"
        : "\(grouped(different.count)) of \(grouped(composition.filled.count)); \(handled)")
  }

  /// The populations that each batch shares, the handling of differences, and advice.
  var populationBlocks: [ReportBlock] {
    guard let composition else { return [] }
    let different = composition.different
    var blocks: [ReportBlock] = [
      .text(
        "Estimated from \(noun.signal) without labels before the training: the clusters of each "
          + "batch were compared with those of the others. "
          + (different.isEmpty
            ? "No batch seems to hold other cell types than the others, so all batches are mixed "
              + "with each other."
            : options.composition == .matched
              ? "Some batches seem to hold other cell types than the others. They are mixed within "
                + "the populations that they share, and unshared populations are kept separate. The "
                + "mixing below is measured within populations."
              : "Some batches seem to hold other cell types than the others. "
                + "`composition = equal` assumes the same types in all batches, so different types were "
                + "merged."))
    ]
    blocks.append(
      .table(composition.table(colouring: batchColouring, handling: options.composition)))
    if !different.isEmpty { blocks.append(.text(populationAdvice)) }
    return blocks
  }

  /// The advice for a run if batches seem to have different cell types.
  private var populationAdvice: String {
    let check =
      types.isEmpty
      ? "Check the cell types: with `labelKey` the report shows the neighbourhoods of each type. "
      : "Check the cell types below. "
    let parts =
      "If batches are parts of one experiment, such as sorted samples, give them the same level of "
      + "`batchKey`; if the key is finer than the technical batches, use a coarser one. "
    return "What to do: " + check + parts
      + (options.composition == .matched
        ? "If the batches do hold the same types, give `composition = equal`. Otherwise no change is "
          + "needed."
        : "Unless you know that the batches hold the same types, do not use this result: run again "
          + "without `composition = equal`.")
  }

  /// The caveat about figures of mixing if batches have different cell types; otherwise empty.
  var mixingCaveat: [ReportBlock] {
    guard let composition, !composition.different.isEmpty else { return [] }
    let start =
      "\(grouped(composition.different.count)) of \(grouped(composition.filled.count)) batches seem "
      + "to hold other cell types than the others, so mixing is measured within the populations that "
      + "batches share. "
    let nothing =
      mixing?.after == nil
      ? "No population occurs in two batches, so mixing cannot be measured; check that few "
        + "neighbours are overlaid. " : ""
    return [
      .text(
        start + nothing
          + (options.composition == .matched
            ? "Batches that overlap completely in a plot indicate an error."
            : "`composition = equal` mixed the batches completely, so batches that overlap in a plot "
              + "may contain merged cell types."))
    ]
  }
}
