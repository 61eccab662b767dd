internal import Support
/// The cells whose neighbours have one label, with low support by their counts.
///
/// They are *unknown* by default.
package struct LowSupport: Equatable, Sendable, Codable {
  /// The label.
  package var label: String

  /// The number of new cells whose neighbours mostly have this label.
  package var cells: Int

  /// The number of these with a support below ``limit``.
  package var low: Int

  /// The median support of these cells.
  package var medianSupport: Float

  /// Their median confidence: the share of neighbours that agree.
  package var medianConfidence: Float

  /// The support below which a cell's counts do not support its label: 0.2.
  ///
  /// Cells of known types mostly have a support of about 1. See <doc:MappingNewCells> for the
  /// choice of the limit.
  package static let limit: Float = 0.2

  /// The share of these cells above which a warning is given.
  static let share = 1.0 / 3

  /// The minimum number of cells for a warning.
  static let fewestCells = 5
}

extension TransferredLabels {
  /// The labels with low support in many cells, those with most such cells first.
  package var lowSupport: [LowSupport] {
    guard let support else { return [] }
    return names.indices.compactMap { label in
      let cells = voted.indices.filter { voted[$0] == Int32(label) }
      let low = cells.count { !(support[$0] >= LowSupport.limit) }
      guard low >= LowSupport.fewestCells, Double(low) >= LowSupport.share * Double(cells.count)
      else { return nil }
      return LowSupport(
        label: names[label], cells: cells.count, low: low,
        medianSupport: median(cells.map { support[$0] }),
        medianConfidence: median(cells.map { confidence[$0] }))
    }.sorted { $0.low > $1.low }
  }

  /// The warnings about labels with low support, one sentence each.
  ///
  /// The first few labels with many such cells are named. If most of all cells have low support by
  /// their own counts alone, a warning about that comes first.
  var supportWarnings: [String] {
    guard let ownSupport else { return [] }
    let most = 8
    let all = ownSupport.count { !($0 >= LowSupport.limit) }
    var warnings: [String] = []
    if ownSupport.count >= LowSupport.fewestCells, 2 * all >= ownSupport.count {
      warnings.append(
        "\(all) of \(ownSupport.count) cells have a support below \(LowSupport.limit) for the label of their "
          + "neighbours (about 1 is expected): the reference may be of another tissue or species, and "
          + "the labels may be wrong even with high confidence")
    }
    let labels = lowSupport
    for label in labels.prefix(most) {
      warnings.append(
        "\(label.low) of \(label.cells) cells whose neighbours are labelled '\(label.label)' have a "
          + "support by their counts below \(LowSupport.limit) (median \(hundredths(label.medianSupport)), median "
          + "confidence \(hundredths(label.medianConfidence))): they may be of a type that the "
          + "reference lacks")
    }
    if labels.count > most {
      warnings.append(
        "the same applies to \(counted(labels.count - most, "more label")): "
          + labels[most...].map { "'\($0.label)'" }.joined(separator: ", "))
    }
    return warnings
  }

  private func hundredths(_ value: Float) -> String { "\((value * 100).rounded() / 100)" }
}

/// Returns the upper median of some numbers, 0 for none.
private func median(_ values: [Float]) -> Float {
  values.isEmpty ? 0 : values.sorted()[values.count / 2]
}
