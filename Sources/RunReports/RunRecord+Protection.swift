internal import Integration
internal import Report
internal import Support

extension RunRecord {
  /// The protected factor, its levels and their mixing before and after the correction.
  var protectionBlocks: [ReportBlock] {
    guard let protected else { return [] }
    return [
      .text(
        "Batches were compared within the levels of '\(protected.column)' only, so that what goes with "
          + "a level in all of its batches stays. "
          + (protected.mixing.map { "The mixing of the levels within populations is \($0). " } ?? "")
          + "It should not be far above that before the correction."),
      .table(
        ReportTable(
          caption: "The levels of '\(protected.column)'.",
          columns: [.init("level"), .init("cells"), .init("batches")],
          rows: protected.levels.map {
            [.text($0.name), .number(Double($0.cells)), .number(Double($0.batches))]
          })),
    ]
  }

  /// The sentence of the methods paragraph on the protected factor; `nil` without one.
  var protectionSentence: String? {
    guard let protected else { return nil }
    return "Batches were compared within the \(grouped(protected.levels.count)) levels of "
      + "'\(protected.column)' only"
      + (options.alignment == nil ? "" : ", also by the alignment")
      + ", so that differences between these levels were kept."
  }
}

extension ProtectionRecord {
  /// The mixing of the levels before and after, in words; `nil` if it cannot be measured.
  fileprivate var mixing: String? {
    guard let mixingBefore, let mixingAfter else { return nil }
    return "\(hundredths(mixingBefore)) before and \(hundredths(mixingAfter)) after"
  }
}
