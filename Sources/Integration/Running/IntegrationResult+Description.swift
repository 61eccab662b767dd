internal import CellFiles
internal import Numerics
internal import Support

extension IntegrationResult: CustomStringConvertible {
  /// The sizes, the mixing and the number of warnings; up to three lines.
  public var description: String {
    let batches = record.batches.count { $0.cellsUsed > 0 }
    return
      ([
        "\(counted(embedding.cellCount, "cell")) of \(counted(batches, "batch")), "
          + counted(embedding.dimensions, "dimension")
          + (trained == nil
            ? " of '\(record.options.fromEmbedding ?? "")'"
            : ", \(record.genesUsed) of \(counted(record.genes, record.noun.rawValue))"),
        record.outcome,
      ] + warningLine(record.warnings.count)).joined(separator: "\n")
  }
}
