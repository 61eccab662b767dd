internal import Machine

/// The cells of one label whose own counts do not bear it out.
public struct LowSupport: Equatable, Sendable, Codable {
  /// The label.
  public var label: String

  /// The number of new cells that got it.
  public var cells: Int

  /// The number of these with a support under ``limit``.
  public var low: Int

  /// The median support of the cells that got the label.
  public var medianSupport: Float

  /// The median share of the neighbours that agree, of the cells that got the label.
  public var medianConfidence: Float

  /// The support under which a cell's counts do not bear out its label: 0.2.
  ///
  /// Cells of known types mostly have about 1. See <doc:MappingNewCells> for how it was found.
  public static let limit: Float = 0.2

  /// The share of a label's cells from which they are told.
  static let share = 1.0 / 3

  /// The fewest cells that are told.
  static let fewestCells = 5
}

extension TransferredLabels {
  /// The labels of which many cells have low support, those with most such cells first.
  public var lowSupport: [LowSupport] {
    guard let support else { return [] }
    return names.indices.compactMap { label in
      let cells = ofCell.indices.filter { ofCell[$0] == Int32(label) }
      let low = cells.count { !(support[$0] >= LowSupport.limit) }
      guard low >= LowSupport.fewestCells, Double(low) >= LowSupport.share * Double(cells.count)
      else { return nil }
      return LowSupport(
        label: names[label], cells: cells.count, low: low,
        medianSupport: median(cells.map { support[$0] }),
        medianConfidence: median(cells.map { confidence[$0] }))
    }.sorted { $0.low > $1.low }
  }

  /// The warnings that labels and their support give reason for, a sentence each.
  ///
  /// There is one for each label of which many cells have low support, the first few, and before
  /// them one where most of all cells have.
  var supportWarnings: [String] {
    guard let support else { return [] }
    let most = 8
    let all = support.count { !($0 >= LowSupport.limit) }
    var warnings: [String] = []
    if support.count >= LowSupport.fewestCells, 2 * all >= support.count {
      warnings.append(
        "\(all) of \(support.count) cells have less than \(LowSupport.limit) of what sets the label of "
          + "their neighbours apart in the reference, where cells of its types have about 1: the "
          + "reference may be of another tissue or species, and the labels may be wrong whatever "
          + "their confidence")
    }
    let labels = lowSupport
    for label in labels.prefix(most) {
      warnings.append(
        "\(label.low) of \(label.cells) cells labelled '\(label.label)' have low support by their own "
          + "counts, under \(LowSupport.limit) (median \(hundredths(label.medianSupport)), at a median "
          + "confidence of \(hundredths(label.medianConfidence))): they may be of a type that the "
          + "reference lacks")
    }
    if labels.count > most {
      warnings.append(
        "the same of \(counted(labels.count - most, "more label")): "
          + labels[most...].map { "'\($0.label)'" }.joined(separator: ", "))
    }
    return warnings
  }

  private func hundredths(_ value: Float) -> String { "\((value * 100).rounded() / 100)" }
}

/// The upper median of some numbers, 0 of none.
private func median(_ values: [Float]) -> Float {
  values.isEmpty ? 0 : values.sorted()[values.count / 2]
}
