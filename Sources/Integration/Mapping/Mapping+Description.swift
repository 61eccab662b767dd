internal import Numerics
internal import Support

extension Mapping: CustomStringConvertible {
  /// The sizes and the numbers of labelled cells and warnings; up to three lines.
  public var description: String {
    var lines = [
      "\(counted(embedding.cellCount, "new cell")), "
        + counted(embedding.dimensions, "dimension")
        + (genes.map { ", \(record.genesFound) of the model's \(counted($0.count, "gene"))" }
          ?? " of '\(record.options.fromEmbedding ?? "")'")
    ]
    if let labelledCount { lines.append("\(counted(labelledCount, "cell")) labelled") }
    return (lines + warningLine(record.warnings.count)).joined(separator: "\n")
  }

  /// The number of cells with a transferred label other than *unknown*; `nil` without labels.
  package var labelledCount: Int? { labels.map { $0.ofCell.count - $0.unknownCount } }

  /// The outcome in one line: `mapped 300 cells, 290 labelled`.
  package var outcome: String {
    "mapped \(counted(embedding.cellCount, "cell"))"
      + (labelledCount.map { ", \($0) labelled" } ?? "")
  }
}
