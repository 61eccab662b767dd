internal import CellFiles
internal import CountData
internal import Support

/// The genes whose counts are corrected by one factor for each gene and batch.
public enum CorrectedGenes: Equatable, Sendable {
  /// All genes of the data.
  case all

  /// The genes of these names; a warning names those that the data lack.
  case listed([String])
}

/// The genes of a selection among those of some cells.
struct FoundGenes {
  /// The indices of the genes, each once, in the order of the selection.
  let genes: [Int]

  /// The names that no gene has.
  let unknown: [String]

  /// Looks up genes by name, identifier or symbol.
  ///
  /// - Parameters:
  ///   - selection: The selection.
  ///   - cells: The cells.
  /// - Throws: `UsageError` if no gene of the selection is in the data.
  init(_ selection: CorrectedGenes, of cells: CellDataset) throws(UsageError) {
    guard case .listed(let names) = selection else {
      (genes, unknown) = (Array(cells.genes.indices), [])
      return
    }
    var numbers: [String: Int] = [:]
    // A gene's own name counts before the other names of genes.
    for (number, name) in cells.genes.enumerated() where numbers[name] == nil {
      numbers[name] = number
    }
    for (number, gene) in (cells.joined?.genes ?? []).enumerated() {
      for name in [gene.id, gene.symbol].compactMap(\.self) where numbers[name] == nil {
        numbers[name] = number
      }
    }
    var isTaken: Set<Int> = []
    genes = names.compactMap { numbers[$0] }.filter { isTaken.insert($0).inserted }
    var isTold: Set<String> = []
    unknown = names.filter { numbers[$0] == nil && isTold.insert($0).inserted }
    guard !genes.isEmpty else {
      throw UsageError(
        "none of the \(counted(unknown.count, "gene")) for `correctedGenes` is in the data, such as "
          + "'\(unknown.first ?? "")'; genes of the data have names such as "
          + "'\(cells.genes.first ?? "")'")
    }
  }
}
