internal import Foundation
internal import Support

/// The names that Cell Ranger and bustools give to the files of a matrix.
///
/// Cell Ranger names them `matrix.mtx`, `barcodes.tsv` and `features.tsv` (before version 3
/// `genes.tsv`). bustools names them `cells_x_genes.mtx`, `cells_x_genes.barcodes.txt` and
/// `cells_x_genes.genes.txt`. Archives add a prefix, as in `GSM123_matrix.mtx.gz`.
struct MarketNames {
  /// The paths of files with cell names, most common first.
  let barcodes: [String]

  /// The paths of files with gene names, most common first.
  let features: [String]

  /// Takes the path of the matrix.
  init(of matrix: String) {
    let file = fileName(of: matrix)
    let folder = String(matrix.dropLast(file.count))
    // "GSM1_matrix.mtx.gz" has the prefix "GSM1_", and "cells_x_genes.mtx" the prefix
    // "cells_x_genes.".
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
