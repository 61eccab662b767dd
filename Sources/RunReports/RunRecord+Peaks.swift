internal import Integration
internal import Support

extension PeakRecord {
  /// The sentence on the conversion of reads to fragments; `nil` if the counts were used unchanged.
  func sentence(_ works: inout CitedWorks) -> String? {
    guard !batchesOfReads.isEmpty else { return nil }
    return "The counts x of reads in peaks"
      + (evenShareOfOthers == nil ? "" : " of \(counted(batchesOfReads.count, "batch"))")
      + " were converted to ⌈x / 2⌉ fragments\(works.cite(.fragments))."
  }
}

extension RunRecord {
  /// Returns the sentence on the selection of peaks.
  func peakSentence(_ peaks: PeakRecord) -> String {
    if options.geneList != nil {
      return "\(grouped(genesUsed)) peaks of a given list were used, out of \(grouped(genes)) "
        + "peaks\(joinScope)."
    }
    guard genesUsed == options.geneCount, genesUsed < genes - (genesExcluded ?? 0) else {
      return "All \(grouped(genesUsed)) peaks\(joinScope) that are accessible in some cell were "
        + "used, out of \(grouped(genes))."
    }
    return "Of \(grouped(genes)) peaks\(joinScope), \(grouped(genesUsed)) were used: those that "
      + "are among the peaks accessible in the most cells in the most batches."
  }

  /// Returns the sentence on the network's input.
  func peakInputSentence(_ works: inout CitedWorks) -> String {
    "The input of the model was TF-IDF\(works.cite(.inverseFrequency)): log(1 + 10,000 x / t) "
      + "log(1 + N / n) for x fragments in a peak of a cell with t fragments in total, and a peak that is "
      + "accessible in n of N cells, scaled to the same length in each cell."
  }
}
