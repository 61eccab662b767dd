internal import CellFiles
internal import Foundation
internal import Support

/// The identity of a training: equal identities give the same steps, to the byte.
package struct TrainingIdentity: Equatable, Sendable {
  /// Every option that affects the training, by its name on the command line.
  var options: [String: String]

  /// The number of cells, and a digest of their names.
  var cells: Int
  package var cellNames: UInt64

  /// The number of genes used, and a digest of their names.
  var genes: Int
  var geneNames: UInt64

  /// The names of the batches, and a digest of each cell's batch.
  var batches: [String]
  var batchOfCell: UInt64

  /// The number of cells that passed the filters, and a digest of these cells.
  var trainedOn: Int
  var trainedCells: UInt64

  /// The sum of all values, and a digest of each cell's sums over all genes and over the used
  /// genes.
  var total: Double
  var totals: UInt64

  /// A digest of the covariates, protected levels, labels and sizes of the cells; 0 without them.
  var columns: UInt64

  /// Takes what is told of a training.
  package init(
    options: [String: String], cells: Int, cellNames: UInt64, genes: Int, geneNames: UInt64,
    batches: [String], batchOfCell: UInt64, trainedOn: Int, trainedCells: UInt64, total: Double,
    totals: UInt64, columns: UInt64 = 0
  ) {
    self.options = options
    self.cells = cells
    self.cellNames = cellNames
    self.genes = genes
    self.geneNames = geneNames
    self.batches = batches
    self.batchOfCell = batchOfCell
    self.trainedOn = trainedOn
    self.trainedCells = trainedCells
    self.total = total
    self.totals = totals
    self.columns = columns
  }
}

extension TrainingIdentity {

  /// Returns the options in which a checkpoint's training differs from this one.
  func differentOptions(from other: [String: String]) -> [String] {
    Set(options.keys).union(other.keys).sorted().compactMap { name in
      let (now, then) = (options[name], other[name])
      guard now != then else { return nil }
      return "`\(name)` was \(then ?? "not given") and is now \(now ?? "not given")"
    }
  }

  /// Returns the differences of a checkpoint's data from these.
  func differentData(from other: TrainingIdentity) -> [String] {
    var differences: [String] = []
    func note(_ differs: Bool, _ text: @autoclosure () -> String) {
      if differs { differences.append(text()) }
    }
    note(cells != other.cells, "it had \(counted(other.cells, "cell")), now \(cells)")
    note(cells == other.cells && cellNames != other.cellNames, "its cells had other names")
    note(
      genes != other.genes, "it used \(counted(other.genes, "gene")), now \(genes)")
    note(genes == other.genes && geneNames != other.geneNames, "it used other genes")
    note(
      batches != other.batches,
      "its batches were \(named(other.batches)), now \(named(batches))")
    if differences.isEmpty {
      note(batchOfCell != other.batchOfCell, "its cells belonged to other batches")
      note(
        trainedOn != other.trainedOn,
        "it trained on \(counted(other.trainedOn, "cell")), now \(trainedOn)")
      note(
        trainedOn == other.trainedOn && trainedCells != other.trainedCells,
        "it trained on other cells")
      note(
        columns != other.columns,
        "its cells had other covariates, protected levels, labels or sizes")
      note(
        totals != other.totals,
        total == other.total
          ? "its counts were different"
          : "its counts summed to \(other.total), now \(total)")
    }
    return differences
  }

  private func named(_ names: [String]) -> String {
    names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 3 ? ", …" : "")
  }
}
