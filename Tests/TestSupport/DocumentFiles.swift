internal import Foundation
internal import HDF5

/// Makes the files that the documents speak of, small ones, by the names that they have there.
package enum DocumentFiles {
  private static let genes = (0..<600).map { "gene\($0)" }
  private static let sources = 4
  private static let types = ["B cell", "monocyte", "T cell"]

  /// The names of the genes, one a line.
  package static var geneList: String { genes.joined(separator: "\n") + "\n" }

  /// Makes an `.h5ad` of 160 cells with the columns and embeddings that the documents name.
  ///
  /// - Parameters:
  ///   - path: The file to make.
  ///   - seed: Which cells are made; the name of the file by default.
  ///   - keepsCounts: Whether `layers/counts` and `raw` hold the counts, too.
  ///   - change: Changes the values of `X` before they are written.
  /// - Throws: What writing throws.
  package static func makeAnnData(
    at path: String, seed: UInt64? = nil, keepsCounts: Bool = true,
    change: (inout [[Double]]) -> Void = { _ in }
  ) throws {
    let cells = 160
    let counts = counts(cells: cells, seed: seed ?? self.seed(of: path))
    var rows = counts
    change(&rows)
    let file = try File(creatingAt: path)
    try file.writeMatrix(rows, at: "X", of: Float.self)
    let columns = ["batch", "donor", "lab", "chemistry", "cell_type"]
    try file.writeTable("obs", index: names(cells, path), columns: columns)
    for (column, levels) in [
      ("batch", ["1", "2", "3", "4"]), ("donor", ["D1", "D2", "D3", "D4"]),
      ("lab", ["lab_a", "lab_b", "lab_c", "lab_d"]), ("chemistry", ["v2", "v2", "v3", "v3"]),
    ] {
      let categories = Array(Set(levels)).sorted()
      try file.writeCategorical(
        "obs/\(column)",
        codes: (0..<cells).map { categories.firstIndex(of: levels[$0 % sources]) ?? 0 },
        categories: categories)
    }
    try file.writeCategorical(
      "obs/cell_type", codes: (0..<cells).map { $0 / sources % types.count }, categories: types)
    try file.writeTable("var", index: genes)
    if keepsCounts {
      try file.createGroup("layers")
      try file.writeMatrix(counts, at: "layers/counts", of: Float.self)
      try file.createGroup("raw")
      try file.setAttribute("encoding-type", of: "raw", to: .string("raw"))
      try file.setAttribute("encoding-version", of: "raw", to: .string("0.1.0"))
      try file.writeMatrix(counts, at: "raw/X", of: Float.self)
      try file.writeTable("raw/var", index: genes)
    }
    try file.createGroup("obsm")
    try file.setAttribute("encoding-type", of: "obsm", to: .string("dict"))
    try file.setAttribute("encoding-version", of: "obsm", to: .string("0.1.0"))
    for (number, name) in ["X_pca", "X_harmony", "X_scVI", "X_scharmonize"].enumerated() {
      // Numbers that tell types from each other, and sources less and less.
      let table = rows.enumerated().map { cell, row in
        (0..<5).map { axis in
          row[axis * 24..<axis * 24 + 24].reduce(0, +) / 24
            + Double(cell % sources) / Double(1 + number)
        }
      }
      try file.writeMatrix(table, at: "obsm/\(name)", layout: .dense, of: Float.self)
    }
    try file.close()
  }

  /// Makes a 10x `.h5` of 60 cells, as Cell Ranger 3 writes it.
  ///
  /// - Parameter path: The file to make.
  /// - Throws: What writing throws.
  package static func makeTenX(at path: String) throws {
    let file = try File(creatingAt: path)
    try file.writeTenX(
      counts(cells: 60, seed: seed(of: path)), names: genes, ids: genes.map { "ENSG-\($0)" },
      types: genes.map { _ in "Gene Expression" }, genomes: genes.map { _ in "GRCh38" })
    try file.close()
  }

  /// A table about the cells of a 10x file, with two donors.
  package static let cellTable =
    "barcode,donor\n" + (0..<60).map { "BC\($0)-1,D\($0 % 2 + 1)\n" }.joined()

  private static func names(_ count: Int, _ path: String) -> [String] {
    let stem = URL(filePath: path).deletingPathExtension().lastPathComponent
    return (0..<count).map { "\(stem)-\($0)" }
  }

  private static func seed(of path: String) -> UInt64 {
    URL(filePath: path).lastPathComponent.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }
  }

  /// Counts of three types, each with genes of its own, in four sources that scale genes.
  private static func counts(cells: Int, seed: UInt64) -> [[Double]] {
    madeCounts(cells: cells, genes: genes.count, seed: seed).enumerated().map { cell, row in
      let type = cell / sources % types.count
      return row.enumerated().map { gene, count in
        var count = count
        if gene % types.count == type { count += Double((cell + gene) % 9) }
        if gene % sources == cell % sources { count *= 3 }
        return count
      }
    }
  }
}
