internal import Foundation

/// Finds the files that name the cells and genes of a matrix beside it.
struct MarketNames {
  private let matrix: String
  private let folder: String
  private let file: String

  /// Takes the path of the matrix.
  init(of matrix: String) {
    self.matrix = matrix
    file = (matrix as NSString).lastPathComponent
    folder = String(matrix.dropLast(file.count))
  }

  /// The file with the cells' names.
  ///
  /// - Throws: ``CellFileError/noNamesBeside(matrix:names:of:)``.
  func barcodes() throws(CellFileError) -> String {
    try find(["barcodes.tsv", "barcodes.txt"], of: "cells")
  }

  /// The file with the genes' names.
  ///
  /// - Throws: ``CellFileError/noNamesBeside(matrix:names:of:)``.
  func features() throws(CellFileError) -> String {
    try find(["features.tsv", "genes.tsv", "features.txt", "genes.txt"], of: "genes")
  }

  private func find(_ usual: [String], of what: String) throws(CellFileError) -> String {
    // "GSM1_matrix.mtx.gz" goes with "GSM1_", and "cells_x_genes.mtx" with "cells_x_genes.".
    var stem = file
    for ending in [".gz", ".mtx"] where stem.hasSuffix(ending) { stem.removeLast(ending.count) }
    let front = stem.hasSuffix("matrix") ? String(stem.dropLast("matrix".count)) : stem
    var fronts = [front]
    for other in ["\(stem).", "\(stem)_", "\(stem)-", ""] where !fronts.contains(other) {
      fronts.append(other)
    }
    let isThere = FileManager.default.fileExists(atPath:)
    for front in fronts {
      for name in usual {
        for candidate in [name, name + ".gz"] where isThere(folder + front + candidate) {
          return folder + front + candidate
        }
      }
    }
    throw .noNamesBeside(
      matrix: matrix, names: usual.prefix(2).map { front + $0 }, of: what)
  }
}
