import CellFiles
import Foundation
import HDF5
import TestSupport

/// A folder with an .h5ad of two batches and two 10x files, and runs of the program in it.
struct IntegrateFolder {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var rows = madeCounts(cells: 40, genes: 10)
    for cell in rows.indices { rows[cell][0] += 1 }
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeAnnData(rows, batches: (0..<40).map { $0 % 2 == 0 ? "a" : "b" })
    try file.write(strings: ["kept"], at: "uns/something")
    try file.write([Float](repeating: 1, count: 80), at: "obsm/X_umap", shape: [40, 2])
    try file.close()
    for name in ["first", "second"] {
      let file = try File(creatingAt: folder.path("\(name).h5"))
      var rows = madeCounts(cells: 30, genes: 8, seed: name == "first" ? 3 : 4)
      for cell in rows.indices { rows[cell][0] += 1 }
      try file.writeTenX(
        rows, names: (0..<8).map { "gene\($0)" }, ids: (0..<8).map { "ENSG\($0)" })
      try file.close()
    }
  }

  /// Runs the program there, with a small model.
  func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments + IntegrateTests.fast, in: folder.url)
  }
}
