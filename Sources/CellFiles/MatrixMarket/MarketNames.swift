internal import Foundation

/// The names that Cell Ranger and bustools give the files that go with a matrix.
///
/// Cell Ranger calls them `matrix.mtx`, `barcodes.tsv` and `features.tsv` (before version 3
/// `genes.tsv`), bustools `cells_x_genes.mtx`, `cells_x_genes.barcodes.txt` and
/// `cells_x_genes.genes.txt`. In archives names have something in front, as in
/// `GSM123_matrix.mtx.gz`.
struct MarketNames {
  /// The paths of files with the cells' names, the most usual first.
  let barcodes: [String]

  /// The paths of files with the genes' names, the most usual first.
  let features: [String]

  /// Takes the path of the matrix.
  init(of matrix: String) {
    let file = (matrix as NSString).lastPathComponent
    let folder = String(matrix.dropLast(file.count))
    // "GSM1_matrix.mtx.gz" goes with "GSM1_", and "cells_x_genes.mtx" with "cells_x_genes.".
    var stem = file
    for ending in [".gz", ".mtx"] where stem.hasSuffix(ending) { stem.removeLast(ending.count) }
    let front = stem.hasSuffix("matrix") ? String(stem.dropLast("matrix".count)) : stem
    var fronts = [front]
    for other in ["\(stem).", "\(stem)_", "\(stem)-", ""] where !fronts.contains(other) {
      fronts.append(other)
    }
    func paths(_ names: [String]) -> [String] {
      fronts.flatMap { front in
        names.flatMap { [folder + front + $0, folder + front + $0 + ".gz"] }
      }
    }
    barcodes = paths(["barcodes.tsv", "barcodes.txt"])
    features = paths(["features.tsv", "genes.tsv", "features.txt", "genes.txt"])
  }
}
