import Foundation
import HDF5
import TestSupport

/// Files that the program refuses, by the names that the documents give them.
enum DocumentFaults {
  /// How each is made, at a path.
  static let makers: [String: @Sendable (String) throws -> Void] = [
    "lognormalized.h5ad": { try DocumentFiles.makeAnnData(at: $0, change: logNormalize) },
    "scaled.h5ad": { path in
      try DocumentFiles.makeAnnData(at: path, keepsCounts: false) { rows in
        for i in rows.indices { rows[i] = rows[i].map { $0 / 4 - 1 } }
      }
    },
    "nan.h5ad": { path in
      try DocumentFiles.makeAnnData(at: path) { $0[3][5] = .nan }
    },
    "no_batch.h5ad": { path in
      try anndata(path, column: "donor", (0..<40).map { "D\($0 % 2)" })
    },
    "one_donor.h5ad": { path in
      try anndata(path, column: "donor", (0..<40).map { _ in "D1" })
    },
    "unlabelled.h5ad": { path in
      try anndata(path, column: "donor", (0..<40).map { $0 < 3 ? nil : "D\($0 % 2)" })
    },
    "barcodes.h5ad": { path in
      try anndata(path, column: "barcode", (0..<40).map { "AAC\($0)" })
    },
    "symbols.h5ad": { try named($0, "gene") }, "identifiers.h5ad": { try named($0, "ENSG0000") },
    "partial_download.h5ad": { path in
      try DocumentFiles.makeAnnData(at: path)
      let whole = try Data(contentsOf: URL(filePath: path))
      try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
    },
    "pbmc.rds": { try Data([0x58, 0x0A, 0, 0, 0, 3]).write(to: URL(filePath: $0)) },
    "pbmc.h5seurat": { path in
      let file = try File(creatingAt: path)
      try file.createGroup("assays")
      try file.createGroup("meta.data")
      try file.close()
    },
    "counts.txt": { try Data("gene\tcell1\nCD3E\t1\n".utf8).write(to: URL(filePath: $0)) },
  ]

  private static func logNormalize(_ rows: inout [[Double]]) {
    for i in rows.indices {
      let total = max(rows[i].reduce(0, +), 1)
      rows[i] = rows[i].map { log1p(1e4 * $0 / total) }
    }
  }

  private static func anndata(_ path: String, column: String, _ labels: [String?]) throws {
    let file = try File(creatingAt: path)
    try file.writeMatrix(
      madeCounts(cells: labels.count, genes: 30), at: "X", of: Float.self)
    try file.writeTable(
      "obs", index: labels.indices.map { "cell\($0)" }, columns: [column])
    let categories = Set(labels.compactMap(\.self)).sorted()
    try file.writeCategorical(
      "obs/\(column)",
      codes: labels.map { label in label.flatMap { categories.firstIndex(of: $0) } ?? -1 },
      categories: categories)
    try file.writeTable("var", index: (0..<30).map { "gene\($0)" })
    try file.close()
  }

  private static func named(_ path: String, _ prefix: String) throws {
    let file = try File(creatingAt: path)
    try file.writeAnnData(
      madeCounts(cells: 40, genes: 30), batches: (0..<40).map { "b\($0 % 2)" },
      genes: (0..<30).map { "\(prefix)\($0)" })
    try file.close()
  }
}
