package import CellFiles
internal import HDF5
internal import Support

extension Simulation {
  /// Writes all cells to one AnnData file, with their `batch` and `cell_type` in `obs`.
  ///
  /// - Parameters:
  ///   - path: The `.h5ad` file to create or replace.
  ///   - additions: Tables for `obsm` and values for `uns`. The default is empty. The options are
  ///     always in `uns/simulation`.
  /// - Throws: `OutputError`. A failure leaves no partial file.
  package func writeAnnData(to path: String, adding additions: AnnDataAdditions = .init()) throws {
    var cells = DataFrame(names: cellNames)
    cells["batch"] = .categorical(
      codes: batches.batchOfCell, categories: batches.names, ordered: false)
    cells["cell_type"] = .categorical(
      codes: cellTypes, categories: cellTypeNames, ordered: false)
    var variables = DataFrame(names: genes.map(\.name))
    variables["gene_ids"] = .strings(genes.map(\.id))
    var additions = additions
    additions.uns["simulation"] = record
    try CellFiles.writeAnnData(
      to: path, cells: cells, genes: variables, matrix: self, storedAs: Float.self,
      adding: additions)
  }

  /// Writes the cells of each batch to a separate 10x file, without their types.
  ///
  /// - Parameter paths: The `.h5` files to create or replace; `[batches]`.
  /// - Throws: `OutputError`. A failure leaves no partial file.
  package func writeTenX(to paths: [String]) throws {
    precondition(
      paths.count == options.batches, "\(paths.count) files for \(options.batches) batches")
    let features = genes.map {
      TenXFeature(
        id: $0.id ?? $0.name, name: $0.name, type: options.peaks ? "Peaks" : "Gene Expression",
        genome: "simulated")
    }
    for (batch, path) in paths.enumerated() {
      let cells = BatchCells(simulation: self, cells: cells(ofBatch: batch))
      // The suffix of barcodes starts at 1 in each file, as with Cell Ranger.
      let barcodes = cellNames[cells.cells].map { "\($0.prefix(16))-1" }
      try CellFiles.writeTenX(to: path, barcodes: barcodes, features: features, matrix: cells)
    }
  }

  private var record: UnsValue { .dictionary(options.unsValues) }
}

/// The cells of one batch of a simulation.
private struct BatchCells: ExpressionMatrix {
  let simulation: Simulation
  let cells: Range<Int>

  var cellCount: Int { cells.count }
  var geneCount: Int { simulation.geneCount }

  func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    try simulation.forEachRowBlock(of: cells, as: type, body)
  }
}
