internal import CellFiles
internal import Support
internal import NeuralNet

extension BatchAssignment {
  /// Returns the batches, split if their cells come from parts with different genes.
  ///
  /// Each resulting batch has one set of measured genes for all of its cells.
  func parted(byGenesOf parts: [CellDataset.Part]) -> BatchAssignment {
    let panels = parts.map { Set($0.sharedGenes.filter { $0 >= 0 }) }
    guard Set(panels).count > 1 else { return self }
    var panelNames: [String] = []
    var panelOfSet: [Set<Int32>: Int32] = [:]
    var panelOfCell: [Int32] = []
    for (part, panel) in zip(parts, panels) {
      let number = panelOfSet[panel] ?? Int32(panelNames.count)
      if panelOfSet[panel] == nil {
        panelOfSet[panel] = number
        panelNames.append(part.name)
      }
      panelOfCell += [Int32](repeating: number, count: part.matrix.cellCount)
    }
    var panelsOfBatch = [Set<Int32>](repeating: [], count: names.count)
    for (batch, panel) in zip(batchOfCell, panelOfCell) { panelsOfBatch[Int(batch)].insert(panel) }
    guard panelsOfBatch.contains(where: { $0.count > 1 }) else { return self }

    var newNames: [String] = []
    var numbers: [[Int32: Int32]] = []
    for (name, panels) in zip(names, panelsOfBatch) {
      var own: [Int32: Int32] = [:]
      for panel in panels.sorted() {
        own[panel] = Int32(newNames.count)
        newNames.append(panels.count > 1 ? "\(name) / \(panelNames[Int(panel)])" : name)
      }
      numbers.append(own)
    }
    return BatchAssignment(
      names: newNames,
      batchOfCell: zip(batchOfCell, panelOfCell).map { numbers[Int($0)][$1] ?? 0 })
  }
}

extension CellDataset {
  /// The genes that each batch measured, as flags; `nil` if all measured all; `(S)(f)`.
  package var genesMeasured: [[Bool]]? {
    let isComplete = parts.allSatisfy { part in
      Set(part.sharedGenes.filter { $0 >= 0 }).count == genes.count
    }
    guard !isComplete else { return nil }
    var measured = [[Bool]](
      repeating: [Bool](repeating: true, count: genes.count), count: batches.names.count)
    var first = 0
    for part in parts {
      var isThere = [Bool](repeating: false, count: genes.count)
      for gene in part.sharedGenes where gene >= 0 { isThere[Int(gene)] = true }
      let end = first + part.matrix.cellCount
      for batch in Set(batches.batchOfCell[first..<end]) {
        for gene in genes.indices where !isThere[gene] { measured[Int(batch)][gene] = false }
      }
      first = end
    }
    return measured
  }
}

extension GenePadding {
  /// The minimum number of cells for computing the means, if there are more.
  private static let sampledCells = 20_000

  /// The number of cells read at once.
  private static let blockCells = 1024

  /// Finds the selected genes that some batches lack, with their mean inputs over the other
  /// batches.
  ///
  /// - Parameters:
  ///   - measured: The genes that each batch measured, `(S)(genes of the cells)`; `nil` for all.
  ///   - selected: The selected genes.
  ///   - store: The counts of the selected genes.
  ///   - cells: The cells for computing the means.
  ///   - batches: The batch of every cell.
  ///   - batchCount: The number of batches, `S`.
  package init(
    measured: [[Bool]]?, selected: [Int], store: CountStore, cells: [Int], batches: [Int32],
    batchCount: Int
  ) {
    let missing =
      measured?.map { isMeasured in
        selected.indices.filter { !isMeasured[selected[$0]] }.map { UInt16($0) }
      } ?? [[UInt16]](repeating: [], count: batchCount)
    // A sample is enough for a mean; if batches differ in their genes, all cells are used.
    let cells =
      measured == nil && cells.count > Self.sampledCells
      ? stride(from: 0, to: cells.count, by: cells.count / Self.sampledCells).map { cells[$0] }
      : cells
    var sums = [Double](repeating: 0, count: selected.count)
    var minibatch = Minibatch()
    for first in stride(from: 0, to: cells.count, by: Self.blockCells) {
      let block = cells[first..<min(first + Self.blockCells, cells.count)]
      store.fill(&minibatch, with: block, batches: batches)
      for k in 0..<Int(minibatch.starts[block.count]) {
        sums[Int(minibatch.genes[k])] += Double(minibatch.inputs[k])
      }
    }
    var cellsOfBatch = [Int](repeating: 0, count: batchCount)
    for cell in cells { cellsOfBatch[Int(batches[cell])] += 1 }
    var counts = [Int](repeating: cells.count, count: selected.count)
    for (batch, genes) in missing.enumerated() {
      for gene in genes { counts[Int(gene)] -= cellsOfBatch[batch] }
    }
    self.init(
      missing: missing, meanInputs: zip(sums, counts).map { $1 > 0 ? Float($0 / Double($1)) : 0 })
  }
}
