internal import Evaluation
internal import Numerics
internal import Report

/// A sample of a run's cells, whose mixing a report compares before and after the correction.
struct CheckedCells {
  /// The batch of each cell; `(n)`.
  let batches: [String]

  /// The population of each cell, `(n)`; `nil` if all cells are one population.
  let populations: [Int32]?

  /// The label of each cell, or `nil`, `(n)`; `nil` without labels.
  let labels: [String?]?

  /// The coordinates before the correction; `(n, d)`.
  let before: Matrix

  /// The coordinates after the correction; `(n, d')`.
  let after: Matrix

  /// The threads to use.
  let pool: ThreadPool

  /// Returns heatmaps of the mixing of each pair of batches, before and after.
  func pairwiseFigures() throws -> [ReportBlock] {
    let evaluator = try Evaluator(batches: batches, populations: populations, pool: pool)
    return try [(before, "before"), (after, "after")].map { matrix, place in
      .heatmap(heatmap(try evaluator.pairwiseMixing(of: matrix, limit: heatmapBatches), place))
    }
  }

  /// Returns the mixing within each label, before and after; empty if labels cannot be compared.
  ///
  /// Cells without a label are left out, also as neighbours.
  func typeMixing() throws -> [[PopulationMixing]] {
    guard let labels else { return [] }
    let evaluator: Evaluator
    do {
      evaluator = try Evaluator(batches: batches, labels: labels, pool: pool)
    } catch {
      // A single label, one label per cell, or labels in one batch only: nothing to compare.
      return []
    }
    return try [before, after].map { try evaluator.labelMixing(of: $0) }
  }
}

/// Returns a table of the mixing within each cell type.
///
/// - Parameters:
///   - rows: The mixing in each place, with the same types in the same order.
///   - places: The names of the places, such as `before`.
///   - colouring: The name of the colouring by cell type.
/// - Returns: The text and the table; empty without types.
func typeMixingBlocks(
  _ rows: [[PopulationMixing]], places: [String], colouring: String
) -> [ReportBlock] {
  guard let first = rows.first, !first.isEmpty else { return [] }
  return [
    .text(
      "The cells of each type should mix with those of other batches and the same type. A type in "
        + "a single batch has no mixing value. Values of types with few cells are uncertain."),
    .table(
      ReportTable(
        caption: "Mixing of the batches within each cell type: the share of neighbours from other "
          + "batches and the cell's own type, divided by the share expected from the composition of "
          + "the type (0 separate, 1 mixed). Overlaid: the share of neighbours from other batches "
          + "and another type (expected near 0).",
        columns: [.init("cell type"), .init("cells"), .init("batches")]
          + places.map { .init("mixing \($0)", bars: 0...1, decimals: 2) }
          + places.map { .init("overlaid \($0)", bars: 0...1, decimals: 2) },
        rows: first.indices.map { type in
          [
            .level(first[type].name, colouring: colouring), .number(Double(first[type].cells)),
            .number(Double(first[type].batches)),
          ]
            + rows.map { $0[type].mixing.map { .number($0) } ?? .missing }
            + rows.map { .number($0[type].overlaid) }
        })),
  ]
}
