internal import CellFiles
package import Support

/// The genes that a model uses.
///
/// They are sorted by name, so that the order of genes in a file has no effect: initial weights are
/// drawn, and sums over genes computed, in this order.
package struct GeneSelection {
  /// The indices of the genes, in the order of their names: the listed ones, or the most variable.
  package var genes: [Int]

  /// The number of genes excluded from the selection; `nil` if no exclusion was requested.
  package var excluded: Int?

  /// Selects genes.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - summary: The moments of their genes.
  ///   - measured: The genes that each batch measured, or `nil` for all.
  ///   - options: The options with the number, list and exclusions of genes.
  ///   - diagnostics: Receives warnings and notices.
  /// - Throws: ``CountDataError`` if no gene of a list exists, or too few genes are left.
  package init(
    of cells: CellDataset, _ summary: CellSummary, measured: [[Bool]]?,
    _ options: GeneSelectionOptions,
    _ diagnostics: inout Diagnostics
  ) throws(CountDataError) {
    let isExcluded = try Self.excludedGenes(of: cells, options, &diagnostics)
    excluded = isExcluded?.count(where: \.self)
    let byName = cells.genes.indices.sorted { Self.areInOrder($0, $1, cells.genes) }
    guard let list = options.list else {
      let votes = summary.moments.votes(measured: measured)
      let order = GeneOrder(genes: byName, excluding: isExcluded)
      if options.kind == .peaks {
        genes = broadPeaks(
          options.count, votes: votes, pooled: summary.moments.pooled, among: order)
        try checkAreEnoughPeaks(of: cells)
        return
      }
      genes =
        summary.kind == .scaled
        ? mostVarying(options.count, votes: votes, among: order)
        : variableGenes(options.count, votes: votes, among: order)
      return
    }
    let listed = Set(list)
    let found = byName.filter { listed.contains(cells.genes[$0]) }
    guard !found.isEmpty else {
      throw .noListedGenes(
        list: "geneList", count: listed.count, example: cells.genes.first ?? "")
    }
    genes = found.filter { !(isExcluded?[$0] ?? false) }
    guard !genes.isEmpty else {
      throw .genesExcluded(
        left: 0, of: found.count, fewest: 1, by: options.excluded?.map(\.name) ?? [])
    }
    guard genes.count <= CountStore.geneLimit else {
      throw .tooManyGenes(count: genes.count, limit: CountStore.geneLimit)
    }
    if options.kind == .peaks { try checkAreEnoughPeaks(of: cells) }
    let names = Set(found.map { cells.genes[$0] })
    if names.count < listed.count {
      diagnostics.notices.append(
        "\(listed.count - names.count) of the \(counted(listed.count, "listed gene")) are not in "
          + "the data and are ignored")
    }
  }

  /// Checks that there are peaks enough to tell cells apart.
  private func checkAreEnoughPeaks(of cells: CellDataset) throws(CountDataError) {
    guard genes.count < GeneSelectionOptions.fewestPeaks else { return }
    throw .tooFewPeaks(
      count: genes.count, of: cells.genes.count, fewest: GeneSelectionOptions.fewestPeaks)
  }

  /// Returns whether one gene comes before another: by the bytes of its name, then by its index.
  private static func areInOrder(_ first: Int, _ second: Int, _ names: [String]) -> Bool {
    let (a, b) = (names[first].utf8, names[second].utf8)
    if a.lexicographicallyPrecedes(b) { return true }
    return !b.lexicographicallyPrecedes(a) && first < second
  }

  /// Returns the excluded genes, and adds a notice about them; `nil` if no exclusion is requested.
  private static func excludedGenes(
    of cells: CellDataset, _ options: GeneSelectionOptions, _ diagnostics: inout Diagnostics
  ) throws(CountDataError) -> [Bool]? {
    guard let exclusions = options.excluded, !exclusions.isEmpty else { return nil }
    let names = cells.genes.indices.map { gene in
      [cells.genes[gene], cells.joined?.genes[gene].id].compactMap(\.self)
    }
    var isExcluded = [Bool](repeating: false, count: names.count)
    var counts: [String] = []
    for exclusion in exclusions {
      let matches = exclusion.matches(among: names)
      let count = matches.count(where: \.self)
      if count == 0 {
        diagnostics.warnings.append(
          "no gene matches '\(exclusion.name)', so it excludes none; genes have names such as "
            + "'\(cells.genes.first ?? "")'")
      } else {
        counts.append("\(count) by '\(exclusion.name)'")
      }
      for gene in names.indices where matches[gene] { isExcluded[gene] = true }
    }
    let excluded = isExcluded.count(where: \.self)
    guard excluded > 0 else { return isExcluded }
    let left = names.count - excluded
    guard left >= GeneSelectionOptions.fewestGenes else {
      throw .genesExcluded(
        left: left, of: names.count, fewest: GeneSelectionOptions.fewestGenes,
        by: exclusions.map(\.name))
    }
    diagnostics.notices.append(
      "\(counted(excluded, "gene")) of \(names.count) \(excluded == 1 ? "is" : "are") excluded from the "
        + "selection, but not from the totals: \(counts.joined(separator: ", "))")
    return isExcluded
  }
}
