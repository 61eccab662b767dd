internal import ArgumentParser
internal import Harmonize

/// The files that name the cells and genes of a matrix, or describe its cells.
struct CompanionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "File with the cell barcodes, for a matrix in Matrix Market format. (default: found beside "
        + "the matrix)",
      valueName: "file"),
    completion: .file(extensions: ["tsv", "csv", "txt", "gz"]))
  var barcodes: String?

  @Option(
    help: ArgumentHelp(
      "File with the gene identifiers and symbols, for matrices in Matrix Market format. "
        + "(default: found beside the matrix)",
      valueName: "file"),
    completion: .file(extensions: ["tsv", "csv", "txt", "gz"]))
  var features: String?

  @Option(
    help: ArgumentHelp(
      "Table with one row per cell, matched by cell name, whose columns become columns of 'obs', "
        + "or the aggregation.csv of 'cellranger aggr'. (default: a table that names all cells, "
        + "beside an .h5 of 10x Genomics, a .loom or a folder)",
      valueName: "file"),
    completion: .file(extensions: ["csv", "tsv", "txt", "gz"]))
  var cellTable: String?

  /// Checks that companion files are given for a single matrix only.
  func validate(files: [String]) throws {
    guard barcodes == nil || files.count < 2 else {
      throw ValidationError(
        "'--barcodes' names the cells of one matrix, and there are \(files.count) files; give "
          + "'--samples' with a sheet that has a column 'barcodes'.")
    }
  }

  /// The files in the library's form.
  var companions: Companions {
    var companions = Companions()
    companions.barcodes = barcodes
    companions.features = features
    companions.cellTable = cellTable
    return companions
  }
}
