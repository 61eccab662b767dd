internal import CellFiles
internal import CountData
internal import Support

/// The findings about peaks, as a record has them.
public struct PeakRecord: Equatable, Sendable, Codable {
  /// The reason why the features were taken for peaks, such as `the modality is 'atac'`; `nil` if only the
  /// option said so.
  public var evidence: String?

  /// The names of the batches whose counts were reads or cut sites, and were converted to fragments.
  public var batchesOfReads: [String]

  /// A flag that is true if an option told what the counts are.
  package var countsWereGiven: Bool

  /// The share of even numbers among counts up to 5 in the batches of reads; `nil` without such batches.
  package var evenShareOfReads: Double?

  /// The share of even numbers among counts up to 5 in the other batches; `nil` without such batches.
  package var evenShareOfOthers: Double?
}

extension PeakRecord {
  /// Takes the findings about the counts of some cells.
  init(_ findings: PeakFindings, of cells: CellDataset) {
    let names = findings.batchesOfReads.map { cells.batches.names[$0] }
    self.init(
      evidence: cells.peakEvidence, batchesOfReads: names, countsWereGiven: findings.isGiven,
      evenShareOfReads: names.isEmpty ? nil : findings.evenShareOfReads,
      evenShareOfOthers: names.count == cells.batches.names.count
        ? nil : findings.evenShareOfOthers)
  }

  /// The sentences on the kind of the features and their counts.
  package var notices: [String] {
    [FeatureKind.peaks.notice(evidence: evidence)] + noticesOfCounts
  }

  /// The sentence on the counts.
  var noticesOfCounts: [String] {
    func percent(_ share: Double?) -> String { "\(Int((100 * (share ?? 0)).rounded()))%" }
    if countsWereGiven {
      return [
        batchesOfReads.isEmpty
          ? "the counts of peaks are used as fragments, as requested"
          : "the counts of peaks were converted from reads to fragments, as requested"
      ]
    }
    guard !batchesOfReads.isEmpty else {
      return [
        "\(percent(evenShareOfOthers)) of the counts of peaks up to 5 are even, as in fragments, so they "
          + "are used unchanged; `peakCounts = reads` halves them"
      ]
    }
    let named = batchesOfReads.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return [
      "\(percent(evenShareOfReads)) of the counts of peaks up to 5 are even"
        + (evenShareOfOthers == nil ? "" : " in \(named)\(batchesOfReads.count > 5 ? ", …" : "")")
        + ", as in reads, so they were converted to fragments, ⌈x / 2⌉; `peakCounts = fragments` "
        + "leaves them unchanged"
    ]
  }
}
