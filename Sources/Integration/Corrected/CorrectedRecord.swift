internal import Support

/// The genes of interest whose counts were corrected by one factor for each gene and batch.
package struct CorrectedRecord: Equatable, Sendable, Codable {
  /// A gene that one batch alone expresses.
  package struct Alone: Equatable, Sendable, Codable {
    /// The name of the gene.
    package var gene: String

    /// The name of the batch.
    package var batch: String
  }

  /// The number of genes.
  package var genes: Int

  /// The requested names that no gene has.
  package var unknown: [String]

  /// The genes that one batch alone expresses, although its cells in shared clusters predict at least
  /// ten counts in the others.
  package var ofOneBatch: [Alone]

  /// The number of genes without a count.
  package var absent: Int

  /// The number of clusters within which batches were compared.
  package var clusters: Int
}

extension CorrectedRecord {
  /// The maximum number of genes named in a sentence.
  private static let named = 20

  /// Returns the warnings about genes in a file, one sentence each.
  func warnings(path: String) -> [String] {
    var warnings: [String] = []
    if !unknown.isEmpty {
      warnings.append(
        "\(unknown.count) of \(counted(genes + unknown.count, "gene")) for `correctedGenes` "
          + "\(unknown.count == 1 ? "is" : "are") not in the data: "
          + Self.list(unknown.map { "'\($0)'" }))
    }
    if !ofOneBatch.isEmpty {
      let isOne = ofOneBatch.count == 1
      warnings.append(
        "\(counted(ofOneBatch.count, "gene")) of the \(genes) in '\(path)' "
          + "\(isOne ? "is" : "are") expressed in one batch only: "
          + Self.list(ofOneBatch.map { "'\($0.gene)' (batch '\($0.batch)')" })
          + "; \(isOne ? "its counts" : "their counts") are unchanged, so do not compare batches by "
          + (isOne ? "it" : "them"))
    }
    if absent > 0 {
      warnings.append(
        "\(counted(absent, "gene")) of the \(genes) in '\(path)' \(absent == 1 ? "has" : "have") no "
          + "counts in any cell of the training")
    }
    return warnings
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(named).joined(separator: ", ")
      + (names.count > named ? " and \(names.count - named) more, see the record" : "")
  }
}
